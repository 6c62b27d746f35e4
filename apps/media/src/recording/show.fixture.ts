import type { PackagerSink, RenditionInfo } from "@sameroom/engine";
import {
  aacFormat,
  h264Format,
  opusFormat,
  serializeFragment,
  serializeInit,
  timescaleOf,
  type UnitFormat,
} from "@sameroom/protocol";

const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));
const PPS = [hex("68ce0fc8")];

/** 642x362, as x264 writes it. */
export const SMALL = h264Format({
  sps: [hex("6742c01eda0290bf889210000003001000000303c0f162ea")],
  pps: PPS,
})!;
/** 1920x1080. */
export const LARGE = h264Format({
  sps: [hex("67640028acd940780227e584000003000400000300f03c60c658")],
  pps: PPS,
})!;
export const SOUND = opusFormat(2);
/** AAC-LC, stereo, 44.1 kHz. */
export const SOUND_AAC = aacFormat(hex("1210"));

/**
 * 20 ms of silence, stereo, filled up to a size by padding (RFC 6716 section 3.2.5): it decodes the same each time, of which
 * invented bytes are no example.
 */
function opusSilence(bytes: number): Uint8Array {
  const packet = new Uint8Array(bytes);
  // Code 3: one frame, padded. Behind them come the lengths of the padding, of which 255 stands for 254 and more.
  packet.set([0xff, 0x41]);
  const rest = bytes - 2 - CELT_SILENCE.length;
  const lengths = Math.ceil(rest / 255);
  packet.fill(255, 2, 2 + lengths - 1);
  packet[2 + lengths - 1] = rest - 255 * lengths + 254;
  packet.set(CELT_SILENCE, 2 + lengths);
  return packet;
}
const CELT_SILENCE = [0xff, 0xfe];

/** Length of a part, and of the four of them in a segment, ms. */
export const PART_MS = 200;
export const SEGMENT_MS = 800;
export const START_UNIX_MS = 1_700_000_000_000;

export interface ShowOptions {
  /** Formats by rendition. */
  renditions: Record<string, UnitFormat>;
  /** Bytes of a sample; default 200. */
  sampleBytes?: number;
}

/** Makes what a packager makes, of invented pictures and silence: the sink gets real init segments, fragments and segments. */
export class Show {
  readonly #sink: PackagerSink;
  readonly #sampleBytes: number;
  readonly #renditions = new Map<string, { format: UnitFormat; version: number; byteLength: number }>();
  #sequence = 0;
  /** Number of the next segment, and of its next part. */
  segment = 0;
  part = 0;

  constructor(sink: PackagerSink, { renditions, sampleBytes = 200 }: ShowOptions) {
    this.#sink = sink;
    this.#sampleBytes = sampleBytes;
    for (const [id, format] of Object.entries(renditions)) this.add(id, format);
  }

  add(id: string, format: UnitFormat): void {
    this.#renditions.set(id, { format, version: 0, byteLength: 0 });
    this.#sink.rendition(infoOf(id, format), "added");
    this.#sink.init({ rendition: id, version: 0, format, bytes: serializeInit(format) });
  }

  /** The encoder is set up anew. */
  change(id: string, format: UnitFormat): void {
    const rendition = this.#renditions.get(id)!;
    rendition.format = format;
    rendition.version += 1;
    const { version } = rendition;
    this.#sink.init({ rendition: id, version, format, bytes: serializeInit(format) });
  }

  /**
   * The next part of every rendition, and the segment when it was its last one; nothing of those in `gaps`. `keyframe`: whether pictures
   * begin with one.
   */
  next({ gaps = [] as string[], discontinuity = false, keyframe = true } = {}): void {
    const { segment, part } = this;
    const atMs = segment * SEGMENT_MS + part * PART_MS;
    for (const [id, rendition] of this.#renditions) {
      const gap = gaps.includes(id);
      const bytes = gap ? new Uint8Array(0) : this.fragment(rendition.format, atMs, keyframe);
      rendition.byteLength += bytes.length;
      this.#sink.part({
        ...{
          rendition: id,
          segment,
          index: part,
          independent: part === 0 && (keyframe || rendition.format.kind === "audio"),
          gap,
        },
        captureMicros: (START_UNIX_MS + atMs) * 1000,
        durationMicros: PART_MS * 1000,
        bytes,
      });
    }
    this.part += 1;
    if (this.part * PART_MS < SEGMENT_MS) return;
    for (const [id, rendition] of this.#renditions) {
      const { version, byteLength, format } = rendition;
      const independent = keyframe || format.kind === "audio";
      rendition.byteLength = 0;
      this.#sink.segment({
        ...{ rendition: id, number: segment, init: version, parts: this.part, independent },
        captureMicros: (START_UNIX_MS + segment * SEGMENT_MS) * 1000,
        durationMicros: SEGMENT_MS * 1000,
        ...{ byteLength, discontinuity, gap: gaps.includes(id) },
      });
    }
    this.segment += 1;
    this.part = 0;
  }

  /** Whole segments. */
  segments(count: number, options?: { gaps?: string[]; discontinuity?: boolean; keyframe?: boolean }): void {
    for (let left = count; left > 0; left -= 1) {
      const { segment } = this;
      while (this.segment === segment) this.next(options);
    }
  }

  end(): void {
    this.#sink.ended();
  }

  fragment(format: UnitFormat, atMs: number, hasKeyframe = true): Uint8Array {
    const timescale = timescaleOf(format);
    const duration = format.kind === "video" ? 3000 : format.codec === "aac" ? 1024 : 960;
    const count = Math.ceil((PART_MS * timescale) / 1000 / duration);
    this.#sequence += 1;
    return serializeFragment({
      format,
      sequence: this.#sequence,
      baseTime: (atMs * timescale) / 1000,
      samples: Array.from({ length: count }, (_, index) => ({
        data:
          format.codec === "opus"
            ? opusSilence(this.#sampleBytes)
            : new Uint8Array(this.#sampleBytes).fill(index + 1),
        duration,
        keyframe: format.kind === "audio" || (hasKeyframe && index === 0 && atMs % SEGMENT_MS === 0),
      })),
    });
  }
}

function infoOf(id: string, format: UnitFormat): RenditionInfo {
  return { id, kind: format.kind };
}
