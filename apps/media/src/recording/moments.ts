import type { InitSegment, RenditionInfo, Segment } from "@sameroom/engine";
import type { UnitFormat } from "@sameroom/protocol";
import type { Moment, TakenSegment } from "./moment.ts";

interface Candidate {
  info: RenditionInfo;
  isThere: boolean;
  inits: Map<number, { path: string; format: UnitFormat }>;
}

interface Pending {
  /** By rendition; undefined: there is no such segment. */
  settled: Map<string, TakenSegment | undefined>;
  discontinuity: boolean;
}

/** A rendition that says nothing about a segment, not even that the disk has it, is waited for so many segments. */
const PATIENCE = 6;
/** Sound as hosts send it. AAC is made of Opus as well: where there is Opus, that came from the host. */
const SOUND = "opus";
const OTHER_SOUND = "aac";

/**
 * Chooses, for each number of the segment grid, what a recording takes: of the host's own pictures the largest that has the
 * whole segment, and the sound. What is made from them (`h264-480`, `aac` of Opus) is passed over.
 */
export class Moments {
  readonly #onMoment: (moment: Moment) => void;
  readonly #candidates = new Map<string, Candidate>();
  readonly #pending = new Map<number, Pending>();
  /** By number, the renditions whose segment the disk is busy with. */
  readonly #closing = new Map<number, Set<string>>();
  #decided = -1;
  #highest = -1;

  constructor(onMoment: (moment: Moment) => void) {
    this.#onMoment = onMoment;
  }

  rendition(info: RenditionInfo, state: "added" | "removed"): void {
    if (!isOriginal(info.id)) return;
    const known = this.#candidates.get(info.id);
    if (known !== undefined) known.isThere = state === "added";
    else if (state === "added") this.#candidates.set(info.id, { info, isThere: true, inits: new Map() });
    this.#decide();
  }

  init({ rendition, version, format }: InitSegment, path: string): void {
    this.#candidates.get(rendition)?.inits.set(version, { path, format });
  }

  /** It will be known of this segment whether the disk has taken it. */
  closing({ rendition, number }: Segment): void {
    if (!this.#candidates.has(rendition)) return;
    const closing = this.#closing.get(number) ?? new Set();
    this.#closing.set(number, closing.add(rendition));
  }

  segment(segment: Segment, path: string | undefined): void {
    const candidate = this.#candidates.get(segment.rendition);
    const { number } = segment;
    const closing = this.#closing.get(number);
    closing?.delete(segment.rendition);
    if (closing?.size === 0) this.#closing.delete(number);
    if (candidate === undefined || number <= this.#decided) return;
    const pending = this.#pending.get(number) ?? { settled: new Map(), discontinuity: false };
    this.#pending.set(number, pending);
    const init = candidate.inits.get(segment.init);
    const taken = path === undefined || init === undefined ? undefined : { path, init };
    pending.discontinuity ||= segment.discontinuity;
    pending.settled.set(
      segment.rendition,
      taken && {
        rendition: segment.rendition,
        version: segment.init,
        path: taken.path,
        initPath: taken.init.path,
        format: taken.init.format,
        captureMicros: segment.captureMicros,
        durationMicros: segment.durationMicros,
        byteLength: segment.byteLength,
      },
    );
    this.#highest = Math.max(this.#highest, number);
    this.#decide();
  }

  /** Nothing more will come. */
  end(): void {
    for (const candidate of this.#candidates.values()) candidate.isThere = false;
    this.#decide();
  }

  #decide(): void {
    for (const number of [...this.#pending.keys()].sort((a, b) => a - b)) {
      const { settled, discontinuity } = this.#pending.get(number)!;
      const isComing = this.#closing.has(number) || this.#highest - number < PATIENCE;
      if (isComing && this.#isWaiting(settled)) return;
      this.#pending.delete(number);
      this.#decided = number;
      const pictures = [...settled].flatMap(([id, taken]) =>
        taken !== undefined && this.#candidates.get(id)?.info.kind === "video" ? [taken] : [],
      );
      const video = pictures.sort(byQuality)[0];
      const audio = settled.get(SOUND) ?? settled.get(OTHER_SOUND);
      this.#onMoment({ number, discontinuity, video, audio });
    }
  }

  /** Whether something that may be taken has not been heard of. */
  #isWaiting(settled: Pending["settled"]): boolean {
    const hasSound = settled.get(SOUND) !== undefined;
    for (const [id, { isThere }] of this.#candidates) {
      if (isThere && !settled.has(id) && !(id === OTHER_SOUND && hasSound)) return true;
    }
    return false;
  }
}

/** Whether recordings may take this rendition: the host's own, or sound that may be. */
export function isOriginal(rendition: string): boolean {
  return rendition === SOUND || rendition === OTHER_SOUND || rendition.startsWith("v-");
}

/** The sound to take of several renditions. */
export function bestSound<Sound extends { rendition: string }>(sounds: readonly Sound[]): Sound | undefined {
  return sounds.find(({ rendition }) => rendition === SOUND) ?? sounds[0];
}

/** The best picture first; among equals always the same. */
export function byQuality(a: TakenSegment, b: TakenSegment): number {
  return sizeOf(b.format) - sizeOf(a.format) || a.rendition.localeCompare(b.rendition);
}

/** For the order of pictures: how many pixels. */
function sizeOf(format: UnitFormat): number {
  return format.kind === "video" ? format.width * format.height : 0;
}
