/** Longest wait of a unit, ms, before the child counts as behind. */
const defaultMaxWaitMs = 1000;
/**
 * Where something is only decoded, units may wait so long, ms: a process that starts has a group of pictures to go through, and one that is
 * too slow is given up later, as nothing but a keyframe would bring it back.
 */
const pastWaitMs = 8000;
/** Most units and bytes under way, whatever the clock says: a burst must not fill the pipe. */
const maxUnits = 1200;
const maxBytes = 32 * 1024 * 1024;

/**
 * What is to be done with a unit. `overflow`: left out, and all that follows until there is room, for the child is too
 * slow; `full`: there still is no room; `keyframe`: there is, but only a keyframe can be taken.
 */
export type Admission = "send" | "overflow" | "full" | "keyframe";

/**
 * What is under way to a child and not yet done. It never grows beyond a second of media: past that everything is skipped
 * up to the first keyframe for which there is room.
 */
export class Backlog {
  readonly #maxWaitMs: number;
  readonly #waiting: { sequence: number; sinceMs: number; bytes: number; isPast: boolean }[] = [];
  #bytes = 0;
  #hadPast = false;
  #sequence = 0;
  #needsKeyframe = true;
  #overflowed = false;

  constructor(options: { maxWaitMs?: number } = {}) {
    this.#maxWaitMs = options.maxWaitMs ?? defaultMaxWaitMs;
  }

  /** Units under way. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Units of the past are under way. */
  get hasPast(): boolean {
    return this.#waiting.at(-1)?.isPast === true;
  }

  /** Number of the unit that was admitted last. */
  get sequence(): number {
    return this.#sequence;
  }

  /** How long the oldest unit has been under way, ms. */
  waitedMs(nowMs: number): number {
    const oldest = this.#waiting[0];
    return oldest === undefined ? 0 : nowMs - oldest.sinceMs;
  }

  /** Asks for a unit of so many bytes. With `send` it counts as under way under the next number. `isPast`: it is only to be decoded. */
  admit(unit: { keyframe: boolean; bytes: number; isPast?: boolean }, nowMs: number): Admission {
    if (this.#isFull(unit.bytes, nowMs)) {
      const first = !this.#overflowed;
      this.#overflowed = true;
      this.#needsKeyframe = true;
      return first ? "overflow" : "full";
    }
    if (this.#needsKeyframe && !unit.keyframe) return "keyframe";
    this.#needsKeyframe = false;
    this.#overflowed = false;
    this.#hadPast ||= unit.isPast ?? false;
    this.#sequence += 1;
    this.#waiting.push({
      sequence: this.#sequence,
      sinceMs: nowMs,
      bytes: unit.bytes,
      isPast: unit.isPast ?? false,
    });
    this.#bytes += unit.bytes;
    return "send";
  }

  /** The child is done with this unit and those before it. */
  done(sequence: number): void {
    while (this.#waiting.length > 0 && this.#waiting[0]!.sequence <= sequence) {
      this.#bytes -= this.#waiting.shift()!.bytes;
    }
  }

  /** Nothing is under way any more: the child is another one. */
  reset(): void {
    this.#waiting.length = 0;
    this.#bytes = 0;
    this.#hadPast = false;
    this.#needsKeyframe = true;
    this.#overflowed = false;
  }

  #isFull(bytes: number, nowMs: number): boolean {
    const mostMs = this.#hadPast ? Math.max(pastWaitMs, this.#maxWaitMs) : this.#maxWaitMs;
    return (
      this.waitedMs(nowMs) > mostMs || this.#waiting.length >= maxUnits || this.#bytes + bytes > maxBytes
    );
  }
}
