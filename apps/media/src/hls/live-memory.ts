import type { InitSegment, PackagerSink, Part, RenditionInfo, Segment } from "@sameroom/engine";

interface Kept {
  number: number;
  parts: Uint8Array[];
  /** All parts, once the segment is complete; the parts are then views of it. */
  whole: Uint8Array | undefined;
  endMicros: number;
}

interface Rendition {
  inits: Map<number, Uint8Array>;
  segments: Map<number, Kept>;
}

/** Set-ups remembered of one rendition: more would be a source gone wild. */
const MAX_INITS = 64;

/**
 * The newest bytes of every rendition of a program. A segment leaves when its end is more than `keepMs` behind the end of
 * the newest one, and is then somebody else's to keep.
 */
export class LiveMemory implements PackagerSink {
  readonly #keepMicros: number;
  readonly #onForgotten: (rendition: string, segment: number) => void;
  readonly #renditions = new Map<string, Rendition>();
  #byteLength = 0;

  /** `onForgotten`: a segment has left. */
  constructor({
    keepMs,
    onForgotten = () => {},
  }: {
    keepMs: number;
    onForgotten?: (rendition: string, segment: number) => void;
  }) {
    this.#keepMicros = keepMs * 1000;
    this.#onForgotten = onForgotten;
  }

  /** Of all segments held. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** The initialisation segment of this version. */
  initOf(rendition: string, version: number): Uint8Array | undefined {
    return this.#renditions.get(rendition)?.inits.get(version);
  }

  /** A part that is complete. Empty when nothing was there. */
  partOf(rendition: string, segment: number, part: number): Uint8Array | undefined {
    return this.#renditions.get(rendition)?.segments.get(segment)?.parts[part];
  }

  /** A segment that is complete. */
  segmentOf(rendition: string, segment: number): Uint8Array | undefined {
    return this.#renditions.get(rendition)?.segments.get(segment)?.whole;
  }

  init({ rendition, version, bytes }: InitSegment): void {
    const { inits } = this.#of(rendition);
    inits.set(version, bytes);
    if (inits.size > MAX_INITS) inits.delete(inits.keys().next().value!);
  }

  part({ rendition, segment, index, bytes, captureMicros, durationMicros }: Part): void {
    const { segments } = this.#of(rendition);
    const kept = segments.get(segment) ?? { number: segment, parts: [], whole: undefined, endMicros: 0 };
    segments.set(segment, kept);
    kept.parts[index] = bytes;
    kept.endMicros = captureMicros + durationMicros;
    this.#byteLength += bytes.length;
  }

  segment({ rendition, number, captureMicros, durationMicros }: Segment): void {
    const { segments } = this.#of(rendition);
    const kept = segments.get(number);
    if (kept === undefined) return;
    kept.whole = join(kept.parts);
    const newestMicros = captureMicros + durationMicros;
    for (const old of segments.values()) {
      if (old === kept || newestMicros - old.endMicros <= this.#keepMicros) break;
      this.#forget(segments, old);
      this.#onForgotten(rendition, old.number);
    }
  }

  rendition({ id }: RenditionInfo, state: "added" | "removed"): void {
    if (state === "added") this.#of(id);
  }

  ended(): void {}

  /** Lets go of everything. */
  clear(): void {
    this.#renditions.clear();
    this.#byteLength = 0;
  }

  #of(rendition: string): Rendition {
    let found = this.#renditions.get(rendition);
    if (found === undefined) {
      found = { inits: new Map(), segments: new Map() };
      this.#renditions.set(rendition, found);
    }
    return found;
  }

  #forget(segments: Map<number, Kept>, { number, parts }: Kept): void {
    segments.delete(number);
    for (const part of parts) this.#byteLength -= part.length;
  }
}

/** One copy of all parts, whose places in the array become views of it. */
function join(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const [index, part] of parts.entries()) {
    whole.set(part, at);
    parts[index] = whole.subarray(at, at + part.length);
    at += part.length;
  }
  return whole;
}
