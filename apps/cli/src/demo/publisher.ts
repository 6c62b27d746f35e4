import { setTimeout as sleep } from "node:timers/promises";
import { createBackoff, type Log, type Random, toError } from "@sameroom/base";
import type { DemoTarget } from "../supervisor/demo-control.ts";

/** What {@link Publisher} works with. */
export interface PublisherOptions {
  /** Publishes until the signal aborts (resolves) or the connection fails (rejects). */
  readonly broadcast: (target: DemoTarget, signal: AbortSignal, onConnected: () => void) => Promise<void>;
  readonly random: Pick<Random, "next">;
  readonly log: Log;
  /** Media flows. */
  onConnected(): void;
}

/** Keeps one broadcast going: connects again, patiently, when it fails. */
export class Publisher {
  readonly #options: PublisherOptions;
  #current: AbortController | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(options: PublisherOptions) {
    this.#options = options;
  }

  /** Publishes to `target` on a fresh connection, whatever was before. */
  publish(target: DemoTarget): void {
    this.#current?.abort();
    const current = new AbortController();
    this.#current = current;
    this.#ended = this.#ended.then(() => this.#run(target, current.signal));
  }

  /** Ends the broadcast in order. Resolves when it is over. */
  async stop(): Promise<void> {
    this.#current?.abort();
    await this.#ended;
  }

  async #run(target: DemoTarget, signal: AbortSignal): Promise<void> {
    const { broadcast, random, log, onConnected } = this.#options;
    const backoff = createBackoff({ baseMs: 500, maxMs: 5000, random });
    // While everything starts, media may not know the stream key yet: the first refusals are nobody's worry.
    let quietly = 3;
    while (!signal.aborted) {
      try {
        await broadcast(target, signal, () => {
          backoff.reset();
          quietly = 0;
          onConnected();
        });
      } catch (error) {
        if (signal.aborted) return;
        if (quietly > 0) quietly -= 1;
        else log.warn(`the demo has no connection: ${toError(error).message}; trying again`);
        await sleep(250 + backoff.nextMs(), undefined, { signal }).catch(() => {});
      }
    }
  }
}
