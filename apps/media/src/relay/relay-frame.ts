import type { AccessUnit, UnitFormat } from "@sameroom/protocol";
import { z } from "zod";

const HEAD_BYTES = 8;
const MOST_HEADER_BYTES = 64 * 1024;
const MOST_DATA_BYTES = 8 * 1024 * 1024;

const whole = z.number().int();
const set = { codecs: z.string().max(100), configuration: z.base64().max(40_000) };
const formatSchema = z.discriminatedUnion("kind", [
  z.object({
    ...{ kind: z.literal("video"), codec: z.enum(["h264", "vp8", "vp9", "av1", "hevc"]), ...set },
    ...{ width: whole.min(1).max(16_384), height: whole.min(1).max(16_384) },
  }),
  z.object({
    ...{ kind: z.literal("audio"), codec: z.enum(["opus", "aac"]), ...set },
    ...{ sampleRate: whole.min(1).max(384_000), channels: whole.min(1).max(16) },
  }),
]);
const headerSchema = z.object({
  kind: z.enum(["video", "audio"]),
  /** Only where it is another than the last one of its kind. */
  format: formatSchema.optional(),
  captureMicros: whole,
  compositionMicros: whole,
  keyframe: z.boolean(),
  samples: whole,
});

/** A unit on its way to another worker: lengths of header and data (32 bits each), header (JSON), data. `format`: say it anew. */
export function serializeRelayFrame(unit: AccessUnit, format: UnitFormat | undefined): Uint8Array {
  const { captureMicros, compositionMicros, keyframe, samples, data } = unit;
  const header: z.infer<typeof headerSchema> = {
    ...{ kind: unit.format.kind, captureMicros: Math.round(captureMicros) },
    ...{ compositionMicros: Math.round(compositionMicros), keyframe, samples },
    ...(format && {
      format: { ...format, configuration: Buffer.from(format.configuration).toString("base64") },
    }),
  };
  const text = Buffer.from(JSON.stringify(header));
  const frame = Buffer.allocUnsafe(HEAD_BYTES + text.length + data.byteLength);
  frame.writeUInt32BE(text.length, 0);
  frame.writeUInt32BE(data.byteLength, 4);
  text.copy(frame, HEAD_BYTES);
  frame.set(data, HEAD_BYTES + text.length);
  return frame;
}

/** Makes units of what comes from another worker, in pieces of any size. */
export class RelayParser {
  readonly #formats = new Map<string, UnitFormat>();
  #pieces: Uint8Array[] = [];
  #bytes = 0;

  /** Throws when it is no relay's stream. */
  push(piece: Uint8Array): AccessUnit[] {
    this.#pieces.push(piece);
    this.#bytes += piece.byteLength;
    const units: AccessUnit[] = [];
    for (let frame = this.#take(); frame !== undefined; frame = this.#take()) {
      const unit = this.#parse(frame);
      if (unit !== undefined) units.push(unit);
    }
    return units;
  }

  #take(): { header: Buffer; data: Buffer } | undefined {
    if (this.#bytes < HEAD_BYTES) return undefined;
    let all = this.#pieces[0] as Buffer;
    if (all.byteLength < HEAD_BYTES) all = this.#join();
    const sizes = Buffer.from(all.buffer, all.byteOffset, all.byteLength);
    const [header, data] = [sizes.readUInt32BE(0), sizes.readUInt32BE(4)];
    if (header > MOST_HEADER_BYTES || data > MOST_DATA_BYTES) throw new Error("a relay's frame is too large");
    const end = HEAD_BYTES + header + data;
    if (this.#bytes < end) return undefined;
    const joined = this.#join();
    this.#pieces = end === joined.byteLength ? [] : [joined.subarray(end)];
    this.#bytes -= end;
    return {
      header: joined.subarray(HEAD_BYTES, HEAD_BYTES + header),
      data: joined.subarray(HEAD_BYTES + header, end),
    };
  }

  #join(): Buffer {
    const joined = Buffer.concat(this.#pieces);
    this.#pieces = [joined];
    return joined;
  }

  #parse({ header, data }: { header: Buffer; data: Buffer }): AccessUnit | undefined {
    const { kind, format, ...times } = headerSchema.parse(JSON.parse(header.toString()));
    if (format !== undefined)
      this.#formats.set(format.kind, {
        ...format,
        configuration: new Uint8Array(Buffer.from(format.configuration, "base64")),
      });
    const known = this.#formats.get(kind);
    return known && { format: known, data: new Uint8Array(data), ...times };
  }
}
