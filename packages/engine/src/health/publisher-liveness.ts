export type Liveness = "connecting" | "flowing" | "stalled";

export interface PublisherLivenessOptions {
  /** Silence after which a publisher counts as stalled, ms; default 1000. */
  stallMs?: number;
}

/** Whether a publisher's media flows. The transport says when it is gone; this says when it is silent. */
export class PublisherLiveness {
  readonly #stallMs: number;
  #state: Liveness = "connecting";
  #mediaAtMs: number | undefined;

  constructor(options: PublisherLivenessOptions = {}) {
    this.#stallMs = options.stallMs ?? 1000;
  }

  get state(): Liveness {
    return this.#state;
  }

  /** A media packet came. */
  media(nowMs: number): void {
    this.#mediaAtMs = nowMs;
  }

  /** The new state when it has changed since the last call. */
  poll(nowMs: number): Liveness | undefined {
    if (this.#mediaAtMs === undefined) return undefined;
    const next = nowMs - this.#mediaAtMs >= this.#stallMs ? "stalled" : "flowing";
    if (next === this.#state) return undefined;
    this.#state = next;
    return next;
  }
}
