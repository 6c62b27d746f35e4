import { useCallback, useEffect, useState } from "react";
import { stepTo, type Timeline } from "./timeline.ts";

/** So near counts as arrived: the window of a live show slides on meanwhile. */
const ARRIVED_S = 3;
const PATIENCE_MS = 5_000;

export interface Seeking {
  /** The bar with the place asked for last, until the picture is there. */
  timeline: Timeline | null;
  seek: (seconds: number) => void;
  /** From the place asked for last, so that quick presses add up. */
  step: (seconds: number) => void;
}

/** Moves the bar at once and lets the picture follow. */
export function useSeeking(timeline: Timeline | null, go: (seconds: number) => void): Seeking {
  const [wanted, setWanted] = useState<number | null>(null);
  const arrived = wanted !== null && timeline !== null && Math.abs(timeline.at - wanted) < ARRIVED_S;
  useEffect(() => {
    if (wanted === null) return;
    if (arrived) {
      setWanted(null);
      return;
    }
    const timer = setTimeout(() => setWanted(null), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [wanted, arrived]);
  const seek = useCallback(
    (seconds: number) => {
      setWanted(seconds);
      go(seconds);
    },
    [go],
  );
  const shown = wanted !== null && timeline !== null ? at(timeline, wanted) : timeline;
  return { timeline: shown, seek, step: (seconds) => shown && seek(stepTo(shown, seconds)) };
}

function at(timeline: Timeline, wanted: number): Timeline {
  return { ...timeline, at: wanted, atLive: timeline.kind === "dvr" && wanted >= timeline.length };
}
