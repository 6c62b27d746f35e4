import type { Log } from "@sameroom/base";
import { Child } from "./child.ts";

/** What the demo publisher is told. */
export interface DemoTarget {
  /** WHIP endpoint of the room. */
  readonly url: string;
  /** Stream key, sent as bearer token. */
  readonly streamKey: string;
}

/** What {@link DemoControl} works with. */
export interface DemoControlOptions {
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Log;
  onLine(line: string): void;
  /** The publisher was started or stopped. */
  onState(running: boolean): void;
}

/** Runs the demo publisher while control wants it. The stream key goes over IPC: arguments are visible to everybody. */
export class DemoControl {
  readonly #child: Child;
  readonly #onState: (running: boolean) => void;
  #target: DemoTarget | undefined;

  constructor(options: DemoControlOptions) {
    this.#onState = options.onState;
    this.#child = new Child({
      ...options,
      name: "demo",
      onMessage: (message) => {
        if (isPublishing(message)) this.#child.markReady();
      },
      onStart: () => this.#tell(),
    });
  }

  /** Whether the demo is wanted (its process may be starting again). */
  get running(): boolean {
    return this.#target !== undefined;
  }

  /** Publishes to `target` from now on, in place of a former one. */
  start(target: DemoTarget): void {
    this.#target = target;
    if (this.#child.running) this.#tell();
    else this.#child.start();
    this.#onState(true);
  }

  /** Stops publishing; the room ends as with any host. */
  async stop(patienceMs: number): Promise<void> {
    const wasRunning = this.running;
    this.#target = undefined;
    await this.#child.stop(patienceMs);
    if (wasRunning) this.#onState(false);
  }

  /** Media was started anew: the connection the demo had is gone, whatever it believes. */
  reconnect(): void {
    if (this.running) this.#tell();
  }

  /** Ends the publisher at once. */
  kill(): void {
    this.#child.kill();
  }

  #tell(): void {
    if (this.#target !== undefined) this.#child.send({ type: "publish", ...this.#target });
  }
}

function isPublishing(message: unknown): boolean {
  return (
    typeof message === "object" && message !== null && "type" in message && message.type === "publishing"
  );
}
