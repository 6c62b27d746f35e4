import type { CodecName } from "./types.ts";

/** No limit on temporal layers. */
export const ALL_TEMPORAL_LAYERS = 7;

/** A field of the payload: where it starts and what it holds. */
export interface PayloadField {
  offset: number;
  value: number;
}

/** What a packet says about the frame it belongs to. */
export interface FrameInfo {
  /** 0..7; undefined when the packet does not tell. */
  temporalLayer: number | undefined;
  /** Certainly the first packet of its frame. */
  start: boolean;
  /** From this frame on, who gets the layer below `stepTo` may get that one, too. */
  stepTo: number;
  /** From this frame on, who gets the layers up to at least `from` may get those up to `to`. */
  free: { from: number; to: number } | undefined;
  /** VP8, VP9: 7 or 15 bits. */
  pictureId: (PayloadField & { isLong: boolean }) | undefined;
  /** TL0PICIDX, 8 bits. */
  tl0: PayloadField | undefined;
  /** Of the dependency descriptor, 16 bits. */
  frameNumber: number | undefined;
}

/**
 * Reads the payload descriptor of VP8 (RFC 7741 section 4.2) and VP9 (RFC 9628 section 4.2). What is cut short counts as not
 * there. The wire reads it in the same way. Never throws.
 */
export function readFrameInfo(
  codec: CodecName | "other",
  payload: Uint8Array,
  isKeyframe: boolean,
): FrameInfo {
  const info: FrameInfo = {
    temporalLayer: undefined,
    start: false,
    stepTo: 0,
    free: undefined,
    pictureId: undefined,
    tl0: undefined,
    frameNumber: undefined,
  };
  if (codec === "vp8") readVp8(payload, info);
  if (codec === "vp9") readVp9(payload, info);
  if (isKeyframe) {
    info.start = true;
    info.free = { from: 0, to: ALL_TEMPORAL_LAYERS };
  }
  return info;
}

/** The highest temporal layer that somebody who got those up to `limit` may get from this frame on. */
export function raiseTemporalLimit(info: FrameInfo, limit: number): number {
  const step = info.stepTo === limit + 1 ? info.stepTo : limit;
  return info.free !== undefined && limit >= info.free.from ? Math.max(step, info.free.to) : step;
}

function readVp8(payload: Uint8Array, info: FrameInfo): void {
  const first = payload[0];
  if (first === undefined) return;
  info.start = (first & 0x10) !== 0 && (first & 7) === 0;
  const fields = payload[1];
  if ((first & 0x80) === 0 || fields === undefined) return;
  let offset = 2;
  if ((fields & 0x80) !== 0) {
    offset = readPictureId(payload, offset, info);
    if (info.pictureId === undefined) return;
  }
  if ((fields & 0x40) !== 0) {
    if (offset >= payload.length) return;
    info.tl0 = { offset, value: payload[offset]! };
    offset += 1;
  }
  const layers = payload[offset];
  if ((fields & 0x20) === 0 || layers === undefined) return;
  info.temporalLayer = layers >> 6;
  // Y: predicted from the base layer alone. Frames of the layers between need not be, so one layer at a time.
  if ((layers & 0x20) !== 0) info.stepTo = info.temporalLayer;
}

function readVp9(payload: Uint8Array, info: FrameInfo): void {
  const first = payload[0];
  if (first === undefined) return;
  const hasLayers = (first & 0x20) !== 0;
  const begins = (first & 0x08) !== 0;
  info.start = begins && !hasLayers;
  let offset = 1;
  if ((first & 0x80) !== 0) {
    offset = readPictureId(payload, offset, info);
    if (info.pictureId === undefined) return;
  }
  const indices = payload[offset];
  if (!hasLayers || indices === undefined) return;
  info.temporalLayer = indices >> 5;
  info.start = begins && ((indices >> 1) & 7) === 0;
  // U: what follows in higher layers needs nothing of them from before. Encoders set it on frames of the higher layer
  // themselves when those need lower layers only.
  if ((indices & 0x10) !== 0) {
    info.stepTo = info.temporalLayer;
    info.free = { from: info.temporalLayer, to: ALL_TEMPORAL_LAYERS };
  }
  const tl0 = payload[offset + 1];
  if ((first & 0x10) === 0 && tl0 !== undefined) info.tl0 = { offset: offset + 1, value: tl0 };
}

/** Offset behind the picture id; `info.pictureId` stays undefined when it is cut short. */
function readPictureId(payload: Uint8Array, offset: number, info: FrameInfo): number {
  const high = payload[offset];
  if (high === undefined) return offset;
  if ((high & 0x80) === 0) {
    info.pictureId = { offset, value: high, isLong: false };
    return offset + 1;
  }
  const low = payload[offset + 1];
  if (low !== undefined) info.pictureId = { offset, value: ((high & 0x7f) << 8) | low, isLong: true };
  return offset + 2;
}
