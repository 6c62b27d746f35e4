import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, Emitter, type Random } from "@sameroom/base";
import type { InitSegment, Part, RenditionInfo, Segment } from "@sameroom/engine";
import type { ArchivedProgram, ProgramInfo, StoredSegment } from "../program/live-archive.ts";
import type { ArchiveFault } from "./archive-fault.ts";
import { initName } from "./live-names.ts";
import { RenditionWriter, type WriterLimits } from "./rendition-writer.ts";

export type ProgramArchiveEvents = {
  rendition: [info: RenditionInfo, state: "added" | "removed"];
  /** `path`: where its file is or will be before any segment that needs it. */
  init: [init: InitSegment, path: string];
  /** Complete: `segment` follows once the disk has said whether it takes it. */
  closing: [segment: Segment];
  /** Whole on disk, or (undefined) never: a gap, or the disk refused. */
  segment: [segment: Segment, path: string | undefined];
  fault: [fault: ArchiveFault | undefined];
  /** All that will ever be on disk is there. */
  ended: [];
};

export interface ProgramArchiveOptions {
  info: ProgramInfo;
  /** Of this program: `<data>/live/<room>/<epoch>`. */
  directory: string;
  clock: Pick<Clock, "nowMs">;
  random: Pick<Random, "next">;
  limits: WriterLimits;
  onListenerError: (error: Error, event: string) => void;
}

interface Kept {
  byteLength: number;
  /** Undefined: the disk refused it. */
  path: string | undefined;
  captureMicros: number;
}

/** Files that the window has left stay so much longer: players and recordings may just be at them, ms. */
const PRUNE_LATER_MS = 60_000;

/** What one program leaves on disk: the DVR window of every rendition, written as it comes. */
export class ProgramArchive extends Emitter<ProgramArchiveEvents> implements ArchivedProgram {
  readonly info: ProgramInfo;
  readonly directory: string;
  readonly #options: ProgramArchiveOptions;
  readonly #writers = new Map<string, RenditionWriter>();
  readonly #kept = new Map<string, Map<number, Kept>>();
  #openSegment = -1;
  #fault: ArchiveFault | undefined;
  #ending: Promise<void> | undefined;

  constructor(options: ProgramArchiveOptions) {
    super(options.onListenerError);
    this.#options = options;
    this.info = options.info;
    this.directory = options.directory;
  }

  /** Highest number of a segment that has begun, -1 before the first one. */
  get openSegment(): number {
    return this.#openSegment;
  }

  /** What keeps any of the renditions from being written. */
  get fault(): ArchiveFault | undefined {
    return this.#fault;
  }

  /** Bytes that wait for the disk. */
  get queuedBytes(): number {
    let bytes = 0;
    for (const writer of this.#writers.values()) bytes += writer.queuedBytes;
    return bytes;
  }

  rendition(info: RenditionInfo, state: "added" | "removed"): void {
    this.emit("rendition", info, state);
  }

  init(init: InitSegment): void {
    this.#writer(init.rendition).init(init);
    this.emit("init", init, join(this.directory, init.rendition, initName(init.version)));
  }

  part(part: Part): void {
    this.#openSegment = Math.max(this.#openSegment, part.segment);
    this.#writer(part.rendition).part(part);
  }

  segment(segment: Segment): void {
    this.#openSegment = Math.max(this.#openSegment, segment.number);
    this.emit("closing", segment);
    this.#writer(segment.rendition).segment(segment);
  }

  ended(): void {
    void this.close();
  }

  /** Takes nothing more. Resolves when the disk has all that came, and listeners of `ended` know. */
  close(): Promise<void> {
    this.#ending ??= Promise.all([...this.#writers.values()].map((writer) => writer.drain())).then(() =>
      this.emit("ended"),
    );
    return this.#ending;
  }

  async read(rendition: string, segment: number): Promise<StoredSegment | undefined> {
    const { path, byteLength = 0 } = this.#kept.get(rendition)?.get(segment) ?? {};
    return path === undefined ? undefined : { path, byteLength };
  }

  isLost(rendition: string, segment: number): boolean {
    const kept = this.#kept.get(rendition)?.get(segment);
    return kept !== undefined && kept.path === undefined;
  }

  #writer(rendition: string): RenditionWriter {
    const known = this.#writers.get(rendition);
    if (known !== undefined) return known;
    const { clock, random, limits } = this.#options;
    const writer = new RenditionWriter({
      ...limits,
      directory: join(this.directory, rendition),
      clock,
      random,
      onSegment: (segment, path) => this.#settle(segment, path),
      onFault: () => this.#noteFault(),
    });
    this.#writers.set(rendition, writer);
    return writer;
  }

  #settle(segment: Segment, path: string | undefined): void {
    const kept = this.#kept.get(segment.rendition) ?? new Map<number, Kept>();
    this.#kept.set(segment.rendition, kept);
    const { number, byteLength, captureMicros, durationMicros } = segment;
    kept.set(number, { byteLength, captureMicros, path });
    this.#prune(kept, captureMicros + durationMicros);
    this.emit("segment", segment, path);
  }

  /** Removes what players cannot go back to any more. Recordings have links of their own. */
  #prune(kept: Map<number, Kept>, endMicros: number): void {
    const oldest = endMicros - (this.info.dvrMs + PRUNE_LATER_MS) * 1000;
    for (const [number, { captureMicros, path }] of kept) {
      if (captureMicros >= oldest) return;
      kept.delete(number);
      if (path !== undefined) void rm(path, { force: true }).catch(() => {});
    }
  }

  #noteFault(): void {
    let fault: ArchiveFault | undefined;
    for (const writer of this.#writers.values()) fault ??= writer.fault;
    if (fault === this.#fault) return;
    this.#fault = fault;
    this.emit("fault", fault);
  }
}
