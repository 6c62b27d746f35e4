import { type AudioFormat, aacSamples, aacSilence } from "@sameroom/protocol";
import { opusSilence } from "./opus-silence.ts";

/** A packet of sound without its time; `samples` by the rate of its format. */
export interface SilentPacket {
  samples: number;
  data: Uint8Array;
}

const OPUS_SAMPLES = 960;
const known = new WeakMap<AudioFormat, { packet: SilentPacket | undefined }>();

/** A packet of silence; undefined where none can be made: AAC that is neither LC nor HE, or whose channels only its frames tell. */
export function silentPacket(format: AudioFormat): SilentPacket | undefined {
  const made = known.get(format) ?? { packet: makePacket(format) };
  known.set(format, made);
  return made.packet;
}

function makePacket(format: AudioFormat): SilentPacket | undefined {
  if (format.codec === "opus") return opusSilence(OPUS_SAMPLES).next().value ?? undefined;
  const data = aacSilence(format);
  return data && { samples: aacSamples(format), data };
}
