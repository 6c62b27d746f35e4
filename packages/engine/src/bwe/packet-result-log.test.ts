import { describe, expect, it } from "vitest";
import { PacketResultLog } from "./packet-result-log.ts";

describe("packet result log", () => {
  it("keeps what is added, in order, while it grows", () => {
    const log = new PacketResultLog();
    for (let index = 0; index < 300; index++)
      log.add(index * 10, index % 3 ? index : Number.NaN, index, index % 8);
    expect(log.count).toBe(300);
    for (let index = 0; index < 300; index++) {
      expect(log.sentMicros[index]).toBe(index * 10);
      expect(log.arrivalMicros[index]).toBe(index % 3 ? index : Number.NaN);
      expect(log.sizes[index]).toBe(index);
      expect(log.clusters[index]).toBe(index % 8);
    }
  });

  it("is used again without being made again", () => {
    const log = new PacketResultLog();
    for (let index = 0; index < 100; index++) log.add(index, index, 1, 0);
    const { sentMicros } = log;
    log.clear();
    expect(log.count).toBe(0);
    for (let index = 0; index < 100; index++) log.add(7, 7, 1, 0);
    expect(log.sentMicros).toBe(sentMicros);
    expect(log.sentMicros[99]).toBe(7);
  });

  it("does not grow without end", () => {
    const log = new PacketResultLog();
    for (let index = 0; index < 20_000; index++) log.add(index, index, 1, 0);
    expect(log.count).toBe(4096);
    expect(log.sizes.length).toBe(4096);
  });
});
