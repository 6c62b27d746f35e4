import type { AccessUnit } from "@sameroom/protocol";
import type { Transcode } from "./transcode.ts";

/** A second of sound, mostly: some 20 ms of work. */
const SLICE = 50;
/** More wait only for a transcode that does nothing. */
const MOST_WAITING = 4000;

/**
 * Much sound at once to a transcode, little by little: its process makes that of other rooms as well, for which nobody may wait. What comes
 * meanwhile comes behind it.
 */
export class SlicedFeed {
  readonly #transcode: Pick<Transcode, "push" | "underWay" | "on">;
  readonly #onDone: () => void;
  #waiting: AccessUnit[] = [];
  #isFeeding = false;

  /** `onDone`: all that was given is done with. */
  constructor(transcode: Pick<Transcode, "push" | "underWay" | "on">, onDone: () => void = () => {}) {
    this.#transcode = transcode;
    this.#onDone = onDone;
    transcode.on("idle", () => this.#next());
  }

  /** Past units, all at once. */
  give(units: readonly AccessUnit[]): void {
    this.#waiting.push(...units);
    this.#isFeeding = true;
    if (this.#transcode.underWay === 0) this.#next();
  }

  /** The next unit, as it comes. */
  push(unit: AccessUnit): void {
    if (this.#waiting.length === 0) {
      this.#transcode.push(unit);
      return;
    }
    if (this.#waiting.length === MOST_WAITING) this.#waiting = [];
    this.#waiting.push(unit);
    // Its process was another one before, and says nothing of what that had.
    if (this.#transcode.underWay === 0) this.#next();
  }

  #next(): void {
    if (!this.#isFeeding) return;
    if (this.#waiting.length === 0) {
      this.#isFeeding = false;
      this.#onDone();
      return;
    }
    for (const unit of this.#waiting.splice(0, SLICE)) this.#transcode.push(unit);
  }
}
