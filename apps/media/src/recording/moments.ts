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

/** A rendition that says nothing about a segment is waited for so many segments. */
const PATIENCE = 6;
/** The sound that recordings keep: as the host sent it. */
const SOUND = "opus";

/**
 * Chooses, for each number of the segment grid, what a recording takes: of the host's own pictures the largest that has the
 * whole segment, and the Opus sound. What is made from them (`h264-480`, `aac`) is passed over.
 */
export class Moments {
  readonly #onMoment: (moment: Moment) => void;
  readonly #candidates = new Map<string, Candidate>();
  readonly #pending = new Map<number, Pending>();
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

  segment(segment: Segment, path: string | undefined): void {
    const candidate = this.#candidates.get(segment.rendition);
    const { number } = segment;
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
      const isWaiting = [...this.#candidates].some(([id, { isThere }]) => isThere && !settled.has(id));
      if (isWaiting && this.#highest - number < PATIENCE) return;
      this.#pending.delete(number);
      this.#decided = number;
      const pictures = [...settled].flatMap(([id, taken]) =>
        taken !== undefined && this.#candidates.get(id)?.info.kind === "video" ? [taken] : [],
      );
      const video = pictures.sort(byQuality)[0];
      const audio = settled.get(SOUND);
      this.#onMoment({ number, discontinuity, video, audio });
    }
  }
}

/** Whether recordings may take this rendition: the host's own, not what is made from it. */
export function isOriginal(rendition: string): boolean {
  return rendition === SOUND || rendition.startsWith("v-");
}

/** The best picture first; among equals always the same. */
export function byQuality(a: TakenSegment, b: TakenSegment): number {
  return sizeOf(b.format) - sizeOf(a.format) || a.rendition.localeCompare(b.rendition);
}

/** For the order of pictures: how many pixels. */
function sizeOf(format: UnitFormat): number {
  return format.kind === "video" ? format.width * format.height : 0;
}
