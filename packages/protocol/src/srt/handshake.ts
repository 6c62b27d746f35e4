import { ByteWriter } from "../bytes/byte-writer.ts";

/** Handshake types (draft-sharabayko-srt-01 section 3.2.1, table 4). */
export const SRT_HANDSHAKE = { induction: 1, conclusion: 0xffff_ffff } as const;
/** The extension field of an induction's answer: "this is SRT" (section 4.3.1.1). */
export const SRT_MAGIC = 0x4a17;
const FIXED_BYTES = 48;
/** A handshake has four kinds of extension, once each; some room for what we do not know. */
const MOST_EXTENSIONS = 16;

export interface SrtHandshakeExtension {
  type: number;
  /** A whole number of four-byte words. */
  content: Uint8Array;
}

/** The control information of a handshake (section 3.2.1). */
export interface SrtHandshake {
  version: number;
  /** Key length in units of eight bytes; 0: none said. */
  encryption: number;
  /** Of an induction: `SRT_MAGIC` or 2; of a conclusion: which extensions there are. */
  extensionField: number;
  /** Sequence number of the first data packet. */
  initialSequence: number;
  /** Bytes of a whole IP packet. */
  mtu: number;
  /** Packets that may be on their way unacknowledged. */
  flowWindow: number;
  type: number;
  /** Socket of whoever sends it. */
  socket: number;
  cookie: number;
  /** Sixteen bytes. */
  peerAddress: Uint8Array;
  extensions: SrtHandshakeExtension[];
}

/** Undefined when it is cut short or its extensions do not add up. Never throws. */
export function parseSrtHandshake(body: Uint8Array): SrtHandshake | undefined {
  if (body.length < FIXED_BYTES) return undefined;
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const handshake: SrtHandshake = {
    version: view.getUint32(0),
    encryption: view.getUint16(4),
    extensionField: view.getUint16(6),
    initialSequence: view.getUint32(8) & 0x7fff_ffff,
    mtu: view.getUint32(12),
    flowWindow: view.getUint32(16),
    type: view.getUint32(20),
    socket: view.getUint32(24),
    cookie: view.getUint32(28),
    peerAddress: body.subarray(32, FIXED_BYTES),
    extensions: [],
  };
  // Only conclusions carry extensions; other handshakes may be followed by anything.
  if (handshake.type !== SRT_HANDSHAKE.conclusion) return handshake;
  for (let at = FIXED_BYTES; at + 4 <= body.length; ) {
    const end = at + 4 + view.getUint16(at + 2) * 4;
    if (end > body.length || handshake.extensions.length === MOST_EXTENSIONS) return undefined;
    handshake.extensions.push({ type: view.getUint16(at), content: body.subarray(at + 4, end) });
    at = end;
  }
  return handshake;
}

export function serializeSrtHandshake(handshake: SrtHandshake): Uint8Array {
  const writer = new ByteWriter(FIXED_BYTES + 128)
    .uint32(handshake.version)
    .uint16(handshake.encryption)
    .uint16(handshake.extensionField)
    .uint32(handshake.initialSequence)
    .uint32(handshake.mtu)
    .uint32(handshake.flowWindow)
    .uint32(handshake.type)
    .uint32(handshake.socket)
    .uint32(handshake.cookie)
    .bytes(handshake.peerAddress);
  for (const { type, content } of handshake.extensions) {
    writer
      .uint16(type)
      .uint16(content.length >> 2)
      .bytes(content);
  }
  return writer.finish();
}
