import type { ServerResponse } from "node:http";

/** Whoever has not taken a segment of two seconds within this time cannot follow the show, ms. */
const PATIENCE_MS = 30_000;

/** Cuts off those who take bytes so slowly that they only hold memory. */
export class SlowReaders {
  readonly #sending = new Map<ServerResponse, number>();

  /** An answer with bytes of ours has begun. */
  watch(response: ServerResponse, nowMs: number): void {
    this.#sending.set(response, nowMs + PATIENCE_MS);
    response.once("close", () => this.#sending.delete(response));
  }

  /** A few times a second. */
  tick(nowMs: number): void {
    for (const [response, deadlineMs] of this.#sending) {
      // In the order they began: those after it have more time left.
      if (deadlineMs > nowMs) return;
      this.#sending.delete(response);
      response.destroy();
    }
  }
}
