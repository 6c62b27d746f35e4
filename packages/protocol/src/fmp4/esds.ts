import { ByteWriter } from "../bytes/byte-writer.ts";
import { fullBox } from "./box.ts";

/** Descriptor tags (ISO 14496-1 table 1). */
const ES = 3;
const DECODER_CONFIG = 4;
const DECODER_SPECIFIC = 5;
const SYNC_LAYER = 6;

/** ISO 14496-3 audio; an audio stream, and the reserved bit. */
const OBJECT_TYPE = 0x40;
const STREAM_TYPE = 0x15;
const FOR_MP4_FILES = 2;

/** The `esds` box around an AudioSpecificConfig (ISO 14496-14 section 5.6, ISO 14496-1 section 7.2.6). */
export function serializeEsds(audioSpecificConfig: Uint8Array): Uint8Array {
  const specific = descriptor(DECODER_SPECIFIC, audioSpecificConfig);
  const config = new ByteWriter(64)
    .uint8(OBJECT_TYPE)
    .uint8(STREAM_TYPE)
    // Buffer size, most and average bitrate: not known.
    .uint24(0)
    .uint32(0)
    .uint32(0)
    .bytes(specific);
  const stream = new ByteWriter(64)
    .uint16(0)
    .uint8(0)
    .bytes(descriptor(DECODER_CONFIG, config.finish()))
    .bytes(descriptor(SYNC_LAYER, Uint8Array.of(FOR_MP4_FILES)));
  return fullBox("esds", {}, descriptor(ES, stream.finish()));
}

/** The AudioSpecificConfig out of the payload of an `esds` box; undefined when malformed. Never throws. */
export function parseEsds(payload: Uint8Array): Uint8Array | undefined {
  const stream = readDescriptor(payload, 4, ES);
  if (stream === undefined || stream.length < 3) return undefined;
  const flags = stream[2]!;
  let at = 3;
  if ((flags & 0x80) !== 0) at += 2;
  if ((flags & 0x40) !== 0) at += 1 + (stream[at] ?? 0);
  if ((flags & 0x20) !== 0) at += 2;
  const config = readDescriptor(stream, at, DECODER_CONFIG);
  return config && readDescriptor(config, 13, DECODER_SPECIFIC);
}

/** Four-byte lengths, as every other writer has them: some readers know no shorter ones. */
function descriptor(tag: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  if (length >= 1 << 28) throw new RangeError(`descriptor of ${length} bytes`);
  return new ByteWriter(length + 5)
    .uint8(tag)
    .uint8(0x80 | (length >> 21))
    .uint8(0x80 | (length >> 14))
    .uint8(0x80 | (length >> 7))
    .uint8(length & 0x7f)
    .bytes(payload)
    .finish();
}

function readDescriptor(bytes: Uint8Array, offset: number, tag: number): Uint8Array | undefined {
  if (bytes[offset] !== tag) return undefined;
  let length = 0;
  for (let at = offset + 1; at < offset + 5; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) return undefined;
    length = length * 128 + (byte & 0x7f);
    if ((byte & 0x80) !== 0) continue;
    return at + 1 + length <= bytes.length ? bytes.subarray(at + 1, at + 1 + length) : undefined;
  }
  return undefined;
}
