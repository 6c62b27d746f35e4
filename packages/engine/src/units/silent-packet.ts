import type { AudioFormat } from "@sameroom/protocol";
import { opusSilence } from "./opus-silence.ts";

const OPUS_SAMPLES = 960;
const AAC_SAMPLES = 1024;
/**
 * Frames of AAC-LC without any spectrum (`max_sfb` 0; ISO 14496-3 section 4.4.2.1): a `single_channel_element`, and a `channel_pair_element`
 * with a common window, each followed by `ID_END`.
 */
const AAC_FRAMES: readonly (Uint8Array | undefined)[] = [
  undefined,
  Uint8Array.of(0x00, 0x00, 0x00, 0x07),
  Uint8Array.of(0x21, 0x00, 0x00, 0x00, 0x00, 0x1c),
];

/** A packet of silence, how long it sounds in samples of the format; undefined where none can be made: HE-AAC, more than two channels. */
export function silentPacket(format: AudioFormat): { samples: number; data: Uint8Array } | undefined {
  if (format.codec === "opus") return opusSilence(OPUS_SAMPLES).next().value ?? undefined;
  const data = format.codecs === "mp4a.40.2" ? AAC_FRAMES[format.channels] : undefined;
  return data && { samples: AAC_SAMPLES, data };
}
