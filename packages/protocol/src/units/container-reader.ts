import { ByteQueue } from "../bytes/byte-queue.ts";
import type { SampleReader } from "./sample-reader.ts";
import type { AudioFormat, TimedUnit } from "./types.ts";

/** Reads a container as it comes: pieces of any length in, units out. Never throws; after a {@link fault} nothing more comes. */
export abstract class ContainerReader {
  protected readonly queue = new ByteQueue();
  #unsupported: string[] = [];
  #sound: AudioFormat | undefined;
  #skip = 0;
  #fault: string | undefined;

  /** What made the bytes unreadable. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Tracks that cannot be taken, by what the container calls their codec, e.g. `ac-3` or `A_PCM/INT/LIT`. */
  get unsupported(): readonly string[] {
    return this.#unsupported;
  }

  /** Format of the first track of sound, whether or not any has come; undefined: there is none. */
  get sound(): AudioFormat | undefined {
    return this.#sound;
  }

  /** Any piece, of any length; the units it completes. */
  push(bytes: Uint8Array): TimedUnit[] {
    if (this.#fault !== undefined) return [];
    this.queue.push(bytes);
    const units: TimedUnit[] = [];
    while (this.#fault === undefined && this.#advance(units));
    return units;
  }

  /** Takes one piece of the container off the queue, if all of it is there; false when more bytes are needed. */
  protected abstract step(units: TimedUnit[]): boolean;

  /** The next so many bytes are of no interest. */
  protected passOver(bytes: number): true {
    this.#skip = bytes;
    return true;
  }

  /** The last word. */
  protected fail(fault: string): false {
    this.#fault = fault;
    return false;
  }

  /** All tracks are known again: readers of those that are taken, codecs of those that cannot be. */
  protected describe(taken: Iterable<{ reader: SampleReader }>, unsupported: string[]): void {
    this.#sound = [...taken].find(({ reader }) => reader.sound !== undefined)?.reader.sound;
    this.#unsupported = unsupported;
  }

  #advance(units: TimedUnit[]): boolean {
    if (this.#skip === 0) return this.step(units);
    this.#skip -= this.queue.take(this.#skip).length;
    return this.#skip === 0 && this.queue.length > 0;
  }
}
