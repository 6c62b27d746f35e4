import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import {
  type InitSegment,
  LivePlaylists,
  type PackagerSink,
  type Part,
  type RenditionInfo,
  type Segment,
} from "@sameroom/engine";
import { serializeMediaPlaylist, serializeMultivariant, type UnitFormat } from "@sameroom/protocol";
import type { ArchivedProgram, ProgramInfo, StoredSegment } from "../program/live-archive.ts";
import type { PlannedRendition } from "../program/planned-rendition.ts";
import type { Program } from "../program/program.ts";
import { AAC_BPS, AAC_RENDITION, isAacMade, OPUS_RENDITION } from "../program/rendition-names.ts";
import type { Transcoders } from "../transcode/transcoders.ts";
import { type EncodedText, EncodedTexts } from "./encoded-text.ts";
import type { PlayerKind } from "./live-address.ts";
import { LiveMemory } from "./live-memory.ts";
import { LiveProgress } from "./live-progress.ts";
import { MeasuredRate } from "./measured-rate.ts";
import { composeMultivariant, type ListedRendition, withOneSound } from "./multivariant.ts";
import { PastSound } from "./past-sound.ts";
import type { WaitingRoom } from "./waiting-room.ts";

export interface LiveShowOptions {
  info: ProgramInfo;
  /** Keeps what leaves memory; undefined: then nobody does. */
  archived: ArchivedProgram | undefined;
  /** Length of a part that is aimed at. */
  partMs: number;
  /** Requests of the whole worker that are held open. */
  waiting: WaitingRoom;
  /** Makes AAC of what is past. */
  transcoders: Pick<Transcoders, "openAudio">;
}

/** Kept in memory, ms: longer than parts are listed. */
const KEEP_MS = 36_000;
/**
 * Where nothing but memory has it, in longest segments: three are where players without low latency begin, and as much is for those who
 * are slow to fetch it. Less of it is listed: what has been listed a moment ago can still be had.
 */
const KEEP_SEGMENTS = 6;
const LISTED_SEGMENTS = 4;

/** How long a rendition that has not begun holds the multivariant playlist up, ms of the show: beyond its first segment, once that is coming. */
const LIST_PATIENCE_MS = 4000;
/** Stands for the program as a whole where renditions are named. */
const ALL = "";

interface Pending {
  key: string;
  rendition: string;
  isDone(): boolean;
}

/** What is served of one program: its playlists, its newest bytes, and who waits for more of either. */
export class LiveShow implements PackagerSink {
  readonly info: ProgramInfo;
  readonly progress: LiveProgress;
  readonly playlists: LivePlaylists;
  readonly #options: LiveShowOptions;
  readonly #memory: LiveMemory;
  readonly #pastSound: PastSound;
  readonly #texts = new EncodedTexts();
  readonly #versions = new Map<string, number>();
  readonly #pending = new Map<string, Pending>();
  readonly #touched = new Set<string>();
  readonly #renditions = new Map<string, RenditionInfo>();
  /** Renditions that had anything but gaps, and those with a complete segment. */
  readonly #filled = new Set<string>();
  readonly #segmented = new Set<string>();
  readonly #formats = new Map<string, UnitFormat>();
  readonly #rates = new Map<string, MeasuredRate>();
  #newestMicros = 0;
  /** Of the newest segment that does not begin with a keyframe. */
  #dependentMicros = Number.NEGATIVE_INFINITY;
  readonly #dvrMs: number;
  #isOver = false;

  constructor(options: LiveShowOptions) {
    this.#options = options;
    this.info = options.info;
    const { info, archived, partMs } = options;
    this.progress = new LiveProgress({ partMs });
    const { maxSegmentMs } = info;
    const listedMs = LISTED_SEGMENTS * maxSegmentMs;
    this.#dvrMs = archived === undefined ? listedMs : Math.max(info.dvrMs, listedMs);
    const made = { [AAC_RENDITION]: { of: OPUS_RENDITION, format: isAacMade } };
    this.playlists = new LivePlaylists({ partMs, maxSegmentMs, dvrMs: this.#dvrMs, made });
    this.#pastSound = new PastSound({
      ...{ transcoders: options.transcoders, bitrate: AAC_BPS },
      format: () => {
        const format = this.#formats.get(OPUS_RENDITION);
        return format?.kind === "audio" ? format : undefined;
      },
      read: async (segment) => bytesOf(await this.#kept(OPUS_RENDITION, segment)),
    });
    this.#memory = new LiveMemory({
      keepMs: archived === undefined ? KEEP_SEGMENTS * maxSegmentMs : KEEP_MS,
      onForgotten: (rendition, segment) => this.#forgotten(rendition, segment),
    });
  }

  /** The show is over: nothing more comes. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Bytes of media in memory. */
  get byteLength(): number {
    return this.#memory.byteLength;
  }

  /**
   * Whether the multivariant playlist can be made: players read it once, so what is about to come is waited for a moment. Not so what is
   * `planned`: it is listed from the beginning.
   */
  isListable(planned: readonly PlannedRendition[] = []): boolean {
    if (this.#isOver) return true;
    const ids = [...this.#renditions.keys()].filter((id) => !planned.some((each) => each.id === id));
    const late = ids.filter((id) => !this.hasBegun(id));
    if (late.length === ids.length || late.length === 0) return ids.length > late.length;
    const isComing = late.some((id) => this.#filled.has(id));
    const patienceMs = LIST_PATIENCE_MS + (isComing ? this.info.maxSegmentMs : 0);
    return this.#newestMicros / 1000 - this.info.startedUnixMs > patienceMs;
  }

  /** Whether there is anything to play of it, and a complete segment in its playlist. */
  hasBegun(rendition: string): boolean {
    return this.#isOver || (this.#filled.has(rendition) && this.#segmented.has(rendition));
  }

  /** The playlist of a rendition as it is now; undefined while it has no segment. */
  playlist(rendition: string, skip: boolean): EncodedText | undefined {
    const version = this.#versions.get(rendition) ?? 0;
    return this.#texts.of(`${rendition} ${skip}`, version, () => {
      const model = this.playlists.playlist(rendition);
      return model && serializeMediaPlaylist(model, { skip });
    });
  }

  /** All that players may choose from now; what is planned is made when they do. */
  multivariant(
    program: Pick<Program, "planned" | "isSparse" | "isGone">,
    { isInRoom, takesOpus }: PlayerKind,
  ): EncodedText | undefined {
    const { planned, isSparse } = program;
    const version = (this.#versions.get(ALL) ?? 0) * 64 + planned.length;
    const gone = [...this.#renditions.keys()].filter((id) => program.isGone(id));
    return this.#texts.of(`${ALL} ${isInRoom} ${takesOpus} ${isSparse} ${gone}`, version, () => {
      const listed = withOneSound(this.#listed(planned, gone), takesOpus);
      return listed.length === 0
        ? undefined
        : serializeMultivariant(
            composeMultivariant(this.info.epoch, listed, {
              independent: this.#newestMicros - this.#dependentMicros > this.#dvrMs * 1000,
              beginsUnixMs: this.playlists.beginsUnixMs,
              sparse: isSparse,
              inRoom: isInRoom,
            }),
          );
    });
  }

  initOf(rendition: string, version: number): Uint8Array | undefined {
    return this.#memory.initOf(rendition, version);
  }

  partOf(rendition: string, segment: number, part: number): Uint8Array | undefined {
    return this.#memory.partOf(rendition, segment, part);
  }

  /** A complete segment: from memory, from where it is kept, or made of one that is. */
  async segmentOf(rendition: string, segment: number): Promise<Uint8Array | StoredSegment | undefined> {
    const kept = await this.#kept(rendition, segment);
    return kept === undefined && this.playlists.isMade(rendition, segment)
      ? this.#pastSound.segment(segment)
      : kept;
  }

  /** What a request that waits for this part, or for the whole segment, is held under. Released when it is there. */
  keyFor(rendition: string, segment: number, part: number | undefined): string {
    return this.#key(rendition, `${segment}.${part ?? ""}`, () =>
      this.progress.has(rendition, segment, part),
    );
  }

  /** What a request that waits for a rendition to begin, or to be where the others are, is held under. */
  keyForFirst(rendition: string, isReady: () => boolean): string {
    return this.#key(rendition, "first", isReady);
  }

  /** What a request that waits for a multivariant playlist is held under. */
  keyForList({ takesOpus }: PlayerKind, isReady: () => boolean): string {
    return this.#key(ALL, takesOpus ? "opus" : "list", isReady);
  }

  init(init: InitSegment): void {
    this.#forward((sink) => sink.init(init));
    this.#formats.set(init.rendition, init.format);
    this.#touch(ALL);
  }

  part(part: Part): void {
    this.#forward((sink) => sink.part(part));
    this.progress.part(part.rendition, part.segment, part.index);
    if (!part.gap) this.#filled.add(part.rendition);
    this.#newestMicros = Math.max(this.#newestMicros, part.captureMicros);
    this.#touch(part.rendition);
  }

  segment(segment: Segment): void {
    this.#forward((sink) => sink.segment(segment));
    this.progress.segment(segment.rendition, segment.number, segment.parts);
    // Gaps before the first picture are not in the playlist.
    if (this.#filled.has(segment.rendition)) this.#segmented.add(segment.rendition);
    // An encoder that sends a keyframe too seldom: segments are cut without one.
    if (!segment.independent && !segment.gap) this.#dependentMicros = segment.captureMicros;
    this.#rateOf(segment.rendition).add(segment);
    this.#touch(segment.rendition);
    this.#touch(ALL);
  }

  rendition(info: RenditionInfo, state: "added" | "removed"): void {
    this.#forward((sink) => sink.rendition(info, state));
    if (state === "added") this.#renditions.set(info.id, info);
    else this.#renditions.delete(info.id);
    this.#touch(info.id);
    this.#touch(ALL);
  }

  ended(): void {
    this.#forward((sink) => sink.ended());
    this.#isOver = true;
    for (const rendition of this.#versions.keys()) this.#touch(rendition);
    for (const { key } of this.#pending.values()) this.#options.waiting.release(key);
    this.#pending.clear();
  }

  /** Nobody is served any more. */
  close(): void {
    this.#pastSound.close();
    this.#memory.clear();
  }

  async #kept(rendition: string, segment: number): Promise<Uint8Array | StoredSegment | undefined> {
    return this.#memory.segmentOf(rendition, segment) ?? this.#options.archived?.read(rendition, segment);
  }

  /** What left memory and is on no disk, because that was full or slow, is where going back ends from now on. */
  #forgotten(rendition: string, segment: number): void {
    if (this.#options.archived?.isLost(rendition, segment)) this.playlists.lose(segment);
  }

  /** `gone`: what the host of before has sent. It stays listed until all has begun that who goes on with the show sends. */
  #listed(planned: readonly PlannedRendition[], gone: readonly string[]): ListedRendition[] {
    const listed: ListedRendition[] = [];
    const present = [...this.#renditions.values()].filter(({ id }) => !gone.includes(id));
    const isWhole = present.length > 0 && present.every(({ id }) => this.hasBegun(id));
    for (const { id, kind } of isWhole ? present : this.#renditions.values()) {
      const format = this.#formats.get(id);
      if (format === undefined || !this.hasBegun(id)) continue;
      const { codecs } = format;
      const { peakBps, averageBps } = this.#rateOf(id);
      const shape =
        format.kind === "video"
          ? { width: format.width, height: format.height }
          : { channels: format.channels };
      listed.push({ id, kind, codecs, peakBps, averageBps, ...shape });
    }
    const known = new Set(listed.map(({ id }) => id));
    for (const { bps, ...rendition } of planned)
      if (!known.has(rendition.id)) listed.push({ ...rendition, peakBps: bps, averageBps: bps });
    return listed;
  }

  #rateOf(rendition: string): MeasuredRate {
    const rate = this.#rates.get(rendition) ?? new MeasuredRate();
    this.#rates.set(rendition, rate);
    return rate;
  }

  #key(rendition: string, what: string, isDone: () => boolean): string {
    const key = `${this.info.epoch}/${rendition}/${what}`;
    if (!this.#pending.has(key)) this.#pending.set(key, { key, rendition, isDone });
    return key;
  }

  #forward(call: (sink: PackagerSink) => void): void {
    call(this.#memory);
    call(this.playlists);
    if (this.#options.archived !== undefined) call(this.#options.archived);
  }

  /** Another version; whoever waits is answered when all that the packager does at once is done. */
  #touch(rendition: string): void {
    this.#versions.set(rendition, (this.#versions.get(rendition) ?? 0) + 1);
    if (this.#touched.size === 0) queueMicrotask(() => this.#release());
    this.#touched.add(rendition);
  }

  #release(): void {
    for (const { key, rendition, isDone } of this.#pending.values()) {
      if (!this.#touched.has(rendition) || !isDone()) continue;
      this.#pending.delete(key);
      this.#options.waiting.release(key);
    }
    this.#touched.clear();
  }
}

async function bytesOf(segment: Uint8Array | StoredSegment | undefined): Promise<Uint8Array | undefined> {
  if (segment === undefined || segment instanceof Uint8Array) return segment;
  // What the disk has lost is as good as never kept.
  return (segment instanceof Readable ? buffer(segment) : readFile(segment.path)).catch(() => undefined);
}
