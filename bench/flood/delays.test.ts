import { serializeRtp } from "@sameroom/protocol";
import { expect, it } from "vitest";
import { Delays } from "./delays.ts";

function packet(sentMicros: number, size = 20): Uint8Array {
  const payload = new Uint8Array(size);
  if (size >= 10) new DataView(payload.buffer).setBigUint64(2, BigInt(sentMicros));
  const header = { marker: false, payloadType: 106, sequenceNumber: 1, timestamp: 1, ssrc: 1 };
  return serializeRtp({ ...header, extensions: [{ id: 4, data: Uint8Array.of(48) }], payload });
}

it("reads each packet's delay off the packet and leaves out what has none", () => {
  const delays = new Delays();
  for (let index = 1; index <= 100; index++) delays.add(packet(7_000_000_000), 7_000_000_000 + index * 1000);
  delays.add(packet(0, 9), 1);
  delays.add(Uint8Array.of(1, 2, 3), 1);
  expect(delays.summary()).toEqual({ packets: 100, p50Ms: 50.5, p95Ms: 95.05, p99Ms: 99.01, maxMs: 100 });
  delays.clear();
  expect(() => delays.summary()).toThrow("no packet came");
});
