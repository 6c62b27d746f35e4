import type { FrameView } from "@sameroom/contract";
import { Check, X } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { formatAgo } from "../../ui/format/time.ts";
import { useNow } from "../../ui/hooks/use-now.ts";
import { useDeed } from "./moderation-queries.ts";

const DONE: Record<FrameView["action"], string> = {
  flag: "Viewers see the show as it is.",
  blur: "Viewers see the picture blurred until you decide.",
  pause: "The show is paused for viewers until you decide.",
};

/** A picture of a show that looked wrong, covered until staff want to see it. */
export function FrameCard({ room, frame }: { room: string; frame: FrameView }) {
  const deed = useDeed(room);
  const now = useNow(30_000);
  const [shown, setShown] = useState(false);
  const decide = (harmless: boolean) => deed.mutate({ kind: "decide-frame", id: frame.id, harmless });
  return (
    <article className="flex flex-wrap gap-5 rounded-3xl border border-line bg-surface p-5">
      <button
        type="button"
        aria-pressed={shown}
        aria-label={shown ? "Cover the picture" : "Show the picture"}
        onClick={() => setShown(!shown)}
        className="relative aspect-video w-64 max-w-full shrink-0 overflow-hidden rounded-2xl bg-stage"
      >
        <img
          src={frame.pictureUrl}
          alt={shown ? "A moment of the show" : ""}
          className={`size-full object-cover ${shown ? "" : "scale-110 blur-2xl"}`}
        />
        {!shown && (
          <span className="absolute inset-0 flex items-center justify-center bg-black/40 font-semibold text-white">
            Show
          </span>
        )}
      </button>
      <div className="flex min-w-0 flex-1 basis-64 flex-col gap-3">
        <header className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-soft">
          <Badge tone="bad">Picture</Badge>
          <span>{formatAgo(frame.at, now)}</span>
          <span>
            {frame.found.map(({ name, score }) => `${name} ${Math.round(score * 100)} %`).join(", ")}
          </span>
        </header>
        <p className="text-sm">{DONE[frame.action]}</p>
        <div className="flex flex-wrap gap-3">
          <Button
            size="sm"
            variant="primary"
            busy={deed.isPending}
            icon={<Check size={16} aria-hidden="true" />}
            onClick={() => decide(true)}
          >
            Harmless
          </Button>
          <Button
            size="sm"
            busy={deed.isPending}
            icon={<X size={16} aria-hidden="true" />}
            onClick={() => decide(false)}
          >
            Not for everybody
          </Button>
        </div>
      </div>
    </article>
  );
}
