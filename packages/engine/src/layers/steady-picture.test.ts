import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { LayerAllocator } from "./layer-allocator.ts";
import { demand, simulcast } from "./layers.fixture.ts";
import type { SlotDemand } from "./types.ts";

/** A viewer with one slot, asked every 100 ms as the estimate goes; `switches`: what is shown, from when on. */
function watch(estimateBps: (nowMs: number) => number, untilMs: number, wish = (): SlotDemand => demand(1)) {
  const allocator = new LayerAllocator();
  const switches: [atMs: number, layer: string | null][] = [];
  for (let nowMs = 0; nowMs <= untilMs; nowMs += 100) {
    const { layer } = allocator.allocate(nowMs, estimateBps(nowMs), [wish()]).decisions[0]!;
    if (switches.at(-1)?.[1] !== layer) switches.push([nowMs, layer]);
  }
  return switches;
}

describe("a steady picture", () => {
  it("goes down at once and up after the estimate has held", () => {
    const drop = (nowMs: number) => (nowMs >= 10_000 && nowMs < 20_000 ? 400_000 : 5_000_000);
    expect(watch(drop, 60_000)).toEqual([
      [0, "f"],
      [10_000, "q"],
      [22_000, "f"],
    ]);
  });

  it("needs a margin to go up and none to stay", () => {
    const at = (later: number) => (nowMs: number) => (nowMs === 0 ? 600_000 : later);
    expect(watch(at(1_950_000), 20_000)).toEqual([[0, "h"]]);
    expect(watch(at(1_960_000), 20_000)).toEqual([
      [0, "h"],
      [1_100, "f"],
    ]);
    const from = (later: number) => (nowMs: number) => (nowMs === 0 ? 2_000_000 : later);
    expect(watch(from(1_535_000), 20_000)).toEqual([[0, "f"]]);
    expect(watch(from(1_525_000), 20_000)).toEqual([
      [0, "f"],
      [100, "h"],
    ]);
  });

  it("starts waiting anew when the estimate falters", () => {
    const faltering = (nowMs: number) => (nowMs % 1_000 === 0 ? 1_000_000 : 3_000_000);
    expect(watch(faltering, 60_000)).toEqual([[0, "h"]]);
  });

  it("waits longer each time the network did not keep its promise, and trusts it again after calm", () => {
    // The network takes 3 Mbit/s whenever less is sent, and 1 Mbit/s when the best is.
    const allocator = new LayerAllocator();
    let layer: string | null = null;
    let shownMs = 0;
    const ups: number[] = [];
    let downMs = 0;
    for (let nowMs = 0; nowMs <= 120_000; nowMs += 100) {
      const honest = nowMs >= 60_000;
      const before: string | null = layer;
      const estimate: number = before === "f" && !honest && nowMs - shownMs >= 500 ? 1_000_000 : 3_000_000;
      layer = allocator.allocate(nowMs, estimate, [demand(1)]).decisions[0]!.layer;
      if (layer === before) continue;
      if (layer === "f" && before !== null) ups.push(nowMs - downMs);
      if (layer === "f") shownMs = nowMs;
      else downMs = nowMs;
    }
    expect(ups.slice(0, 5)).toEqual([2_100, 4_100, 8_100, 8_100, 8_100]);
    // 20 s after the last fall, the next is forgiven.
    const again = (nowMs: number) =>
      nowMs % 30_000 >= 10_000 && nowMs % 30_000 < 10_500 ? 1_000_000 : 3_000_000;
    const falls = watch(again, 119_000).filter(([, id]) => id === "f");
    expect(falls.map(([at]) => at)).toEqual([0, 12_500, 42_500, 72_500, 102_500]);
  });

  it("follows the viewer's wish at once, within what the network takes", () => {
    const allocator = new LayerAllocator();
    const at = (nowMs: number, wish: Partial<SlotDemand>, budgetBps = 5_000_000) =>
      allocator.allocate(nowMs, budgetBps, [demand(1, wish)]).decisions[0]!.layer;
    expect(at(0, { width: 320, height: 180 })).toBe("q");
    expect(at(10, { width: 1280, height: 720 })).toBe("f");
    expect(at(20, { width: 640, height: 360 })).toBe("h");
    expect(at(30, { choice: "f" })).toBe("f");
    expect(at(40, { choice: "q" })).toBe("q");
    expect(at(50, { choice: "f" }, 600_000)).toBe("h");
  });

  it("does not take every pixel of a resized element for a wish", () => {
    const allocator = new LayerAllocator();
    let width = 800;
    const at = (nowMs: number, budgetBps: number) =>
      allocator.allocate(nowMs, budgetBps, [demand(1, { width: width++, height: 600 })]).decisions[0]!.layer;
    expect(at(0, 600_000)).toBe("h");
    expect(at(100, 3_000_000)).toBe("h");
    expect(at(200, 3_000_000)).toBe("h");
    expect(at(1_100, 3_000_000)).toBe("f");
  });

  it("shows somebody else at once, and forgets a slot that is gone", () => {
    const allocator = new LayerAllocator();
    const show = (nowMs: number, budgetBps: number, demands: SlotDemand[]) =>
      allocator.allocate(nowMs, budgetBps, demands).decisions.map(({ layer }) => layer);
    expect(show(0, 600_000, [demand(1)])).toEqual(["h"]);
    expect(show(10, 3_000_000, [demand(1, { layers: simulcast(50) })])).toEqual(["f"]);
    expect(show(20, 600_000, [])).toEqual([]);
    expect(show(30, 600_000, [demand(1)])).toEqual(["h"]);
    expect(show(40, 3_000_000, [demand(1)])).toEqual(["h"]);
  });

  it("keeps a step between temporal layers while it is shown, though its worth wavers", () => {
    const shares = { temporalShares: [0.5, 0.7, 1] };
    let rate = 875_000;
    const wavering = () => {
      // 70 % of the best are now a little more, now a little less than 1.2 times the layer below.
      rate = rate === 875_000 ? 840_000 : 875_000;
      return demand(1, { layers: simulcast(10, { f: { bitrateBps: rate, ...shares } }) });
    };
    const allocator = new LayerAllocator();
    const shown = new Set<string>();
    for (let nowMs = 0; nowMs < 30_000; nowMs += 100) {
      const { layer, maxTemporalLayer } = allocator.allocate(nowMs, 700_000, [wavering()]).decisions[0]!;
      shown.add(`${layer}@${maxTemporalLayer}`);
    }
    expect(shown.size).toBeLessThanOrEqual(2);
  });
});

describe("several slots", () => {
  const guest = (output: number, wish: Partial<SlotDemand> = {}) => demand(output, { priority: 1, ...wish });
  const shown = (allocator: LayerAllocator, demands: SlotDemand[]) => (nowMs: number, budgetBps: number) =>
    allocator.allocate(nowMs, budgetBps, demands).decisions.map(({ layer }) => layer);

  it("keep what they show while a more important one has to wait for more", () => {
    const at = shown(new LayerAllocator(), [demand(1), guest(2)]);
    expect(at(0, 800_000)).toEqual(["h", "q"]);
    expect(at(5_000, 1_300_000)).toEqual(["h", "q"]);
    expect(at(6_000, 1_300_000)).toEqual(["h", "h"]);
    // What is enough for the host's best, but not with a margin, is no reason to take the guest's picture.
    expect(at(7_000, 1_900_000)).toEqual(["h", "h"]);
    expect(at(60_000, 1_900_000)).toEqual(["h", "h"]);
    // With a margin it is, and both change in the same moment.
    expect(at(61_000, 2_140_000)).toEqual(["h", "h"]);
    expect(at(62_000, 2_140_000)).toEqual(["f", "q"]);
  });

  it("never leave the most important place grey when its holder changes", () => {
    const allocator = new LayerAllocator();
    expect(shown(allocator, [demand(1), guest(2)])(0, 100_000)).toEqual(["q", null]);
    expect(shown(allocator, [demand(1, { priority: 2 }), guest(2)])(100, 100_000)).toEqual(["q", null]);
  });
});

describe("a noisy network", () => {
  /** Switches per minute over five minutes, with an estimate and rates that tremble. */
  function tremble(seed: number, meanBps: number, noise: { estimate: number; rates: number }) {
    const random = new SeededRandom(seed);
    const jitter = (share: number) => 1 + (random.next() * 2 - 1) * share;
    const layers = simulcast(10);
    const nominal = layers.map(({ bitrateBps }) => bitrateBps);
    const switches = watch(
      () => meanBps * jitter(noise.estimate),
      300_000,
      () => {
        layers.forEach((each, index) => {
          // Smoothed over a second, as media measures it.
          each.bitrateBps += (nominal[index]! * jitter(noise.rates) - each.bitrateBps) * 0.1;
        });
        return demand(1, { layers });
      },
    );
    return (switches.length - 1) / 5;
  }

  it("does not make the picture flap, whatever it takes on average", () => {
    for (let seed = 1; seed <= 4; seed++) {
      const meanBps = 150_000 + seed * 600_000;
      expect(tremble(seed, meanBps, { estimate: 0.05, rates: 0.3 }), `mean ${meanBps}`).toBeLessThanOrEqual(
        1,
      );
      expect(tremble(seed, meanBps, { estimate: 0.2, rates: 0.5 }), `mean ${meanBps}`).toBeLessThanOrEqual(6);
    }
  });
});

describe("any budget", () => {
  it("gives more to a slot that becomes more important, never less", () => {
    const random = new SeededRandom(11);
    for (let round = 0; round < 500; round++) {
      const demands = Array.from({ length: random.integer(2, 6) }, (_, index) =>
        demand(index + 1, { priority: random.integer(1, 3) }),
      );
      const budget = random.integer(0, 6_000_000);
      const which = random.integer(0, demands.length - 1);
      const place = (priority: number) => {
        const raised = demands.map((each, index) => (index === which ? { ...each, priority } : each));
        const { decisions } = new LayerAllocator().allocate(0, budget, raised);
        const { layer } = decisions.find(({ output }) => output === which + 1)!;
        return layer === null ? -1 : "qhf".indexOf(layer);
      };
      expect(place(0)).toBeGreaterThanOrEqual(place(demands[which]!.priority));
    }
  });

  it("is not spent less of when it is bigger", () => {
    const random = new SeededRandom(13);
    for (let round = 0; round < 300; round++) {
      const demands = Array.from({ length: random.integer(1, 6) }, (_, index) =>
        demand(index + 1, { priority: index }),
      );
      const budget = random.integer(0, 6_000_000);
      const at = (bps: number) => new LayerAllocator().allocate(0, bps, demands).allocatedBps;
      expect(at(budget + 500_000)).toBeGreaterThanOrEqual(at(budget));
    }
  });
});
