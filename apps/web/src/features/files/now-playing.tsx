import type { FilePlayback } from "@sameroom/contract";
import { Square } from "lucide-react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { formatElapsed } from "../../ui/format/time.ts";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { useStopPlaying } from "./file-queries.ts";

/** The playlist on air: where it is, what comes, and the way to end it. */
export function NowPlaying({ room, playback }: { room: string; playback: FilePlayback }) {
  const stop = useStopPlaying(room);
  const toast = useToast();
  const { state, files, index, loop, positionS, durationS } = playback;
  const at = formatElapsed(positionS * 1000);
  const place = durationS > 0 ? `${at} of ${formatElapsed(durationS * 1000)}` : at;
  return (
    <div className="flex flex-col gap-4">
      <ol className="flex max-h-72 flex-col overflow-y-auto text-sm">
        {files.map((name, entry) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a file may stand in the list twice
          <li key={entry} className="flex items-center gap-2 border-line border-t py-2 first:border-t-0">
            <span
              className={`min-w-0 flex-1 truncate ${entry === index ? "font-semibold" : "text-ink-soft"}`}
              title={name}
              aria-current={entry === index || undefined}
            >
              {name}
            </span>
            {entry === index && (
              <Badge tone={state === "live" ? "ember" : "neutral"}>
                {state === "live" ? <span className="tabular">{place}</span> : "Starting"}
              </Badge>
            )}
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap items-center gap-3">
        <Button
          size="sm"
          variant="danger"
          icon={<Square size={14} />}
          busy={stop.isPending}
          onClick={() =>
            stop.mutate(undefined, { onError: (error) => toast({ text: messageOf(error), tone: "bad" }) })
          }
        >
          Stop playing
        </Button>
        {loop && <span className="text-sm text-ink-soft">Again and again</span>}
      </div>
    </div>
  );
}
