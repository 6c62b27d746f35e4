import type { Publisher } from "@sameroom/contract";
import { AudioLines } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { Spinner } from "../../ui/atoms/spinner.tsx";
import { usePageVisible } from "../../ui/hooks/use-page-visible.ts";
import { useWatch } from "../watch/use-watch.ts";

/** The show as viewers see it, silent: what an encoder, or another device, sends to the host's room. */
export function LivePreview(props: { room: string; source: Publisher; chips: ReactNode }) {
  const video = useRef<HTMLVideoElement>(null);
  // Nobody looks at a page in the background, and it would keep the server encoding.
  const watching = useWatch(props.room, usePageVisible());
  const { attach } = watching;
  useEffect(() => (attach && video.current ? attach(video.current) : undefined), [attach]);
  const soundOnly = props.source.video === null;
  return (
    <div
      ref={watching.fit}
      className="relative aspect-video max-h-[calc(100dvh-12rem)] w-full overflow-hidden bg-stage sm:rounded-3xl"
    >
      <video
        ref={video}
        autoPlay
        playsInline
        muted
        aria-label="Your show as viewers see it"
        className="size-full object-contain"
      />
      {(soundOnly || !watching.started) && (
        <div className="absolute inset-0 flex flex-col items-center justify-center gap-3 px-6 text-center text-white/85">
          {soundOnly ? (
            <>
              <AudioLines size={34} aria-hidden="true" />
              <p>Sound only: no picture is sent</p>
            </>
          ) : (
            <>
              <Spinner size={32} />
              <p>{watching.failure?.message ?? "Waiting for the picture"}</p>
            </>
          )}
        </div>
      )}
      <div className="absolute inset-x-3 top-3 flex flex-wrap items-center gap-1.5 sm:inset-x-4 sm:top-4">
        {props.chips}
      </div>
    </div>
  );
}
