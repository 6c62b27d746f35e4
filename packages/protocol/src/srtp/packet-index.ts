import { ReplayWindow } from "./replay-window.ts";

/** Rollover counter and replay state of one received SSRC (RFC 3711 section 3.3.1). */
export class ReceiveIndex {
  readonly #window: ReplayWindow;
  #highest: number | undefined;
  readonly #initialRoc: number;

  constructor(windowSize: number, initialRoc: number) {
    this.#window = new ReplayWindow(windowSize);
    this.#initialRoc = initialRoc;
  }

  /** The 48-bit index this sequence number most likely has: the one nearest to the highest so far. */
  estimate(sequenceNumber: number): number {
    if (this.#highest === undefined) return this.#initialRoc * 0x1_0000 + sequenceNumber;
    const last = this.#highest % 0x1_0000;
    const roc = Math.floor(this.#highest / 0x1_0000);
    let guess = roc;
    if (last < 0x8000) {
      if (sequenceNumber - last > 0x8000) guess = roc - 1;
    } else if (last - 0x8000 > sequenceNumber) guess = roc + 1;
    return guess * 0x1_0000 + sequenceNumber;
  }

  accepts(index: number): boolean {
    return index >= 0 && index < 0x1_0000_0000_0000 && this.#window.accepts(index);
  }

  /** Remembers an authenticated packet. */
  add(index: number): void {
    this.#window.add(index);
    if (this.#highest === undefined || index > this.#highest) this.#highest = index;
  }
}

/** Index of each packet we protect: sequence numbers that wrap raise the rollover counter, late ones keep the older. */
export class SendIndex {
  #highest: number | undefined;
  readonly #initialRoc: number;

  constructor(initialRoc: number) {
    this.#initialRoc = initialRoc;
  }

  next(sequenceNumber: number): number {
    if (this.#highest === undefined) {
      this.#highest = this.#initialRoc * 0x1_0000 + sequenceNumber;
      return this.#highest;
    }
    const distance = ((sequenceNumber - this.#highest) << 16) >> 16;
    const index = this.#highest + distance;
    if (index > this.#highest) this.#highest = index;
    return index;
  }
}
