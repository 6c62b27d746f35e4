import { StreamMeter } from "@sameroom/engine";

/** Rates of what an encoder sends, over the time since they were last taken. */
export class UnitMeter {
  readonly #video: StreamMeter;
  readonly #audio: StreamMeter;

  constructor(nowMs: number) {
    this.#video = new StreamMeter(nowMs);
    this.#audio = new StreamMeter(nowMs);
  }

  count(kind: "audio" | "video", bytes: number): void {
    (kind === "video" ? this.#video : this.#audio).count(bytes, true);
  }

  /** Bits a second of the picture and of all, and pictures a second. */
  take(nowMs: number): { video: number; bitrate: number; framesPerSecond: number } {
    const video = this.#video.take(nowMs);
    const { bitrate } = this.#audio.take(nowMs);
    return { video: video.bitrate, bitrate: video.bitrate + bitrate, framesPerSecond: video.framesPerSecond };
  }
}
