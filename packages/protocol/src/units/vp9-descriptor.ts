/** A VP9 payload descriptor (RFC 9628 section 4.2). */
export interface Vp9Descriptor {
  /** Begins, and ends, the frame of one spatial layer. */
  isLayerStart: boolean;
  isLayerEnd: boolean;
  spatialLayer: number;
  /** Of the largest layer, where the scalability structure tells. */
  size: { width: number; height: number } | undefined;
  /** Length of the descriptor. */
  length: number;
}

/** Reads the descriptor; undefined when nothing follows it or it is cut short. Never throws. */
export function parseVp9Descriptor(payload: Uint8Array): Vp9Descriptor | undefined {
  const first = payload[0] ?? 0;
  const has = (bit: number) => (first & bit) !== 0;
  let at = 1;
  if (has(0x80)) at += ((payload[at] ?? 0) & 0x80) !== 0 ? 2 : 1;
  let spatialLayer = 0;
  if (has(0x20)) {
    spatialLayer = ((payload[at] ?? 0) >> 1) & 7;
    // TL0PICIDX in non-flexible mode.
    at += has(0x10) ? 1 : 2;
  }
  if (has(0x40) && has(0x10)) {
    // Up to three reference indices, each saying whether another follows.
    for (let left = 3; left > 0; left -= 1) {
      at += 1;
      if (((payload[at - 1] ?? 0) & 1) === 0) break;
    }
  }
  const structure = has(0x02) ? readStructure(payload, at) : { size: undefined, end: at };
  if (structure === undefined || structure.end >= payload.length) return undefined;
  return {
    isLayerStart: has(0x08),
    isLayerEnd: has(0x04),
    spatialLayer,
    size: structure.size,
    length: structure.end,
  };
}

/** RFC 9628 section 4.2.1. */
function readStructure(
  payload: Uint8Array,
  from: number,
): { size: Vp9Descriptor["size"]; end: number } | undefined {
  const head = payload[from];
  if (head === undefined) return undefined;
  let at = from + 1;
  let size: Vp9Descriptor["size"];
  const layers = (head & 0x10) !== 0 ? (head >> 5) + 1 : 0;
  if (at + 4 * layers > payload.length) return undefined;
  for (let layer = 0; layer < layers; layer += 1, at += 4) {
    const width = (payload[at]! << 8) | payload[at + 1]!;
    const height = (payload[at + 2]! << 8) | payload[at + 3]!;
    if (width >= (size?.width ?? 1) && height > 0) size = { width, height };
  }
  if ((head & 0x08) !== 0) {
    const pictures = payload[at] ?? 0;
    at += 1;
    for (let left = pictures; left > 0; left -= 1) at += 1 + (((payload[at] ?? 0) >> 2) & 3);
  }
  return { size, end: at };
}
