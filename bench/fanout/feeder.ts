import { type Burst, Traffic, type TrafficOptions } from "./traffic.ts";

const TICK_MS = 2;
/** A stalled machine does not make up for what it missed in one go. */
const MAX_LAG_MS = 200;

/** Sends traffic at its pace and counts it. */
export class Feeder {
  readonly #traffic: Traffic;
  readonly #send: (burst: Burst) => void;
  readonly #timer: NodeJS.Timeout;
  #startedMs = performance.now();
  #sent = 0;
  #quiet: (() => void)[] = [];

  constructor(options: TrafficOptions, send: (burst: Burst) => void) {
    this.#traffic = new Traffic(options);
    this.#send = send;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Packets sent. */
  get sent(): number {
    return this.#sent;
  }

  /** Calls back right before a frame is sent, when what was sent before has arrived on a machine that keeps up. */
  betweenFrames<T>(read: () => T): Promise<T> {
    return new Promise((resolve) => this.#quiet.push(() => resolve(read())));
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = performance.now();
    const lag = now - this.#startedMs - this.#traffic.nextFrameMs;
    if (lag > MAX_LAG_MS) this.#startedMs += lag;
    if (lag >= 0) for (const callback of this.#quiet.splice(0)) callback();
    for (const burst of this.#traffic.poll(now - this.#startedMs)) {
      this.#sent += burst.packets.length;
      this.#send(burst);
    }
  }
}
