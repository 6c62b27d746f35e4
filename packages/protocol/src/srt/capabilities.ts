import { ByteWriter } from "../bytes/byte-writer.ts";

/** Flags of the handshake extension message (draft-sharabayko-srt-01 section 3.2.1.1, table 6). */
export const SRT_FLAG = {
  /** Sends with timestamps to be kept, takes them. */
  timedSender: 0x01,
  timedReceiver: 0x02,
  encryption: 0x04,
  /** Gives up what is too late. */
  tooLateDrop: 0x08,
  periodicNak: 0x10,
  /** Says of a packet that it is sent again. */
  retransmitFlag: 0x20,
  /** File mode. */
  stream: 0x40,
  filter: 0x80,
} as const;

/** What a side can do and how long it wants packets to be held (section 3.2.1.1). */
export interface SrtCapabilities {
  /** `0x00010503` is 1.5.3. */
  version: number;
  flags: number;
  /** What this side holds packets that it receives, ms. */
  receiverLatencyMs: number;
  /** What this side wants held what it sends, ms. */
  senderLatencyMs: number;
}

/** Undefined when it is too short. */
export function parseSrtCapabilities(content: Uint8Array): SrtCapabilities | undefined {
  if (content.length < 12) return undefined;
  const view = new DataView(content.buffer, content.byteOffset, 12);
  return {
    version: view.getUint32(0),
    flags: view.getUint32(4),
    receiverLatencyMs: view.getUint16(8),
    senderLatencyMs: view.getUint16(10),
  };
}

export function serializeSrtCapabilities(capabilities: SrtCapabilities): Uint8Array {
  return new ByteWriter(12)
    .uint32(capabilities.version)
    .uint32(capabilities.flags)
    .uint16(capabilities.receiverLatencyMs)
    .uint16(capabilities.senderLatencyMs)
    .finish();
}

/** `1.5.3`, for the log. */
export function srtVersionText(version: number): string {
  return `${(version >>> 16) & 0xff}.${(version >>> 8) & 0xff}.${version & 0xff}`;
}
