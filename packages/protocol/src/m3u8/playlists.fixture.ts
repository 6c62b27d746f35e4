import type { MediaPlaylist, MultivariantPlaylist } from "./types.ts";

/** Of a two-second segment with quarter-second parts. */
const parts = (segment: number, count = 8) =>
  Array.from({ length: count }, (_, index) => ({
    uri: `${segment}.${index}.m4s`,
    duration: 0.25,
    independent: index === 0,
  }));

/** A live playlist of `count` segments from `first` on and an open one behind them. */
export function livePlaylist(first = 10, count = 20): MediaPlaylist {
  const segments = Array.from({ length: count }, (_, index) => ({
    uri: `${first + index}.m4s`,
    duration: 2,
    map: "init-0.mp4",
    programDateTimeMs: 1_700_000_000_000 + (first + index) * 2000,
    parts: index >= count - 5 ? parts(first + index) : [],
  }));
  const next = first + count;
  return {
    targetDuration: 3,
    partTarget: 0.25,
    serverControl: { canBlockReload: true, canSkipUntil: 18, partHoldBack: 0.75 },
    mediaSequence: first,
    discontinuitySequence: 0,
    segments,
    open: {
      map: "init-0.mp4",
      programDateTimeMs: 1_700_000_000_000 + next * 2000,
      parts: parts(next, 3),
    },
    preloadHint: `${next}.3.m4s`,
    renditionReports: [{ uri: "../opus/index.m3u8", lastMsn: next, lastPart: 2 }],
    isEnded: false,
  };
}

export const MULTIVARIANT: MultivariantPlaylist = {
  independentSegments: true,
  audio: [
    { groupId: "opus", name: "Sound", uri: "e1/opus/index.m3u8", isDefault: true, channels: 2 },
    { groupId: "aac", name: "Sound", uri: "e1/aac/index.m3u8", isDefault: true, channels: 2 },
  ],
  variants: ["opus", "aac"].flatMap((audioGroup) =>
    [1, 2].map((size) => ({
      uri: `e1/v-${size}/index.m3u8`,
      bandwidth: size * 1_000_000,
      averageBandwidth: size * 800_000,
      codecs: ["avc1.42e01f", audioGroup === "aac" ? "mp4a.40.2" : "opus"],
      resolution: { width: size * 640, height: size * 360 },
      frameRate: 30,
      audioGroup,
    })),
  ),
};
