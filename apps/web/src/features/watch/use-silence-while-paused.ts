import { useEffect, useRef } from "react";
import type { Playback } from "../player/use-playback.ts";

/** A show that is paused is not heard; afterwards it is as loud as it was. */
export function useSilenceWhilePaused(
  { muted, toggleMute }: Pick<Playback, "muted" | "toggleMute">,
  paused: boolean,
) {
  const silenced = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: who unmutes a paused show by hand wants that
  useEffect(() => {
    if (paused && !muted) {
      silenced.current = true;
      toggleMute();
    } else if (!paused && silenced.current) {
      silenced.current = false;
      if (muted) toggleMute();
    }
  }, [paused]);
}
