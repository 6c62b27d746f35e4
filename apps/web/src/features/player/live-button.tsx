import { SkipForward } from "lucide-react";
import { formatElapsed } from "../../ui/format/time.ts";
import { placeLabel, placeSentence, type Timeline } from "./timeline.ts";

/** Where a viewer of a live show is: live, or so far behind, and then the way back. */
export function LiveButton({ timeline, onLive }: { timeline: Timeline; onLive: () => void }) {
  if (timeline.atLive || placeLabel(timeline, timeline.at) === "Live") {
    return (
      <span className="flex items-center gap-2 px-2 text-sm font-semibold text-white">
        <span aria-hidden="true" className="size-2 rounded-full bg-lamp" />
        Live
      </span>
    );
  }
  return (
    <button
      type="button"
      onClick={onLive}
      title="Back to live (End)"
      className="ml-1 flex h-9 shrink-0 items-center gap-2 rounded-full bg-white px-3.5 text-sm font-bold whitespace-nowrap text-[oklch(0.24_0.045_325)] transition-transform hover:scale-[1.03]"
    >
      <SkipForward size={16} fill="currentColor" aria-hidden="true" />
      <span>
        <span className="max-sm:sr-only">Back to live</span>
        <span aria-hidden="true" className="sm:hidden">
          Live
        </span>
      </span>
      <span className="font-semibold text-[oklch(0.42_0.035_325)] tabular">
        <span aria-hidden="true">−{formatElapsed((timeline.length - timeline.at) * 1_000)}</span>
        <span className="sr-only">, {placeSentence(timeline, timeline.at)}</span>
      </span>
    </button>
  );
}
