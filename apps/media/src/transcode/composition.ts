import { type Clock, Emitter } from "@sameroom/base";
import type { AccessUnit, UnitFormat } from "@sameroom/protocol";
import type { ComposeStep, ComposeTile, ComposeWork, Rung } from "./messages.ts";
import { sameFormat } from "./same-format.ts";
import type { Seat, TakeSeat, TranscodeFailure } from "./transcode.ts";
import type { JobMessage } from "./transcoder-child.ts";

export type CompositionEvents = {
  /** Made, by the name of the output: `opus` or `aac`, or the id of a rung. The format object stays the same while nothing changes. */
  unit: [output: string, unit: AccessUnit];
  /** Nothing more will come. */
  failed: [failure: TranscodeFailure];
};

export interface CompositionOptions {
  work: ComposeWork;
  takeSeat: TakeSeat;
  clock: Clock;
  onClose(): void;
}

/** Pictures a second, from everything to what is better than nothing. */
export const COMPOSE_RATES = [30, 20, 15, 10] as const;

/** A moment that is not made for so long is too slow, ms. */
const SLOW_MS = 300;
/** Fewer pictures show their effect after so long, ms. */
const SETTLE_MS = 3000;
/** Behind by so much even with the fewest pictures: given up, ms. */
const HOPELESS_MS = 1500;
/** What comes with nothing waiting is as good as at once; after so long of that more pictures are tried, ms. */
const CALM_MS = 60_000;
/** Steps under way: more is a process that hangs. */
const MOST_WAITING = 4000;

/**
 * Several people's units made into one picture and one sound in a child process (see `ComposeJob`), as fast as it is told that time passes.
 * Too slow a machine makes fewer pictures, then none. A process that dies is not started again: whoever opened it knows what to go on with.
 */
export class Composition {
  readonly #options: CompositionOptions;
  readonly #events = new Emitter<CompositionEvents>();
  readonly #given = new Map<string, UnitFormat>();
  readonly #made = new Map<string, UnitFormat>();
  readonly #waiting: { sequence: number; sinceMs: number }[] = [];
  #seat: Seat | undefined;
  #sequence = 0;
  #isOpened = false;
  #step = 0;
  #changedMs: number;
  #cpuMsPerSecond = 0;
  #closed = false;

  constructor(options: CompositionOptions) {
    this.#options = options;
    this.#changedMs = options.clock.nowMs();
    this.#seat = options.takeSeat({
      alone: false,
      onMessage: (message) => this.#receive(message),
      onGone: (why) => this.#fail({ reason: "died", message: why }),
    });
    this.#seat.send({ type: "open", work: { kind: "compose", ...options.work } });
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Its process is there. */
  get isOpened(): boolean {
    return this.#isOpened;
  }

  /** What it took of one core in the last second, ms a second; 0 until it is known. */
  get cpuMsPerSecond(): number {
    return this.#cpuMsPerSecond;
  }

  /** Pictures it makes a second now. */
  get picturesPerSecond(): number {
    return COMPOSE_RATES[this.#step]!;
  }

  on<Name extends keyof CompositionEvents>(
    event: Name,
    listener: (...args: CompositionEvents[Name]) => void,
  ): () => void {
    return this.#events.on(event, listener);
  }

  /** Who is where from the next picture on, the lowest first; `lead`: whose capture times the pictures have. */
  setScene(tiles: ComposeTile[], lead: string): void {
    const members = new Set(tiles.map(({ member }) => member));
    for (const key of this.#given.keys())
      if (!members.has(key.slice(key.indexOf(" ") + 1))) this.#given.delete(key);
    this.#tell({ do: "scene", tiles, lead });
  }

  /** What a member sends, in decoding order of each kind. */
  push(member: string, { format, ...unit }: AccessUnit): void {
    const key = `${format.kind} ${member}`;
    if (this.#given.get(key) !== format) {
      this.#given.set(key, format);
      this.#tell({ do: "format", member, format });
    }
    this.#tell({ do: "unit", member, kind: format.kind, unit });
  }

  /** From this moment on all is made, µs since 1970. */
  begin(atMicros: number): void {
    this.#tell({ do: "begin", atMicros });
  }

  /** All that belongs before this moment has come, or comes too late. */
  advance(untilMicros: number): void {
    if (this.#closed) return;
    this.#tell({ do: "advance", untilMicros });
    this.#watch(this.#options.clock.nowMs());
  }

  /** The next picture of every size is a keyframe. */
  askForKeyframe(): void {
    this.#seat?.send({ type: "keyframe" });
  }

  add(rung: Rung): void {
    this.#seat?.send({ type: "rung", rung });
  }

  drop(output: string): void {
    this.#seat?.send({ type: "drop", output });
  }

  /** Ends it; nothing is told after that. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#end();
    this.#events.clear();
  }

  #tell(step: ComposeStep): void {
    if (this.#closed) return;
    this.#sequence += 1;
    this.#waiting.push({ sequence: this.#sequence, sinceMs: this.#options.clock.nowMs() });
    this.#seat?.send({ type: "compose", sequence: this.#sequence, step });
  }

  #receive(message: JobMessage): void {
    if (this.#closed) return;
    switch (message.type) {
      case "opened":
        this.#isOpened = true;
        this.#changedMs = this.#options.clock.nowMs();
        return;
      case "format": {
        const known = this.#made.get(message.output);
        if (known === undefined || !sameFormat(known, message.format))
          this.#made.set(message.output, message.format);
        return;
      }
      case "unit": {
        const format = this.#made.get(message.output);
        if (format !== undefined) this.#events.emit("unit", message.output, { format, ...message.unit });
        return;
      }
      case "done":
        while (this.#waiting.length > 0 && this.#waiting[0]!.sequence <= message.sequence)
          this.#waiting.shift();
        return;
      case "cost":
        this.#cpuMsPerSecond = message.cpuMsPerSecond;
        return;
      case "failed":
        this.#fail({ reason: "unsupported", message: message.message });
    }
  }

  /** Fewer pictures for a machine that is too slow, and more again where it has long been fast enough. */
  #watch(nowMs: number): void {
    if (this.#waiting.length > MOST_WAITING) {
      this.#fail({ reason: "overload" });
      return;
    }
    // While its process starts, being late says nothing about how fast it will be.
    if (!this.#isOpened || nowMs - this.#changedMs < SETTLE_MS) return;
    const waitedMs = nowMs - (this.#waiting[0]?.sinceMs ?? nowMs);
    const isLast = this.#step === COMPOSE_RATES.length - 1;
    if (waitedMs > HOPELESS_MS && isLast) this.#fail({ reason: "overload" });
    else if (waitedMs > SLOW_MS && !isLast) this.#setStep(this.#step + 1, nowMs);
    else if (waitedMs <= SLOW_MS && this.#step > 0 && nowMs - this.#changedMs >= CALM_MS)
      this.#setStep(this.#step - 1, nowMs);
  }

  #setStep(step: number, nowMs: number): void {
    this.#step = step;
    this.#changedMs = nowMs;
    this.#tell({ do: "rate", picturesPerSecond: this.picturesPerSecond });
  }

  #fail(failure: TranscodeFailure): void {
    if (this.#closed) return;
    this.#end();
    this.#events.emit("failed", failure);
    this.#events.clear();
  }

  #end(): void {
    this.#closed = true;
    this.#cpuMsPerSecond = 0;
    this.#seat?.send({ type: "close" });
    this.#seat?.leave();
    this.#seat = undefined;
    this.#options.onClose();
  }
}
