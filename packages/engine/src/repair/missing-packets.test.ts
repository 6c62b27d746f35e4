import { SeededRandom, SimulatedNetwork } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { MissingPackets } from "./missing-packets.ts";

const RTT = 40;

describe("missing packets", () => {
  it("asks for nothing while nothing is missing", () => {
    const missing = new MissingPackets();
    for (let sequence = 0; sequence < 100; sequence++) missing.receive(sequence, sequence);
    expect(missing.size).toBe(0);
    expect(missing.poll(200, RTT)).toEqual([]);
  });

  it("waits out reordering before it asks", () => {
    const missing = new MissingPackets({ reorderToleranceMs: 10 });
    missing.receive(1, 0);
    missing.receive(3, 0);
    expect(missing.poll(5, RTT)).toEqual([]);
    missing.receive(2, 6);
    expect(missing.poll(50, RTT)).toEqual([]);
    expect(missing.takeGivenUp()).toBe(0);
  });

  it("names every packet of a gap in ascending order, also across the wrap", () => {
    const missing = new MissingPackets({ reorderToleranceMs: 0 });
    missing.receive(65_533, 0);
    missing.receive(2, 0);
    expect(missing.poll(1, RTT)).toEqual([65_534, 65_535, 0, 1]);
  });

  it("asks again only after an answer could have come", () => {
    const missing = new MissingPackets({ reorderToleranceMs: 0 });
    missing.receive(1, 0);
    missing.receive(3, 0);
    expect(missing.poll(0, RTT)).toEqual([2]);
    expect(missing.poll(RTT - 1, RTT)).toEqual([]);
    expect(missing.poll(RTT * 2, RTT)).toEqual([2]);
  });

  it("stops asking after the allowed number of requests and then gives up", () => {
    const missing = new MissingPackets({ reorderToleranceMs: 0, maxRequests: 3, latencyBudgetMs: 400 });
    missing.receive(1, 0);
    missing.receive(3, 0);
    let asked = 0;
    for (let now = 0; now <= 500; now += 5) asked += missing.poll(now, 20).length;
    expect(asked).toBe(3);
    expect(missing.size).toBe(0);
    expect(missing.takeGivenUp()).toBe(1);
    expect(missing.takeGivenUp()).toBe(0);
  });

  it("does not ask for what would come too late", () => {
    const missing = new MissingPackets({ reorderToleranceMs: 0, latencyBudgetMs: 200 });
    missing.receive(1, 0);
    missing.receive(3, 0);
    expect(missing.poll(201, RTT)).toEqual([]);
    expect(missing.takeGivenUp()).toBe(1);
  });

  it("takes a jump beyond the largest gap for a new start", () => {
    const missing = new MissingPackets({ maxGap: 100, reorderToleranceMs: 0 });
    missing.receive(1, 0);
    missing.receive(5000, 0);
    expect(missing.size).toBe(0);
    missing.receive(5002, 1);
    expect(missing.poll(1, RTT)).toEqual([5001]);
  });

  it("holds a bounded number of gaps whatever a publisher sends", () => {
    const random = new SeededRandom(11);
    const missing = new MissingPackets();
    let largest = 0;
    for (let packet = 0; packet < 20_000; packet++) {
      missing.receive(random.integer(0, 65_535), packet / 50);
      largest = Math.max(largest, missing.size);
    }
    let sequence = 0;
    for (let packet = 0; packet < 5000; packet++) {
      sequence = (sequence + 499) & 0xffff;
      missing.receive(sequence, 400 + packet / 50);
      largest = Math.max(largest, missing.size);
    }
    expect(largest).toBeLessThanOrEqual(1000);
  });

  it("tells a filled gap from what was not missing", () => {
    const missing = new MissingPackets();
    expect(missing.receive(1, 0)).toBe("new");
    expect(missing.receive(4, 0)).toBe("new");
    expect(missing.receive(2, 1, true)).toBe("filled");
    expect(missing.receive(2, 2, true)).toBe("known");
    expect(missing.receive(4, 2, true)).toBe("known");
    expect(missing.receive(40_000, 3)).toBe("restart");
  });

  it("measures the round trip by packets asked for once", () => {
    const missing = new MissingPackets({ reorderToleranceMs: 0 });
    missing.receive(1, 0);
    missing.receive(4, 0);
    expect(missing.poll(0, 20)).toEqual([2, 3]);
    missing.receive(2, 35, true);
    missing.poll(40, 20);
    missing.receive(3, 45, true);
    expect(missing.takeRoundTripMs()).toBe(35);
    expect(missing.takeRoundTripMs()).toBeUndefined();
  });

  it("repairs a lossy link within the latency budget", () => {
    const random = new SeededRandom(3);
    const link = { loss: 0.05, lossBurst: 2, delayMs: RTT / 2, jitterMs: 4 };
    const media = new SimulatedNetwork<number>(link, random);
    const requests = new SimulatedNetwork<number[]>({ loss: 0.05, delayMs: RTT / 2 }, random);
    const missing = new MissingPackets();
    const arrivedAt = new Map<number, number>();
    const sentAt = new Map<number, number>();
    const count = 3000;
    for (let now = 0; now < count * 3 + 1000; now++) {
      const sequence = now / 3;
      if (now % 3 === 0 && sequence < count) {
        sentAt.set(sequence, now);
        media.send(now, sequence);
      }
      for (const packet of media.receive(now)) {
        if (!arrivedAt.has(packet)) arrivedAt.set(packet, now);
        missing.receive(packet, now, false);
      }
      if (now % 10 === 0) {
        const lost = missing.poll(now, RTT);
        if (lost.length > 0) requests.send(now, lost);
      }
      for (const wanted of requests.receive(now)) for (const packet of wanted) media.send(now, packet);
    }
    const delivered = [...sentAt].filter(
      ([packet, at]) => (arrivedAt.get(packet) ?? Number.POSITIVE_INFINITY) - at <= 400 + RTT,
    );
    expect(media.counts.lost).toBeGreaterThan(100);
    // The very last packets have no successor that would show the gap.
    expect(count - delivered.length).toBeLessThanOrEqual(3);
  });
});
