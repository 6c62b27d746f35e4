import type { MediaSegment, OpenSegment, PartialSegment } from "@sameroom/protocol";
import type { Part, Segment } from "../packager/types.ts";

/** What is listed of one rendition. Belongs to a `LivePlaylists`. */
export class ListedRendition {
  segments: MediaSegment[] = [];
  /** Parts of the segment that is not whole yet. */
  open: PartialSegment[] = [];
  /** Number of the first segment that is listed. */
  mediaSequence = 0;
  #next = 0;
  #openSinceMs = 0;
  #openMicros = 0;
  #isOpenDiscontinuity = false;
  #micros = 0;
  /** Before the first: that of the first. */
  #version = 0;
  #isEmpty = true;
  /** Set-ups in which missing segments can be made. */
  readonly #madeMaps = new Set<string>();
  /** Segments before this index list no parts any more. */
  #partsFrom = 0;

  /** Nothing has come of it yet. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** Number of its newest segment and part; undefined before the first. */
  get last(): { msn: number; part: number } | undefined {
    if (this.open.length > 0) return { msn: this.#next, part: this.open.length - 1 };
    const newest = this.segments.at(-1);
    if (newest === undefined) return undefined;
    const parts = newest.parts?.length ?? 0;
    // Of a gap as a whole as if it were one part: what comes next is the next segment's first.
    return { msn: this.#next - 1, part: Math.max(0, parts - 1) };
  }

  /** Address of the part that comes next. */
  get nextPart(): string {
    return partUri(this.#next, this.open.length);
  }

  openSegment(): OpenSegment | undefined {
    if (this.open.length === 0) return undefined;
    return {
      map: mapUri(this.#version),
      programDateTimeMs: this.#openSinceMs,
      parts: this.open,
      discontinuity: this.#isOpenDiscontinuity,
    };
  }

  /** Its first segment has this number. */
  begin(number: number): void {
    this.#isEmpty = false;
    this.#next = number;
    this.mediaSequence = number;
  }

  /** `isMade`: what is missing can be made in this set-up. */
  init(version: number, isMade: boolean): void {
    this.#version = version;
    if (isMade) this.#madeMaps.add(mapUri(version));
  }

  /** Its segments, and those that can be made of `source`, which stand for the same time: before its first one, and in its gaps. */
  filledFrom(source: ListedRendition): { mediaSequence: number; segments: MediaSegment[] } {
    const { mediaSequence, segments } = this;
    const filled = segments.map((segment, at) =>
      segment.gap ? (this.#madeOf(source, mediaSequence + at, segment.map) ?? segment) : segment,
    );
    let first = mediaSequence;
    const map = segments[0]?.map ?? mapUri(this.#version);
    const before: MediaSegment[] = [];
    for (; first > source.mediaSequence; first -= 1) {
      const made = this.#madeOf(source, first - 1, map);
      if (made === undefined) break;
      before.push(made);
    }
    return { mediaSequence: first, segments: [...before.reverse(), ...filled] };
  }

  #madeOf(source: ListedRendition, number: number, map: string | undefined): MediaSegment | undefined {
    const segment = source.segments[number - source.mediaSequence];
    if (segment === undefined || segment.gap || map === undefined || !this.#madeMaps.has(map))
      return undefined;
    const { uri, duration, programDateTimeMs, discontinuity } = segment;
    return { uri, duration, programDateTimeMs, discontinuity, gap: false, map };
  }

  part(part: Part): void {
    const { segment, index, independent, durationMicros, captureMicros, gap, discontinuity } = part;
    this.#isOpenDiscontinuity = discontinuity ?? false;
    if (this.open.length === 0) this.#openSinceMs = captureMicros / 1000;
    const uri = partUri(segment, index);
    this.open.push({ uri, duration: durationMicros / 1e6, independent, gap });
    this.#openMicros += durationMicros;
  }

  segment({ number, init, durationMicros, captureMicros, discontinuity, gap }: Segment): void {
    this.segments.push({
      uri: segmentUri(number),
      duration: durationMicros / 1e6,
      map: mapUri(init),
      // As its parts have said: the time of a segment never changes (RFC 8216bis section 6.2.1).
      programDateTimeMs: this.open.length > 0 ? this.#openSinceMs : captureMicros / 1000,
      discontinuity,
      gap,
      parts: this.open.length > 0 ? this.open : undefined,
    });
    this.open = [];
    this.#openMicros = 0;
    this.#micros += durationMicros;
    this.#next = number + 1;
  }

  /** Forgets segments that are further than this from the end. */
  trim(windowMicros: number): void {
    let removed = 0;
    for (; removed < this.segments.length; removed += 1) {
      const micros = this.segments[removed]!.duration * 1e6;
      if (this.#micros - micros < windowMicros) break;
      this.#micros -= micros;
    }
    this.#remove(removed);
  }

  /** Forgets segments before this number, as long as so much is left. */
  trimBefore(number: number, leastMicros: number): void {
    let removed = 0;
    while (this.mediaSequence + removed < number && removed < this.segments.length) {
      const micros = this.segments[removed]!.duration * 1e6;
      if (this.#micros - micros < leastMicros) break;
      this.#micros -= micros;
      removed += 1;
    }
    this.#remove(removed);
  }

  /** Forgets parts of segments that end further than this from the end. */
  trimParts(partsMicros: number): void {
    let micros = this.#openMicros;
    let from = this.segments.length;
    while (from > this.#partsFrom && micros <= partsMicros) {
      from -= 1;
      micros += this.segments[from]!.duration * 1e6;
    }
    for (; this.#partsFrom < from; this.#partsFrom += 1) {
      const { parts: _, ...segment } = this.segments[this.#partsFrom]!;
      this.segments[this.#partsFrom] = segment;
    }
  }

  /** The oldest so many. */
  #remove(count: number): void {
    if (count === 0) return;
    this.segments.splice(0, count);
    this.mediaSequence += count;
    this.#partsFrom = Math.max(0, this.#partsFrom - count);
  }
}

function mapUri(version: number): string {
  return `init-${version}.mp4`;
}

function segmentUri(number: number): string {
  return `${number}.m4s`;
}

function partUri(segment: number, index: number): string {
  return `${segment}.${index}.m4s`;
}
