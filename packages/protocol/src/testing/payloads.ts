/** Payload descriptors and dependency descriptors as encoders write them. */

export interface PayloadIds {
  first: boolean;
  keyframe: boolean;
  temporalLayer: number;
  isSync: boolean;
  /** Undefined: not in the descriptor. */
  pictureId: number | undefined;
  isLong: boolean;
  /** With temporal layer and TL0PICIDX. */
  hasLayers: boolean;
  tl0: number;
  data: Uint8Array;
}

function pictureIdBytes({ pictureId, isLong }: PayloadIds): number[] {
  if (pictureId === undefined) return [];
  return isLong ? [0x80 | (pictureId >> 8), pictureId & 0xff] : [pictureId];
}

/** RFC 7741 sections 4.2 and 4.3. */
export function vp8Payload(ids: PayloadIds): Uint8Array {
  const id = pictureIdBytes(ids);
  const isExtended = id.length > 0 || ids.hasLayers;
  const fields = (id.length > 0 ? 0x80 : 0) | (ids.hasLayers ? 0x60 : 0);
  const layers = (ids.temporalLayer << 6) | (ids.isSync ? 0x20 : 0);
  const descriptor = [
    (isExtended ? 0x80 : 0) | (ids.first ? 0x10 : 0),
    ...(isExtended ? [fields, ...id] : []),
    ...(ids.hasLayers ? [ids.tl0, layers] : []),
  ];
  const header = ids.first ? [ids.keyframe ? 0 : 1] : [];
  return Uint8Array.of(...descriptor, ...header, ...ids.data);
}

/** RFC 9628 section 4.2, non-flexible mode. */
export function vp9Payload(ids: PayloadIds): Uint8Array {
  const id = pictureIdBytes(ids);
  const first =
    (id.length > 0 ? 0x80 : 0) |
    (ids.keyframe ? 0 : 0x40) |
    (ids.hasLayers ? 0x20 : 0) |
    (ids.first ? 0x08 : 0);
  const layers = ids.hasLayers ? [(ids.temporalLayer << 5) | (ids.isSync ? 0x10 : 0), ids.tl0] : [];
  return Uint8Array.of(first, ...id, ...layers, ...ids.data);
}

/** RTP payload format for AV1, appendix A.8: one spatial layer, a template for each temporal one, from id 7 on. */
export function dependencyDescriptor(frame: {
  first: boolean;
  last: boolean;
  keyframe: boolean;
  temporalLayer: number;
  frameNumber: number;
  temporalLayers: number;
}): Uint8Array {
  const firstId = 7;
  const { frameNumber, temporalLayer, temporalLayers: layers } = frame;
  const mandatory = [
    (frame.first ? 0x80 : 0) | (frame.last ? 0x40 : 0) | (firstId + temporalLayer),
    frameNumber >> 8,
    frameNumber & 0xff,
  ];
  if (!frame.keyframe || !frame.first) return Uint8Array.from(mandatory);
  const each = Array.from({ length: layers }, (_, layer) => layer);
  const bits = [
    "10000",
    firstId.toString(2).padStart(6, "0"),
    (layers - 1).toString(2).padStart(5, "0"),
    ...each.map((layer) => (layer === layers - 1 ? "11" : "01")),
    ...each.map((layer) => each.map((target) => indication(layer, target)).join("")),
    "0".repeat(layers + 8),
  ].join("");
  const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0").match(/.{8}/g) ?? [];
  return Uint8Array.from([...mandatory, ...bytes.map((byte) => Number.parseInt(byte, 2))]);
}

/** Not present, discardable or switch. */
function indication(layer: number, target: number): string {
  if (target < layer) return "00";
  return layer > 0 && target === layer ? "01" : "10";
}
