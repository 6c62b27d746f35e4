import { FIRST_SEGMENT } from "@sameroom/engine";

/** How far one rendition is. */
interface Progress {
  /** Media sequence number of the segment that is being made. */
  segment: number;
  /** Parts of it that are complete. */
  parts: number;
  /** Parts of the segment before. */
  partsBefore: number;
}

/** Players may ask so many segments ahead of the last one (RFC 8216bis section 6.2.5.2). */
const MAX_SEGMENTS_AHEAD = 2;

/** What is complete of every rendition, for requests that wait for more. */
export class LiveProgress {
  readonly #renditions = new Map<string, Progress>();
  readonly #maxPartsAhead: number;

  /** `partMs`: length of a part that is aimed at. */
  constructor({ partMs }: { partMs: number }) {
    // The advance part limit of RFC 8216bis section 6.2.5.2.
    this.#maxPartsAhead = partMs < 1000 ? Math.ceil(3000 / partMs) : 3;
  }

  part(rendition: string, segment: number, index: number): void {
    const before = this.#renditions.get(rendition);
    const partsBefore = before?.segment === segment ? before.partsBefore : (before?.parts ?? 0);
    this.#renditions.set(rendition, { segment, parts: index + 1, partsBefore });
  }

  segment(rendition: string, number: number, parts: number): void {
    this.#renditions.set(rendition, { segment: number + 1, parts: 0, partsBefore: parts });
  }

  /** Whether the segment is complete, or, with `part`, that part of it. False for a rendition that has nothing yet. */
  has(rendition: string, segment: number, part: number | undefined): boolean {
    const now = this.#renditions.get(rendition);
    if (now === undefined) return false;
    if (part === undefined) return now.segment > segment;
    if (now.segment === segment) return now.parts > part;
    // A part beyond the last one of a segment stands for the first of the next.
    if (now.segment === segment + 1 && part >= now.partsBefore) return now.parts > 0;
    return now.segment > segment;
  }

  /** Whether it is so far ahead that nobody who plays this can mean it. */
  isTooFar(rendition: string, segment: number, part: number | undefined): boolean {
    const now = this.#renditions.get(rendition);
    if (now === undefined) return segment > MAX_SEGMENTS_AHEAD;
    // The last segment in the playlist is the one being made once it has a part, else the one before.
    if (segment > now.segment - (now.parts > 0 ? 0 : 1) + MAX_SEGMENTS_AHEAD) return true;
    if (part === undefined || segment < now.segment) return false;
    return part >= (segment === now.segment ? now.parts : 0) + this.#maxPartsAhead;
  }

  /** Whether the part is the next one: what the playlist hints at. */
  isNext(rendition: string, segment: number, part: number): boolean {
    const now = this.#renditions.get(rendition);
    if (now === undefined) return segment === FIRST_SEGMENT && part === 0;
    return (
      (segment === now.segment && part === now.parts) ||
      (segment === now.segment + 1 && part === 0 && now.parts > 0)
    );
  }

  /** Whether the part will never come: its segment is complete without it. */
  isMissed(rendition: string, segment: number): boolean {
    return (this.#renditions.get(rendition)?.segment ?? 0) > segment;
  }
}
