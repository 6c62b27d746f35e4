import {
  type AccessUnit,
  type AudioFormat,
  h264Format,
  opusFormat,
  parseFragment,
  timescaleOf,
  type VideoFormat,
} from "@sameroom/protocol";
import { Packager } from "./packager.ts";
import type { InitSegment, PackagerOptions, PackagerSink, Part, RenditionInfo, Segment } from "./types.ts";

export const START = 1_800_000_000_000_000;
const bytes = (hex: string) => Uint8Array.from(hex.match(/../g)!, (pair) => Number.parseInt(pair, 16));
const SPS = {
  small: "6742c01eda0290bf889210000003001000000303c0f162ea",
  large: "67640028acd940780227e584000003000400000300f03c60c658",
};

/** Another object each time, as a stream's. */
export function pictureFormat(size: keyof typeof SPS = "small"): VideoFormat {
  return h264Format({ sps: [bytes(SPS[size])], pps: [bytes("68ce0fc8")] })!;
}

export function picture(format: VideoFormat, atMs: number, keyframe = false, size = 20): AccessUnit {
  const captureMicros = START + Math.round(atMs * 1000);
  return {
    format,
    captureMicros,
    compositionMicros: 0,
    keyframe,
    samples: 0,
    data: new Uint8Array(size).fill(1),
  };
}

export function sound(format: AudioFormat, atMs: number): AccessUnit {
  const captureMicros = START + Math.round(atMs * 1000);
  return {
    format,
    captureMicros,
    compositionMicros: 0,
    keyframe: true,
    samples: 960,
    data: Uint8Array.of(0xfc, 1, 2),
  };
}

/** Keeps what the packager says, and what is wrong with it: each rendition's parts and segments must add up. */
export class RecordingSink implements PackagerSink {
  readonly inits: InitSegment[] = [];
  readonly parts: Part[] = [];
  readonly segments: Segment[] = [];
  readonly renditions: string[] = [];
  readonly faults: string[] = [];
  hasEnded = false;
  readonly #open = new Map<string, { number: number; parts: Part[] }>();
  readonly #end = new Map<string, number>();

  init(init: InitSegment): void {
    const before = this.inits.filter(({ rendition }) => rendition === init.rendition).length;
    if (init.version !== before) this.faults.push(`init ${init.version} after ${before}`);
    const last = this.inits.findLast(({ rendition }) => rendition === init.rendition);
    const rescale = timescaleOf(init.format) / timescaleOf((last ?? init).format);
    this.#end.set(init.rendition, Math.floor((this.#end.get(init.rendition) ?? 0) * rescale));
    this.inits.push(init);
  }

  part(part: Part): void {
    this.parts.push(part);
    const { rendition, segment, index } = part;
    const open = this.#open.get(rendition) ?? { number: segment, parts: [] };
    this.#open.set(rendition, open);
    if (open.number !== segment) this.faults.push(`${rendition}: part of ${segment} in ${open.number}`);
    if (index !== open.parts.length) this.faults.push(`${rendition} ${segment}: part ${index}`);
    if (!(part.durationMicros > 0)) this.faults.push(`${rendition} ${segment}.${index}: no duration`);
    open.parts.push(part);
    if (part.gap) {
      if (part.bytes.length > 0 || part.independent) this.faults.push("a gap with something in it");
      return;
    }
    const fragment = parseFragment(part.bytes);
    if (fragment === undefined) return void this.faults.push(`${rendition} ${segment}.${index}: no fragment`);
    if ((fragment.samples[0]?.keyframe ?? false) !== part.independent)
      this.faults.push(`${segment}.${index}: independent?`);
    if (fragment.samples.length === 0) {
      if (index === 0) this.faults.push(`${rendition} ${segment}: begins with nothing`);
      return;
    }
    const end = this.#end.get(rendition) ?? 0;
    if (fragment.baseTime < end)
      this.faults.push(`${rendition} ${segment}.${index}: ${fragment.baseTime} < ${end}`);
    const ticks = fragment.samples.reduce((sum, { duration }) => sum + duration, 0);
    this.#end.set(rendition, fragment.baseTime + ticks);
  }

  segment(segment: Segment): void {
    const { rendition, number } = segment;
    const before = this.of(rendition).at(-1);
    if (before !== undefined && number !== before.number + 1)
      this.faults.push(`${rendition}: ${number} after ${before.number}`);
    this.segments.push(segment);
    const parts = this.#open.get(rendition)?.parts ?? [];
    this.#open.delete(rendition);
    const byteLength = parts.reduce((sum, part) => sum + part.bytes.length, 0);
    const micros = parts.reduce((sum, part) => sum + part.durationMicros, 0);
    if (segment.parts !== parts.length || segment.byteLength !== byteLength)
      this.faults.push(`${rendition} ${number}: parts do not add up`);
    if (segment.gap ? parts.length > 0 : micros !== segment.durationMicros)
      this.faults.push(`${rendition} ${number}: ${micros} of ${segment.durationMicros}`);
    if (!segment.gap && segment.independent !== parts[0]!.independent)
      this.faults.push(`${number}: independent?`);
  }

  rendition({ id }: RenditionInfo, state: "added" | "removed"): void {
    this.renditions.push(`${id} ${state}`);
  }

  ended(): void {
    this.hasEnded = true;
  }

  /** Segments of a rendition. */
  of(rendition: string): Segment[] {
    return this.segments.filter((segment) => segment.rendition === rendition);
  }

  /** Where its segments begin, ms after {@link START}. */
  starts(rendition: string): number[] {
    return this.of(rendition).map(({ captureMicros }) => Math.round((captureMicros - START) / 1000));
  }

  partsOf(rendition: string): Part[] {
    return this.parts.filter((part) => part.rendition === rendition);
  }
}

export interface StageLayer {
  id: string;
  format: VideoFormat;
  /** How much later its pictures are known than the sound, ms. */
  delayMs: number;
  /** Every so many ms a keyframe of its own accord; default never. */
  everyMs?: number;
  /** Its keyframes come so much later than those of others, ms. */
  lateMs?: number;
  /** Its clock is off by so much, ms. */
  skewMs?: number;
  /** {@link RenditionOptions.patienceMs} */
  patienceMs?: number | undefined;
  /** false: no picture comes. */
  isFlowing?: boolean;
  /** Time between pictures, ms, a multiple of 5; default 40. */
  frameMs?: number;
}

/** A host with layers and a microphone who answers requests for keyframes, in steps of 5 ms. */
export class Stage {
  readonly sink = new RecordingSink();
  readonly packager: Packager;
  readonly layers: StageLayer[];
  readonly opus = opusFormat(2);
  readonly asked: number[] = [];
  /** When it heard of segments that begin without a keyframe. */
  readonly cutsWithout: number[] = [];
  /** A request for a keyframe is answered by a picture taken so many ms later; undefined: never. */
  answerMs: number | undefined = 120;
  hasSound = true;
  hasAnyKeyframe = true;
  nowMs = 0;
  readonly #keyframeFrom = new Map<string, number>();

  constructor(layers: StageLayer[], options: PackagerOptions & { sink?: PackagerSink } = {}) {
    this.layers = layers;
    this.packager = new Packager(options, options.sink ?? this.sink, {
      askForKeyframes: () => this.#answer(),
      cutWithoutKeyframe: () => this.cutsWithout.push(this.nowMs),
    });
    layers.forEach(({ id, patienceMs }, index) => {
      this.packager.addRendition({ id, kind: "video" }, { master: index === layers.length - 1, patienceMs });
      this.#keyframeFrom.set(id, 0);
    });
    this.packager.addRendition({ id: "opus", kind: "audio" });
  }

  /** Until so many ms after the start. */
  run(untilMs: number): this {
    for (; this.nowMs < untilMs; this.nowMs += 5) {
      this.packager.tick(START / 1000 + this.nowMs);
      if (this.hasSound && this.nowMs % 20 === 0) this.packager.push("opus", sound(this.opus, this.nowMs));
      for (const layer of this.layers) this.#shoot(layer);
    }
    return this;
  }

  #answer(): void {
    this.asked.push(this.nowMs);
    if (this.answerMs === undefined) return;
    for (const { id, lateMs = 0 } of this.layers) {
      const fromMs = this.nowMs + this.answerMs + lateMs;
      this.#keyframeFrom.set(id, Math.min(this.#keyframeFrom.get(id)!, fromMs));
    }
  }

  #shoot(layer: StageLayer): void {
    const { id, format, delayMs, everyMs, skewMs = 0, isFlowing = true, frameMs = 40 } = layer;
    const atMs = this.nowMs - delayMs;
    if (atMs < 0 || atMs % frameMs !== 0 || !isFlowing) return;
    const isKeyframe = atMs >= this.#keyframeFrom.get(id)! || (everyMs !== undefined && atMs % everyMs === 0);
    if (isKeyframe) this.#keyframeFrom.set(id, Number.POSITIVE_INFINITY);
    this.packager.push(id, picture(format, atMs + skewMs, isKeyframe));
  }
}
