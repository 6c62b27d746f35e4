import { type Burst, Traffic, type TrafficOptions } from "./traffic.ts";

const TICK_MS = 2;
/** A stalled machine does not make up for what it missed in one go. */
const MAX_LAG_MS = 200;

/** Sends traffic at its pace and counts it. Begins at once. */
export class Feeder {
  readonly #traffic: Traffic;
  readonly #send: (burst: Burst) => void;
  #timer: NodeJS.Timeout | undefined;
  /** When the traffic's time zero was, pauses taken out. */
  #startedMs = performance.now();
  #pausedMs = 0;
  readonly #sent = new Map<Burst["stream"], number>();

  constructor(options: TrafficOptions, send: (burst: Burst) => void) {
    this.#traffic = new Traffic(options);
    this.#send = send;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Packets sent of each stream. */
  get sent(): ReadonlyMap<Burst["stream"], number> {
    return new Map(this.#sent);
  }

  pause(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#pausedMs = performance.now();
  }

  resume(): void {
    if (this.#timer !== undefined) return;
    this.#startedMs += performance.now() - this.#pausedMs;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = performance.now();
    const lag = now - this.#startedMs - this.#traffic.nextFrameMs;
    if (lag > MAX_LAG_MS) this.#startedMs += lag;
    for (const burst of this.#traffic.poll(now - this.#startedMs)) {
      this.#sent.set(burst.stream, (this.#sent.get(burst.stream) ?? 0) + burst.packets.length);
      this.#send(burst);
    }
  }
}
