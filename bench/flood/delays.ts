import { parseRtp } from "@sameroom/protocol";
import { percentile } from "../../testing/percentile.ts";

/** How long packets took from leaving the publisher to being read by a viewer. */
export interface DelaySummary {
  packets: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** Delays of one window, by the time each packet of `Load.publish` carries. */
export class Delays {
  #samples: number[] = [];

  /** Takes a decrypted RTP packet that was read at `arrivalMicros`. */
  add(packet: Uint8Array, arrivalMicros: number): void {
    const header = parseRtp(packet);
    if (header === undefined || packet.length - header.paddingLength < header.payloadOffset + 10) return;
    const view = new DataView(packet.buffer, packet.byteOffset + header.payloadOffset);
    this.#samples.push((arrivalMicros - Number(view.getBigUint64(2))) / 1000);
  }

  /** Begins anew. */
  clear(): void {
    this.#samples = [];
  }

  /** Throws when nothing came. */
  summary(): DelaySummary {
    if (this.#samples.length === 0) throw new Error("no packet came");
    const at = (share: number) => rounded(percentile(this.#samples, share));
    return { packets: this.#samples.length, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: at(1) };
  }
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;
