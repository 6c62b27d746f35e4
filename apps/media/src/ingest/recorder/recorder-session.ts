import type { RecorderChunk } from "@sameroom/contract";
import type { EncoderFeed } from "../encoder/types.ts";
import type { ContainerReader } from "./container-reader.ts";

const TRANSPORT_INTERVAL_MS = 1000;

export interface RecorderSessionOptions {
  feed: EncoderFeed;
  createReader: () => ContainerReader;
  /** Opens it again; a secret. */
  resume: string;
}

/** One host's recorder, over however many connections: chunks in their order, each once, to units. */
export class RecorderSession {
  readonly feed: EncoderFeed;
  readonly resume: string;
  readonly #createReader: () => ContainerReader;
  #reader: ContainerReader;
  #next = 0;
  #reportedMs = Number.NEGATIVE_INFINITY;

  constructor({ feed, createReader, resume }: RecorderSessionOptions) {
    this.feed = feed;
    this.resume = resume;
    this.#createReader = createReader;
    this.#reader = createReader();
  }

  /** The number of the chunk that is wanted. */
  get next(): number {
    return this.#next;
  }

  /** What made the bytes unreadable: the session is of no use any more. */
  get fault(): string | undefined {
    return this.#reader.fault;
  }

  get unsupported(): readonly string[] {
    return this.#reader.unsupported;
  }

  /** What came before, or comes too early, changes nothing. */
  take({ sequence, begins, bytes, roundTripMs }: RecorderChunk, nowMs: number): void {
    if (sequence !== this.#next) return;
    this.#next += 1;
    if (begins) this.#reader = this.#createReader();
    const units = this.#reader.push(bytes);
    this.feed.expectSound(this.#reader.sound);
    for (const unit of units) this.feed.push(unit);
    if (roundTripMs === undefined || nowMs - this.#reportedMs < TRANSPORT_INTERVAL_MS) return;
    this.#reportedMs = nowMs;
    this.feed.transport({ roundTripMs });
  }
}
