import { ByteWriter } from "../bytes/byte-writer.ts";
import { crc32Mpeg } from "./crc32-mpeg.ts";

export interface WrittenPes {
  pid: number;
  /** Ticks of 90 kHz; undefined: without time. */
  pts?: number;
  dts?: number;
  payload: Uint8Array;
  /** Tells its length; default true for sound. */
  isBounded?: boolean;
}

/** Writes a transport stream packet by packet. */
export class TsWriter {
  readonly #counters = new Map<number, number>();

  /** Program 1, whose map is on PID 0x20. */
  tables(streams: { type: number; pid: number; descriptors?: number[] }[], mapPid = 0x20): Uint8Array {
    const association = section(0, 1, [0, 1, 0xe0 | (mapPid >> 8), mapPid & 255]);
    const loop = streams.flatMap(({ type, pid, descriptors = [] }) => [
      type,
      0xe0 | (pid >> 8),
      pid & 255,
      0xf0,
      descriptors.length,
      ...descriptors,
    ]);
    const map = section(2, 1, [0xff, 0xff, 0xf0, 0, ...loop]);
    return join(this.#packets(0, join([0], association)), this.#packets(mapPid, join([0], map)));
  }

  pes({ pid, pts, dts, payload, isBounded = false }: WrittenPes): Uint8Array {
    const times = [
      ...(pts === undefined ? [] : time(dts === undefined ? 2 : 3, pts)),
      ...(dts === undefined ? [] : time(1, dts)),
    ];
    const flags = pts === undefined ? 0 : dts === undefined ? 0x80 : 0xc0;
    const length = isBounded ? 3 + times.length + payload.length : 0;
    const header = [0, 0, 1, 0xe0, length >> 8, length & 255, 0x80, flags, times.length, ...times];
    return this.#packets(pid, join(header, payload));
  }

  /** Filled up with an adaptation field in the last packet. */
  #packets(pid: number, bytes: Uint8Array): Uint8Array {
    const packets: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += 184) {
      const piece = bytes.subarray(at, at + 184);
      const counter = ((this.#counters.get(pid) ?? 15) + 1) & 15;
      this.#counters.set(pid, counter);
      const start = at === 0 ? 0x40 : 0;
      const missing = 184 - piece.length;
      const adaptation =
        missing === 0
          ? []
          : missing === 1
            ? [0]
            : [missing - 1, 0, ...new Array<number>(missing - 2).fill(0xff)];
      const control = (missing === 0 ? 0x10 : 0x30) | counter;
      packets.push(join([0x47, start | (pid >> 8), pid & 255, control], adaptation, piece));
    }
    return join(...packets);
  }
}

function section(table: number, id: number, body: readonly number[]): Uint8Array {
  const length = 5 + body.length + 4;
  const bytes = join([table, 0xb0 | (length >> 8), length & 255, id >> 8, id & 255, 0xc1, 0, 0], body);
  return new ByteWriter(bytes.length + 4).bytes(bytes).uint32(crc32Mpeg(bytes)).finish();
}

function time(prefix: number, ticks: number): number[] {
  const low = ticks % 0x8000;
  const middle = Math.floor(ticks / 0x8000) % 0x8000;
  const high = Math.floor(ticks / 0x4000_0000) % 8;
  return [
    (prefix << 4) | (high << 1) | 1,
    middle >> 7,
    ((middle & 127) << 1) | 1,
    low >> 7,
    ((low & 127) << 1) | 1,
  ];
}

export function join(...parts: (Uint8Array | readonly number[])[]): Uint8Array {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
