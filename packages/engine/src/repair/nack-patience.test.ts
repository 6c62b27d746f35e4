import { describe, expect, it } from "vitest";
import { NackPatience } from "./nack-patience.ts";

describe("patience with NACKs", () => {
  it("ends for a packet that is asked for again and again", () => {
    const patience = new NackPatience({ limitMs: 250 });
    for (let nowMs = 0; nowMs < 250; nowMs += 50)
      expect(patience.take(nowMs, [7])).toMatchObject({ hopeless: false });
    expect(patience.take(250, [7])).toMatchObject({ hopeless: true });
  });

  it("lasts while different packets are asked for", () => {
    const patience = new NackPatience();
    for (let packet = 0; packet < 5000; packet++)
      expect(patience.take(packet * 10, [packet & 0xffff])).toMatchObject({ hopeless: false });
  });

  it("begins anew after it has ended: one keyframe for one loss", () => {
    const patience = new NackPatience({ limitMs: 250 });
    patience.take(0, [7, 8]);
    expect(patience.take(300, [7, 8])).toMatchObject({ hopeless: true });
    expect(patience.take(350, [7, 8])).toMatchObject({ hopeless: false });
    expect(patience.take(600, [8])).toMatchObject({ hopeless: true });
  });

  it("does not take a sequence number that comes round for the packet it named before", () => {
    const patience = new NackPatience({ limitMs: 250 });
    patience.take(0, [7]);
    expect(patience.take(60_000, [7])).toMatchObject({ hopeless: false });
    expect(patience.take(60_100, [7])).toMatchObject({ hopeless: false });
  });

  it("knows what is asked for again", () => {
    const patience = new NackPatience();
    expect(patience.take(0, [7, 9]).again).toEqual([]);
    expect(patience.take(100, [9, 12]).again).toEqual([9]);
  });

  it("counts a packet as missed since a later one was asked for: the first NACKs for it were lost", () => {
    const patience = new NackPatience({ limitMs: 200 });
    patience.take(0, [12]);
    patience.take(100, [20]);
    expect(patience.take(150, [7])).toEqual({ again: [], hopeless: false });
    expect(patience.take(210, [7])).toEqual({ again: [7], hopeless: true });
  });

  it("does so across the wrap of sequence numbers", () => {
    const patience = new NackPatience({ limitMs: 200 });
    patience.take(0, [3]);
    expect(patience.take(250, [65_530]).hopeless).toBe(true);
  });

  it("remembers no more than a bounded number, whatever a peer asks for", () => {
    const patience = new NackPatience({ limitMs: 250 });
    const all = Array.from({ length: 65_536 }, (_, sequenceNumber) => sequenceNumber);
    expect(patience.take(0, all)).toMatchObject({ hopeless: false });
    patience.take(1, [0]);
    // The oldest had to go: nothing is known of them at the limit.
    expect(patience.take(260, [1])).toMatchObject({ hopeless: false });
  });
});
