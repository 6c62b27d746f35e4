import { parseTsPacket, TS_PACKET_BYTES, TS_SYNC, type TsPacket } from "./ts-packet.ts";

/** Packets out of pieces of any length; finds the beginning of packets again where bytes are missing. */
export class TsPacketReader {
  #rest: Uint8Array = new Uint8Array(0);
  #isInStep = false;
  #skippedBytes = 0;

  /** Bytes that were no packets. */
  get skippedBytes(): number {
    return this.#skippedBytes;
  }

  /** The packets that are whole; views, valid as long as `bytes` and until the next call. */
  push(bytes: Uint8Array): TsPacket[] {
    const all = this.#rest.length === 0 ? bytes : concat(this.#rest, bytes);
    const packets: TsPacket[] = [];
    let at = 0;
    while (at + TS_PACKET_BYTES <= all.length) {
      const next = at + TS_PACKET_BYTES;
      // Out of step, a sync byte counts when another one follows where the next packet would begin.
      const isPacket = all[at] === TS_SYNC && (this.#isInStep || next >= all.length || all[next] === TS_SYNC);
      const packet = isPacket ? parseTsPacket(all.subarray(at, next)) : undefined;
      this.#isInStep = packet !== undefined;
      if (packet === undefined) {
        at += 1;
        this.#skippedBytes += 1;
        continue;
      }
      packets.push(packet);
      at = next;
    }
    this.#rest = all.slice(at);
    return packets;
  }
}

function concat(left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(left.length + right.length);
  bytes.set(left);
  bytes.set(right, left.length);
  return bytes;
}
