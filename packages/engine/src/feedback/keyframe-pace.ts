/**
 * libwebrtc drops a request that comes within 300 ms of the last one it took, whichever layer of a track either was for
 * (`EncoderRtcpFeedback`, kMinKeyframeSendIntervalMs); the rest is for the way there, which does not always take as long.
 */
const LEAST_BETWEEN_MS = 330;

/** When the sender of a track can be asked for a keyframe next. Its layers share one: what is asked too early is lost. */
export class KeyframePace {
  #askedAtMs = Number.NEGATIVE_INFINITY;

  /** true when a request would be heard now; requests of the same moment travel together. */
  ready(nowMs: number): boolean {
    return nowMs === this.#askedAtMs || nowMs - this.#askedAtMs >= LEAST_BETWEEN_MS;
  }

  asked(nowMs: number): void {
    this.#askedAtMs = nowMs;
  }
}
