import type { Log } from "@sameroom/base";
import type { VideoFormat } from "@sameroom/protocol";
import type { Transcoders } from "../../transcode/transcoders.ts";
import { Bridge } from "./bridge.ts";
import type { LocalTracks } from "./local-tracks.ts";

/** What makes one codec of another; declared here, implemented by the transcoders. */
export type BridgeMakers = Pick<Transcoders, "openOpus" | "openRealtime" | "expect">;

const OPUS_BPS = 96_000;
/** WebRTC viewers have no choice of sizes: one that most networks and telephones take. */
const MOST_HEIGHT = 1080;
const LEAST_BPS = 600_000;
const MOST_BPS = 5_000_000;
/** Of a fast encoder without B-frames, at 30 pictures a second. */
const BITS_PER_PIXEL = 2.4;

export interface EncoderBridgesOptions {
  tracks: Pick<LocalTracks, "open">;
  makers: BridgeMakers;
  /** WebRTC viewers are there. */
  isWanted: () => boolean;
  /** A time on the encoder's line on the node's clock, µs since 1970. */
  toUnixMicros: (mediaMicros: number) => number;
  nowMs: () => number;
  log: Log;
}

/** The bridges of one encoder: sound to Opus, pictures to H.264 as browsers play it at once. */
export function createEncoderBridges(options: EncoderBridgesOptions): { sound: Bridge; picture: Bridge } {
  const { makers, ...shared } = options;
  return {
    sound: new Bridge({
      ...shared,
      expect: () => makers.expect("opus"),
      open: (input) => (input.kind === "audio" ? makers.openOpus({ input, bitrate: OPUS_BPS }) : undefined),
    }),
    picture: new Bridge({
      ...shared,
      expect: () => makers.expect("realtime"),
      open: (input) =>
        input.kind === "video"
          ? makers.openRealtime({ input, bitrate: bitrateOf(input), maxHeight: MOST_HEIGHT })
          : undefined,
    }),
  };
}

function bitrateOf({ width, height }: VideoFormat): number {
  return Math.round(Math.max(LEAST_BPS, Math.min(MOST_BPS, width * height * BITS_PER_PIXEL)));
}
