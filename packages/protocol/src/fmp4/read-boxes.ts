/** Where a box lies in the bytes it was read from. */
export interface Box {
  /** Four letters; bytes outside ASCII as Latin-1. */
  type: string;
  start: number;
  /** Behind size and type. */
  payload: number;
  end: number;
}

/** The box at `offset` (ISO 14496-12 section 4.2); undefined when it is cut short or damaged. Never throws. */
export function readBox(bytes: Uint8Array, offset: number, end = bytes.length): Box | undefined {
  if (offset < 0 || end > bytes.length || offset + 8 > end) return undefined;
  let size = readUint32(bytes, offset);
  let payload = offset + 8;
  if (size === 1) {
    if (payload + 8 > end) return undefined;
    size = readUint32(bytes, payload) * 0x1_0000_0000 + readUint32(bytes, payload + 4);
    payload += 8;
  } else if (size === 0) {
    // Up to the end of the file.
    size = end - offset;
  }
  if (offset + size < payload || offset + size > end) return undefined;
  const type = String.fromCharCode(
    bytes[offset + 4]!,
    bytes[offset + 5]!,
    bytes[offset + 6]!,
    bytes[offset + 7]!,
  );
  return { type, start: offset, payload, end: offset + size };
}

/** The boxes between `offset` and `end`; undefined when what is there is not boxes throughout. Never throws. */
export function readBoxes(bytes: Uint8Array, offset = 0, end = bytes.length): Box[] | undefined {
  const boxes: Box[] = [];
  for (let at = offset; at < end; ) {
    const box = readBox(bytes, at, end);
    if (box === undefined) return undefined;
    boxes.push(box);
    at = box.end;
  }
  return boxes;
}

/** The first box of this type in `parent`, looking no deeper; undefined, too, when damage comes first. Never throws. */
export function findBox(
  bytes: Uint8Array,
  type: string,
  parent: Pick<Box, "payload" | "end">,
): Box | undefined {
  for (let at = parent.payload; at < parent.end; ) {
    const box = readBox(bytes, at, parent.end);
    if (box === undefined || box.type === type) return box;
    at = box.end;
  }
  return undefined;
}

function readUint32(bytes: Uint8Array, offset: number): number {
  const value =
    (bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!;
  return value >>> 0;
}
