import type { CodecName } from "./types.ts";

const IDR = 5;
const SPS = 7;
const STAP_A = 24;
const FU_A = 28;

/**
 * True when this RTP payload is the first of a keyframe a decoder can start on. Of audio every packet is one. The wire
 * decides in the same way. Never throws.
 */
export function isKeyframeStart(codec: CodecName, payload: Uint8Array): boolean {
  switch (codec) {
    case "h264":
      return isH264Key(payload);
    case "vp8":
      return isVp8Key(payload);
    case "vp9":
      return isVp9Key(payload);
    case "av1":
      return isAv1Key(payload);
    default:
      return payload.length > 0;
  }
}

/**
 * The SPS before an IDR slice; alone, in a STAP-A, or at the start of a FU-A (RFC 6184 sections 5.6 to 5.8). The slice
 * itself does not count: a decoder that starts there has no parameter sets.
 */
function isH264Key(payload: Uint8Array): boolean {
  if (payload.length < 1) return false;
  const type = payload[0]! & 31;
  if (type === FU_A) return payload.length >= 2 && (payload[1]! & 0x80) !== 0 && isKeyNal(payload[1]!);
  if (type !== STAP_A) return isKeyNal(payload[0]!);
  let offset = 1;
  while (offset + 3 <= payload.length) {
    const length = (payload[offset]! << 8) | payload[offset + 1]!;
    if (length === 0 || offset + 2 + length > payload.length) return false;
    if (isKeyNal(payload[offset + 2]!)) return true;
    offset += 2 + length;
  }
  return false;
}

function isKeyNal(header: number): boolean {
  return (header & 31) === SPS;
}

/** Start of the first partition with the inverse key frame bit clear (RFC 7741 sections 4.2 and 4.3). */
function isVp8Key(payload: Uint8Array): boolean {
  if (!isVp8FrameStart(payload)) return false;
  let offset = 1;
  if ((payload[0]! & 0x80) !== 0) {
    if (payload.length < 2) return false;
    const fields = payload[1]!;
    offset = 2;
    if ((fields & 0x80) !== 0) offset += ((payload[offset] ?? 0) & 0x80) !== 0 ? 2 : 1;
    if ((fields & 0x40) !== 0) offset += 1;
    if ((fields & 0x30) !== 0) offset += 1;
  }
  return offset < payload.length && (payload[offset]! & 1) === 0;
}

function isVp8FrameStart(payload: Uint8Array): boolean {
  return payload.length > 0 && (payload[0]! & 0x10) !== 0 && (payload[0]! & 7) === 0;
}

/** Not inter-predicted, start of a frame, lowest spatial layer (RFC 9628 section 4.2). */
function isVp9Key(payload: Uint8Array): boolean {
  return payload.length > 0 && (payload[0]! & 0x40) === 0 && isVp9PictureStart(payload);
}

function isVp9PictureStart(payload: Uint8Array): boolean {
  if (payload.length < 1 || (payload[0]! & 0x08) === 0) return false;
  let offset = 1;
  if ((payload[0]! & 0x80) !== 0) {
    if (offset >= payload.length) return false;
    offset += (payload[offset]! & 0x80) !== 0 ? 2 : 1;
  }
  if (offset >= payload.length) return false;
  return (payload[0]! & 0x20) === 0 || ((payload[offset]! >> 1) & 7) === 0;
}

/** N marks the first packet of a coded video sequence (RTP payload format for AV1, section 4.4). */
function isAv1Key(payload: Uint8Array): boolean {
  return payload.length >= 2 && (payload[0]! & 0x88) === 0x08;
}

/**
 * True when this payload begins a picture, as far as the payload alone tells: for H.264 a slice that starts at the
 * first macroblock, a parameter set or a delimiter; for AV1 one that does not continue an OBU. Never throws.
 */
export function isFrameStart(codec: CodecName, payload: Uint8Array): boolean {
  switch (codec) {
    case "h264":
      return isH264FrameStart(payload);
    case "vp8":
      return isVp8FrameStart(payload);
    case "vp9":
      return isVp9PictureStart(payload);
    case "av1":
      return payload.length >= 2 && (payload[0]! & 0x80) === 0;
    default:
      return payload.length > 0;
  }
}

function isH264FrameStart(payload: Uint8Array): boolean {
  if (payload.length < 2) return false;
  const type = payload[0]! & 31;
  if (type === STAP_A) return payload.length >= 5 && startsPicture(payload[3]!, payload[4]!);
  if (type !== FU_A) return startsPicture(payload[0]!, payload[1]!);
  return payload.length >= 3 && (payload[1]! & 0x80) !== 0 && startsPicture(payload[1]!, payload[2]!);
}

/** `first_mb_in_slice` is 0 when the slice header's first bit is 1 (H.264 section 7.3.3, ue(v)). */
function startsPicture(nalHeader: number, firstByte: number): boolean {
  const type = nalHeader & 31;
  if (type === 1 || type === IDR) return (firstByte & 0x80) !== 0;
  return type >= 6 && type <= 9;
}
