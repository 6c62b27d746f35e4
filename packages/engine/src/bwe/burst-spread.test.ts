import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { BurstSpread } from "./burst-spread.ts";

const SIZE = 1100;

/** A frame's packets leave at once; each arrives so many µs after the one before. */
function frame(spread: BurstSpread, sentMicros: number, gaps: readonly number[]): void {
  let arrivalMicros = sentMicros + 25_000;
  spread.add(sentMicros, arrivalMicros, SIZE);
  for (const gap of gaps) {
    arrivalMicros += gap;
    spread.add(sentMicros, arrivalMicros, SIZE);
  }
}

describe("the spread of a burst", () => {
  it("is the rate of the bottleneck, told once", () => {
    const spread = new BurstSpread();
    frame(spread, 0, [22_000, 22_000, 22_000, 22_000]);
    expect(spread.take()).toBe(400_000);
    expect(spread.take()).toBeUndefined();
  });

  it("is not known from three packets, nor from a path that is fast", () => {
    const spread = new BurstSpread();
    frame(spread, 0, [22_000, 22_000]);
    frame(spread, 200_000, [2000, 2000, 2000, 2000, 2000, 2000]);
    expect(spread.take()).toBeUndefined();
  });

  it("is nothing that packets tell which were sent one after the other", () => {
    const spread = new BurstSpread();
    for (let packet = 0; packet < 20; packet++) spread.add(packet * 22_000, packet * 22_000 + 25_000, SIZE);
    expect(spread.take()).toBeUndefined();
  });

  it("is not mistaken for jitter, in order or not", () => {
    const random = new SeededRandom(5);
    let told = 0;
    for (let round = 0; round < 2000; round++) {
      const inOrder = new BurstSpread();
      const anyOrder = new BurstSpread();
      let latest = 0;
      for (let packet = 0; packet < 8; packet++) {
        const arrival = Math.round(random.next() * 200_000);
        latest = Math.max(latest, arrival);
        inOrder.add(0, latest, SIZE);
        anyOrder.add(0, arrival, SIZE);
      }
      if (inOrder.take() !== undefined || anyOrder.take() !== undefined) told += 1;
    }
    expect(told).toBeLessThan(20);
  });
});
