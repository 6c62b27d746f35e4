import { opusSamples } from "./opus-samples.ts";
import type { Depacketizer, RtpFrame } from "./types.ts";

/** Opus (RFC 7587): a payload is a packet. Malformed ones are left out. */
export class OpusDepacketizer implements Depacketizer {
  take(payload: Uint8Array, timestamp: number): RtpFrame | undefined {
    if (opusSamples(payload) === 0) return undefined;
    return { timestamp, keyframe: true, data: payload.slice(), format: undefined };
  }

  lost(): void {}
}
