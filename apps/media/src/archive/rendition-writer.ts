import { type FileHandle, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Backoff, type Clock, createBackoff, type Random } from "@sameroom/base";
import type { InitSegment, Part, Segment } from "@sameroom/engine";
import { type ArchiveFault, faultOf } from "./archive-fault.ts";
import { initName, segmentName } from "./live-names.ts";
import { writeAtomically } from "./write-atomically.ts";

export interface WriterLimits {
  /** Bytes of one rendition that wait for the disk at most; default 16 MiB. */
  maxQueuedBytes?: number | undefined;
  /** How long a part waits for the disk at most, ms; default 8000. */
  maxLagMs?: number | undefined;
  /** Longest pause before the disk is tried again, ms; default 30,000. */
  maxRetryMs?: number | undefined;
}

export interface RenditionWriterOptions extends WriterLimits {
  /** Of this rendition; made when the first bytes come. */
  directory: string;
  clock: Pick<Clock, "nowMs">;
  random: Pick<Random, "next">;
  /** A segment is whole on disk, or (undefined) will never be. */
  onSegment(segment: Segment, path: string | undefined): void;
  /** The disk began to refuse, or (undefined) takes segments again. */
  onFault(fault: ArchiveFault | undefined): void;
}

type PartItem = { kind: "part"; segment: number; version: number; bytes: Uint8Array };
type Item = PartItem | { kind: "init" } | { kind: "close"; segment: Segment; isTaken: boolean };

interface OpenFile {
  number: number;
  path: string;
  handle: FileHandle;
}

const RETRY_MS = 1000;

/**
 * Writes one rendition: each part is appended to its segment's file and synced. Callers never wait. What the disk does not take
 * in time costs the open segment; the next one is tried after a pause.
 */
export class RenditionWriter {
  readonly #options: RenditionWriterOptions;
  readonly #maxQueuedBytes: number;
  readonly #maxLagMs: number;
  readonly #backoff: Backoff;
  readonly #inits = new Map<number, Uint8Array>();
  /** Of the init segment that came last. */
  #version = 0;
  #queue: Item[] = [];
  #queuedBytes = 0;
  #running: Promise<void> | undefined;
  #file: OpenFile | undefined;
  /** Segment that parts come for, and whether they are taken. */
  #current: number | undefined;
  #taking = false;
  /** Start of the operation that the disk is busy with. */
  #busySinceMs: number | undefined;
  /** What the disk is busy with is not wanted any more. */
  #abandoned = false;
  #retryAtMs = 0;
  #fault: ArchiveFault | undefined;

  constructor(options: RenditionWriterOptions) {
    this.#options = options;
    const { maxQueuedBytes = 16 * 1024 * 1024, maxLagMs = 8000, maxRetryMs = 30_000, random } = options;
    this.#maxQueuedBytes = maxQueuedBytes;
    this.#maxLagMs = maxLagMs;
    this.#backoff = createBackoff({ baseMs: RETRY_MS, maxMs: maxRetryMs, random });
  }

  get fault(): ArchiveFault | undefined {
    return this.#fault;
  }

  /** Bytes that wait for the disk. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  init({ version, bytes }: InitSegment): void {
    this.#version = version;
    this.#inits.set(version, bytes);
    this.#enqueue({ kind: "init" });
  }

  part({ segment, bytes, gap }: Part): void {
    if (gap || bytes.length === 0) return;
    const nowMs = this.#options.clock.nowMs();
    if (segment !== this.#current) {
      this.#current = segment;
      this.#taking = !this.#abandoned && nowMs >= this.#retryAtMs;
    }
    if (!this.#taking) return;
    if (this.#isTooMuch(bytes.length, nowMs)) {
      this.#abandoned = this.#busySinceMs !== undefined;
      this.#giveUp("disk-slow");
      return;
    }
    this.#queuedBytes += bytes.length;
    this.#enqueue({ kind: "part", segment, version: this.#version, bytes });
  }

  segment(segment: Segment): void {
    const isTaken = !segment.gap && segment.number === this.#current && this.#taking;
    // In order with those that the disk is still busy with, unless nobody knows how long.
    if (this.#abandoned) this.#options.onSegment(segment, undefined);
    else this.#enqueue({ kind: "close", segment, isTaken });
  }

  /** Resolves when the disk has taken or refused all that came; what is open then is closed as it is. */
  async drain(): Promise<void> {
    await this.#running;
    const file = this.#file;
    this.#file = undefined;
    await file?.handle.close().catch(() => {});
  }

  #isTooMuch(bytes: number, nowMs: number): boolean {
    if (this.#queuedBytes + bytes > this.#maxQueuedBytes) return true;
    return this.#busySinceMs !== undefined && nowMs - this.#busySinceMs > this.#maxLagMs;
  }

  #enqueue(item: Item): void {
    this.#queue.push(item);
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    for (let item = this.#queue.shift(); item !== undefined; item = this.#queue.shift()) {
      this.#busySinceMs = this.#options.clock.nowMs();
      let failure: unknown;
      let path: string | undefined;
      try {
        await this.#writeInits();
        if (item.kind === "part") await this.#append(item, this.#takeWith(item));
        else if (item.kind === "close" && item.isTaken) path = await this.#close();
      } catch (error) {
        failure = error;
      }
      this.#busySinceMs = undefined;
      if (this.#abandoned || failure !== undefined) {
        path = undefined;
        await this.#discard();
        if (!this.#abandoned) this.#giveUp(faultOf(failure));
        this.#abandoned = false;
      }
      if (path !== undefined) this.#recovered();
      if (item.kind === "close") this.#options.onSegment(item.segment, path);
    }
    this.#running = undefined;
  }

  /** The bytes of a part, and of those of its segment that wait behind it: written together. */
  #takeWith(part: PartItem): Uint8Array[] {
    const bytes = [part.bytes];
    for (const next of this.#queue) {
      if (next.kind !== "part" || next.segment !== part.segment) break;
      bytes.push(next.bytes);
    }
    this.#queue.splice(0, bytes.length - 1);
    for (const { length } of bytes) this.#queuedBytes -= length;
    return bytes;
  }

  async #writeInits(): Promise<void> {
    for (const [version, bytes] of this.#inits) {
      await writeAtomically(join(this.#options.directory, initName(version)), bytes);
      this.#inits.delete(version);
    }
  }

  async #append({ segment: number, version }: PartItem, bytes: Uint8Array[]): Promise<void> {
    if (this.#file?.number !== number) {
      await this.#close();
      await mkdir(this.#options.directory, { recursive: true });
      const path = join(this.#options.directory, segmentName(number, version));
      this.#file = { number, path, handle: await open(path, "w") };
    }
    const { handle } = this.#file;
    let expected = 0;
    for (const { length } of bytes) expected += length;
    const { bytesWritten } = await handle.writev(bytes);
    if (bytesWritten < expected) throw Object.assign(new Error("the disk is full"), { code: "ENOSPC" });
    await handle.datasync();
  }

  /** Path of the file that was open. */
  async #close(): Promise<string | undefined> {
    const file = this.#file;
    this.#file = undefined;
    await file?.handle.close();
    return file?.path;
  }

  /** Frees what the open segment takes. */
  async #discard(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    await file.handle.close().catch(() => {});
    await rm(file.path, { force: true }).catch(() => {});
  }

  /** Nothing of what waits is written; the next segment is tried after a pause. */
  #giveUp(fault: ArchiveFault): void {
    const waiting = this.#queue;
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#taking = false;
    this.#retryAtMs = this.#options.clock.nowMs() + this.#backoff.nextMs();
    this.#setFault(fault);
    for (const item of waiting) if (item.kind === "close") this.#options.onSegment(item.segment, undefined);
  }

  #recovered(): void {
    this.#backoff.reset();
    this.#setFault(undefined);
  }

  #setFault(fault: ArchiveFault | undefined): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    this.#options.onFault(fault);
  }
}
