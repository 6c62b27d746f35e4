import { useEffect, useState } from "react";
import type { Timeline } from "./timeline.ts";

const KINDS = [
  "timeupdate",
  "progress",
  "seeking",
  "seeked",
  "durationchange",
  "loadedmetadata",
  "emptied",
] as const;

/** The seek bar of a replay, read off the element; `lengthS` holds until that knows better. */
export function useReplayTimeline(video: HTMLVideoElement | null, lengthS: number): Timeline {
  const [read, setRead] = useState<Pick<Timeline, "at" | "length" | "buffered"> | null>(null);
  useEffect(() => {
    if (!video) return;
    const look = () =>
      setRead({
        at: video.currentTime,
        length: Number.isFinite(video.duration) ? video.duration : 0,
        buffered: rangesOf(video.buffered),
      });
    for (const kind of KINDS) video.addEventListener(kind, look);
    return () => {
      for (const kind of KINDS) video.removeEventListener(kind, look);
    };
  }, [video]);
  return {
    kind: "replay",
    length: read?.length || lengthS,
    at: read?.at ?? 0,
    buffered: read?.buffered ?? [],
    atLive: false,
  };
}

function rangesOf(ranges: TimeRanges): [number, number][] {
  return Array.from({ length: ranges.length }, (_, index) => [ranges.start(index), ranges.end(index)]);
}
