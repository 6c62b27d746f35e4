import { type Attribute, parseAttributes } from "./parse-attributes.ts";
import { readLines } from "./read-lines.ts";

export interface ReadPart {
  uri: string;
  duration: number;
  independent: boolean;
  gap: boolean;
}

export interface ReadSegment {
  sequence: number;
  /** Undefined of a segment that is not whole. */
  uri: string | undefined;
  /** Seconds; of a segment that is not whole that of its parts. */
  duration: number;
  parts: ReadPart[];
  discontinuity: boolean;
  gap: boolean;
  /** Address of the init segment that holds here; undefined, too, when the tag was skipped. */
  map: string | undefined;
  programDateTimeMs: number | undefined;
}

/** A media playlist as a client understands it. */
export interface ReadMediaPlaylist {
  /** Values of tags that come at most once, without those of the attribute lists. */
  single: Map<string, string>;
  control: Map<string, Attribute> | undefined;
  partTarget: number | undefined;
  /** Not a number where it is missing or malformed. */
  targetDuration: number;
  mediaSequence: number;
  discontinuitySequence: number;
  skipped: number;
  segments: ReadSegment[];
  open: ReadSegment;
  hints: Map<string, Attribute>[];
  reports: Map<string, Attribute>[];
  isEnded: boolean;
}

/** Tags that a playlist has once (RFC 8216bis sections 4.4.1 to 4.4.3, 4.4.5.2). */
const SINGLE = new Set([
  "EXT-X-VERSION",
  "EXT-X-TARGETDURATION",
  "EXT-X-MEDIA-SEQUENCE",
  "EXT-X-DISCONTINUITY-SEQUENCE",
  "EXT-X-ENDLIST",
  "EXT-X-PLAYLIST-TYPE",
  "EXT-X-PART-INF",
  "EXT-X-SERVER-CONTROL",
  "EXT-X-INDEPENDENT-SEGMENTS",
  "EXT-X-SKIP",
]);
/** Must come before the first segment. */
const BEFORE_SEGMENTS = new Set(["EXT-X-MEDIA-SEQUENCE", "EXT-X-DISCONTINUITY-SEQUENCE", "EXT-X-SKIP"]);
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/;
const DECIMAL = /^\d+(\.\d+)?$/;
const INTEGER = /^\d{1,15}$/;

/** Reads a media playlist, noting what is malformed. Never throws. */
export function readMediaPlaylist(text: string, faults: string[]): ReadMediaPlaylist {
  return new Reader(faults).read(text);
}

class Reader {
  readonly #faults: string[];
  readonly #single = new Map<string, string>();
  readonly #segments: ReadSegment[] = [];
  readonly #hints: Map<string, Attribute>[] = [];
  readonly #reports: Map<string, Attribute>[] = [];
  #segment: ReadSegment = startSegment(undefined);
  #duration: number | undefined;

  constructor(faults: string[]) {
    this.#faults = faults;
  }

  read(text: string): ReadMediaPlaylist {
    for (const line of readLines(text, this.#faults)) {
      if ("uri" in line) this.#finishSegment(line.uri);
      else this.#takeTag(line.tag, line.value);
    }
    if (this.#duration !== undefined) this.#faults.push("4.4.4.1: #EXTINF without an address");
    return this.#result();
  }

  #result(): ReadMediaPlaylist {
    const single = this.#single;
    const list = (tag: string) => (single.has(tag) ? this.#attributes(tag, single.get(tag)!) : undefined);
    const mediaSequence = this.#integer("EXT-X-MEDIA-SEQUENCE") ?? 0;
    const skip = list("EXT-X-SKIP")?.get("SKIPPED-SEGMENTS")?.value;
    if (single.has("EXT-X-SKIP") && !(skip !== undefined && INTEGER.test(skip) && Number(skip) > 0))
      this.#faults.push("4.4.5.2: #EXT-X-SKIP without a number of segments");
    const skipped = skip === undefined ? 0 : Number(skip) || 0;
    for (const [index, segment] of this.#segments.entries())
      segment.sequence = mediaSequence + skipped + index;
    const open = this.#segment;
    open.sequence = mediaSequence + skipped + this.#segments.length;
    for (const { duration } of open.parts) open.duration += duration;
    const partTarget = list("EXT-X-PART-INF")?.get("PART-TARGET")?.value;
    if (single.has("EXT-X-PART-INF") && !(partTarget !== undefined && DECIMAL.test(partTarget)))
      this.#faults.push("4.4.3.7: #EXT-X-PART-INF without PART-TARGET");
    return {
      single,
      control: list("EXT-X-SERVER-CONTROL"),
      partTarget: partTarget === undefined ? undefined : Number(partTarget),
      targetDuration: this.#integer("EXT-X-TARGETDURATION") ?? Number.NaN,
      mediaSequence,
      discontinuitySequence: this.#integer("EXT-X-DISCONTINUITY-SEQUENCE") ?? 0,
      skipped,
      segments: this.#segments,
      open,
      hints: this.#hints,
      reports: this.#reports,
      isEnded: single.has("EXT-X-ENDLIST"),
    };
  }

  #takeTag(tag: string, value: string): void {
    if (SINGLE.has(tag)) {
      if (this.#single.has(tag)) this.#faults.push(`4.4: #${tag} more than once`);
      const hasBegun = this.#segments.length > 0 || this.#segment.parts.length > 0;
      if (BEFORE_SEGMENTS.has(tag) && hasBegun) this.#faults.push(`4.4.3: #${tag} behind a segment`);
      this.#single.set(tag, value);
      return;
    }
    const segment = this.#segment;
    switch (tag) {
      case "EXTINF":
        this.#takeDuration(value);
        return;
      case "EXT-X-DISCONTINUITY":
        segment.discontinuity = true;
        return;
      case "EXT-X-GAP":
        segment.gap = true;
        return;
      case "EXT-X-BITRATE":
        if (!INTEGER.test(value)) this.#faults.push("4.4.4.8: #EXT-X-BITRATE is no integer");
        return;
      case "EXT-X-MAP":
        segment.map = this.#attributes(tag, value)?.get("URI")?.value;
        if (segment.map === undefined) this.#faults.push("4.4.4.5: #EXT-X-MAP without URI");
        return;
      case "EXT-X-PROGRAM-DATE-TIME":
        segment.programDateTimeMs = Date.parse(value);
        if (!ISO_TIME.test(value) || Number.isNaN(segment.programDateTimeMs))
          this.#faults.push(`4.4.4.6: not a time with a zone: ${value}`);
        return;
      case "EXT-X-PART":
        this.#takePart(this.#attributes(tag, value));
        return;
      case "EXT-X-PRELOAD-HINT":
        this.#push(this.#hints, this.#attributes(tag, value));
        return;
      case "EXT-X-RENDITION-REPORT":
        this.#push(this.#reports, this.#attributes(tag, value));
        return;
      case "EXT-X-STREAM-INF":
      case "EXT-X-MEDIA":
      case "EXT-X-I-FRAME-STREAM-INF":
        this.#faults.push(`4.1: #${tag} in a media playlist`);
    }
  }

  #takeDuration(value: string): void {
    const [seconds = ""] = value.split(",", 1);
    if (!DECIMAL.test(seconds) || !value.includes(",")) this.#faults.push(`4.4.4.1: #EXTINF:${value}`);
    if (this.#duration !== undefined) this.#faults.push("4.4.4.1: two #EXTINF before one address");
    this.#duration = Number(seconds);
  }

  #takePart(attributes: Map<string, Attribute> | undefined): void {
    const uri = attributes?.get("URI");
    const duration = attributes?.get("DURATION")?.value ?? "";
    if (uri?.isQuoted !== true || !DECIMAL.test(duration)) {
      this.#faults.push("4.4.4.9: #EXT-X-PART without URI or DURATION");
      return;
    }
    this.#segment.parts.push({
      uri: uri.value,
      duration: Number(duration),
      independent: attributes?.get("INDEPENDENT")?.value === "YES",
      gap: attributes?.get("GAP")?.value === "YES",
    });
  }

  #finishSegment(uri: string): void {
    if (this.#duration === undefined) this.#faults.push(`4.4.4.1: ${uri} without #EXTINF`);
    this.#segments.push({ ...this.#segment, uri, duration: this.#duration ?? 0 });
    this.#duration = undefined;
    this.#segment = startSegment(this.#segment.map);
  }

  #attributes(tag: string, value: string): Map<string, Attribute> | undefined {
    const attributes = parseAttributes(value);
    if (attributes === undefined) this.#faults.push(`4.2: malformed attributes: #${tag}:${value}`);
    return attributes;
  }

  #push(list: Map<string, Attribute>[], attributes: Map<string, Attribute> | undefined): void {
    if (attributes !== undefined) list.push(attributes);
  }

  #integer(tag: string): number | undefined {
    const value = this.#single.get(tag);
    if (value === undefined) return undefined;
    if (!INTEGER.test(value)) this.#faults.push(`4.4.3: #${tag}:${value} is no integer`);
    return Number(value);
  }
}

function startSegment(map: string | undefined): ReadSegment {
  return {
    sequence: 0,
    uri: undefined,
    duration: 0,
    parts: [],
    discontinuity: false,
    gap: false,
    map,
    programDateTimeMs: undefined,
  };
}
