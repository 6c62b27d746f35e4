import { describe, expect, it } from "vitest";
import { FakeClock } from "./fake-clock.ts";
import { SeededRandom } from "./seeded-random.ts";
import { type LinkOptions, SimulatedNetwork } from "./simulated-network.ts";

describe("FakeClock", () => {
  it("runs timers in order of their time, then of their setting, with the time they were set for", () => {
    const clock = new FakeClock({ nowMs: 1000, unixMs: 5000 });
    const calls: string[] = [];
    clock.after(20, () => calls.push(`late ${clock.nowMs()}`));
    clock.after(10, () => calls.push(`early ${clock.nowMs()}`));
    clock.after(10, () => calls.push("second of the same time"));
    expect(clock.nextMs).toBe(1010);
    clock.advance(15);
    expect(calls).toEqual(["early 1010", "second of the same time"]);
    expect([clock.nowMs(), clock.unixMs(), clock.pending]).toEqual([1015, 5015, 1]);
    clock.advance(5);
    expect(calls.at(-1)).toBe("late 1020");
  });

  it("runs timers that timers set, when they are due too", () => {
    const clock = new FakeClock();
    let ticks = 0;
    const tick = (): void => {
      ticks += 1;
      clock.after(10, tick);
    };
    clock.after(10, tick);
    clock.advance(100);
    expect(ticks).toBe(10);
  });

  it("does not run a cancelled timer", () => {
    const clock = new FakeClock();
    const cancel = clock.after(1, () => {
      throw new Error("cancelled");
    });
    cancel();
    cancel();
    clock.advance(10);
    expect(clock.pending).toBe(0);
  });

  it("does not hang on timers that set timers for now", () => {
    const clock = new FakeClock();
    const again = (): void => void clock.after(0, again);
    again();
    expect(() => clock.advance(1)).toThrow("without time passing");
  });
});

describe("SeededRandom", () => {
  it("repeats itself for a seed and differs between seeds", () => {
    const draw = (seed: number): number[] =>
      Array.from(
        { length: 4 },
        (
          (random) => () =>
            random.next()
        )(new SeededRandom(seed)),
      );
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it("is spread evenly", () => {
    const random = new SeededRandom(9);
    const counts = new Array<number>(16).fill(0);
    for (const byte of random.bytes(16_000)) counts[byte >> 4]! += 1;
    for (const count of counts) expect(count).toBeGreaterThan(850);
    const picks = Array.from({ length: 100 }, () => random.pick(["a", "b"]));
    expect(new Set(picks)).toEqual(new Set(["a", "b"]));
  });
});

describe("SimulatedNetwork", () => {
  function run(
    options: LinkOptions,
    seed = 1,
    count = 2000,
  ): { arrived: number[]; network: SimulatedNetwork<number> } {
    const network = new SimulatedNetwork<number>(options, new SeededRandom(seed), () => 1000);
    const arrived: number[] = [];
    for (let packet = 0; packet < count; packet++) {
      network.send(packet * 10, packet);
      arrived.push(...network.receive(packet * 10));
    }
    arrived.push(...network.receive(Number.MAX_SAFE_INTEGER));
    return { arrived, network };
  }

  it("delivers everything in order and at once by default", () => {
    const network = new SimulatedNetwork({}, new SeededRandom(1));
    network.send(5, Uint8Array.of(1));
    expect(network.receive(4)).toEqual([]);
    expect(network.receive(5)).toEqual([Uint8Array.of(1)]);
    expect(network.inFlight).toBe(0);
  });

  it("delays each packet by delay and at most jitter, keeping the order", () => {
    const network = new SimulatedNetwork<number>({ delayMs: 50, jitterMs: 30 }, new SeededRandom(1));
    for (let packet = 0; packet < 100; packet++) network.send(packet, packet);
    expect(network.nextMs).toBeGreaterThanOrEqual(50);
    expect(network.receive(49)).toEqual([]);
    expect(network.receive(180)).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  it("loses about as many packets as asked, alone or in bursts", () => {
    for (const lossBurst of [1, 5]) {
      const { arrived, network } = run({ loss: 0.2, lossBurst }, 3, 10_000);
      expect(network.counts.lost + arrived.length).toBe(10_000);
      expect(network.counts.lost / 10_000).toBeGreaterThan(0.17);
      expect(network.counts.lost / 10_000).toBeLessThan(0.23);
    }
    expect(run({ loss: 1 }).arrived).toEqual([]);
  });

  it("loses in longer runs when bursts are asked for", () => {
    const runs = (lossBurst: number): number => {
      const arrived = new Set(run({ loss: 0.2, lossBurst }, 3, 10_000).arrived);
      let starts = 0;
      for (let packet = 1; packet < 10_000; packet++) {
        if (!arrived.has(packet) && arrived.has(packet - 1)) starts += 1;
      }
      return starts;
    };
    expect(runs(5)).toBeLessThan(runs(1) / 2);
  });

  it("reorders and duplicates", () => {
    const { arrived, network } = run({ delayMs: 5, reorder: 0.1, reorderMs: 60, duplicate: 0.1 });
    expect(arrived.length).toBe(2000 + network.counts.duplicated);
    expect(network.counts.duplicated).toBeGreaterThan(100);
    const swapped = arrived.filter((packet, index) => index > 0 && packet < arrived[index - 1]!);
    expect(swapped.length).toBeGreaterThan(50);
  });

  it("holds back what exceeds the bandwidth, and drops what exceeds the queue", () => {
    const network = new SimulatedNetwork<number>(
      { bandwidthBps: 800_000, queueBytes: 5000 },
      new SeededRandom(1),
      () => 1000,
    );
    for (let packet = 0; packet < 10; packet++) network.send(0, packet);
    expect(network.counts.queueDropped).toBe(5);
    expect(network.receive(9)).toEqual([]);
    expect(network.receive(30)).toEqual([0, 1, 2]);
    expect(network.receive(50)).toEqual([3, 4]);
  });

  it("does the same for the same seed, and something else for another", () => {
    const options = { loss: 0.1, delayMs: 20, jitterMs: 30, reorder: 0.05, duplicate: 0.05 };
    expect(run(options, 7).arrived).toEqual(run(options, 7).arrived);
    expect(run(options, 7).arrived).not.toEqual(run(options, 8).arrived);
  });

  it("changes its behaviour on the way", () => {
    const network = new SimulatedNetwork<number>({}, new SeededRandom(1));
    network.send(0, 1);
    network.configure({ loss: 1 });
    network.send(0, 2);
    expect(network.receive(0)).toEqual([1]);
    expect(network.counts).toMatchObject({ sent: 2, lost: 1, delivered: 1 });
  });
});
