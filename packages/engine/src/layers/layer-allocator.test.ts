import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { LayerAllocator } from "./layer-allocator.ts";
import type { LayerFacts, SlotDecision, SlotDemand } from "./types.ts";

const VP8_SHARES = [0.5, 0.7, 1];
const ENOUGH = 10_000_000;

/** Layers q, h, f with sources 1, 2, 3 (plus `first`). */
function layersOf(shares: readonly number[] = [1], first = 1): LayerFacts[] {
  const make = (index: number, id: string, height: number, bitrateBps: number): LayerFacts => ({
    ...{ source: first + index, id, width: (height * 16) / 9, height, framesPerSecond: 30 },
    ...{ bitrateBps, temporalShares: shares, flowing: true },
  });
  return [make(0, "q", 180, 150_000), make(1, "h", 360, 500_000), make(2, "f", 720, 1_500_000)];
}

/** Layers of which only those named flow; the others have never been measured. */
const restingBut = (...ids: string[]): LayerFacts[] =>
  layersOf().map((layer) => (ids.includes(layer.id) ? layer : { ...layer, flowing: false, bitrateBps: 0 }));

const demand = (wish: Partial<SlotDemand> = {}): SlotDemand => ({
  ...{ output: 10, layers: layersOf(), width: undefined, height: undefined, priority: 0, choice: "auto" },
  ...wish,
});

const decide = (budgetBps: number, wish: Partial<SlotDemand> = {}) =>
  new LayerAllocator().allocate(0, budgetBps, [demand(wish)]).decisions[0]!;

/** `q0` is the lowest temporal layer of q; without a digit all of them. */
const nameOf = ({ layer, maxTemporalLayer }: SlotDecision) =>
  layer === null ? "none" : layer + (maxTemporalLayer === 7 ? "" : maxTemporalLayer);

/** One viewer over time, asked every 100 ms. */
class Viewer {
  readonly allocator = new LayerAllocator();
  nowMs = 0;

  /** What is shown after each step, repetitions left out. */
  watch(ms: number, budgetBps: number | (() => number), wish: Partial<SlotDemand> = {}): string[] {
    const seen: string[] = [];
    for (const endMs = this.nowMs + ms; this.nowMs < endMs; this.nowMs += 100) {
      const name = this.once(typeof budgetBps === "number" ? budgetBps : budgetBps(), wish);
      if (name !== seen.at(-1)) seen.push(name);
    }
    return seen;
  }

  /** Milliseconds until `name` is shown. */
  until(name: string, budgetBps: number, wish: Partial<SlotDemand> = {}): number {
    const startMs = this.nowMs;
    for (; this.nowMs - startMs < 30_000; this.nowMs += 100) {
      if (this.once(budgetBps, wish) === name) break;
    }
    return this.nowMs - startMs;
  }

  once(budgetBps: number, wish: Partial<SlotDemand> = {}): string {
    return nameOf(this.allocator.allocate(this.nowMs, budgetBps, [demand(wish)]).decisions[0]!);
  }
}

describe("layer allocator, first decision", () => {
  it.each([
    [50_000, "q0", "bandwidth"],
    [100_000, "q0", "bandwidth"],
    [125_000, "q1", "bandwidth"],
    [180_000, "q", "bandwidth"],
    [410_000, "h1", "bandwidth"],
    [600_000, "h", "bandwidth"],
    [1_250_000, "f1", "bandwidth"],
    [1_800_000, "f", "shown"],
  ])("with temporal layers and %d bit/s: %s", (budgetBps, name, reason) => {
    const decision = decide(budgetBps, { layers: layersOf(VP8_SHARES) });
    expect([nameOf(decision), decision.reason]).toEqual([name, reason]);
  });

  it.each([
    [50_000, "q"],
    [570_000, "q"],
    [580_000, "h"],
    [1_720_000, "h"],
    [1_730_000, "f"],
  ])("without temporal layers and %d bit/s: %s", (budgetBps, name) => {
    expect(nameOf(decide(budgetBps))).toBe(name);
  });

  it.each([
    [160, 90, "q"],
    [377, 212, "q"],
    [380, 214, "h"],
    [755, 424, "h"],
    [756, 426, "f"],
    [4000, 2000, "f"],
    // As much as fits into the element: its narrower side decides.
    [200, 2000, "q"],
    [undefined, undefined, "f"],
  ])("an element of %s x %s takes %s", (width, height, name) => {
    const decision = decide(ENOUGH, { width, height });
    expect([nameOf(decision), decision.reason]).toEqual([name, "shown"]);
  });

  it("takes the best layer when no layer's size is known", () => {
    const layers = layersOf().map((layer) => ({ ...layer, width: 0, height: 0 }));
    expect(nameOf(decide(ENOUGH, { layers, width: 160, height: 90 }))).toBe("f");
  });

  it("shows too large a layer rather than none", () => {
    const layers = restingBut("f");
    expect(nameOf(decide(ENOUGH, { layers, width: 160, height: 90 }))).toBe("f");
  });

  it.each([
    ["off", { choice: "off" }, "off"],
    ["not visible", { width: 0, height: 0 }, "off"],
    ["not visible, whatever is chosen", { width: 0, height: 0, choice: "f" }, "off"],
    ["empty", { layers: [] }, "empty"],
  ])("shows and desires nothing: %s", (_, wish, reason) => {
    expect(decide(ENOUGH, wish)).toMatchObject({ source: null, layer: null, desired: null, reason });
    expect(new LayerAllocator().allocate(0, ENOUGH, [demand(wish)])).toMatchObject({
      ...{ allocatedBps: 0, wantedBps: 0 },
    });
  });

  it("shows nothing when nothing flows, and desires the best", () => {
    const layers = restingBut();
    expect(decide(ENOUGH, { layers })).toMatchObject({ source: null, reason: "empty", desired: 3 });
  });

  it("sums up what is shown and what would be shown without a limit", () => {
    const allocation = new LayerAllocator().allocate(0, 600_000, [demand()]);
    expect(allocation).toMatchObject({ allocatedBps: 500_000, wantedBps: 1_500_000 });
  });
});

describe("layer allocator, choice by hand", () => {
  it("outranks the element's size", () => {
    expect(nameOf(decide(ENOUGH, { choice: "f", width: 160, height: 90 }))).toBe("f");
    expect(nameOf(decide(ENOUGH, { choice: "q" }))).toBe("q");
    expect(decide(ENOUGH, { choice: "q" })).toMatchObject({ reason: "shown", desired: 1 });
  });

  it("is obeyed from half its need, with the usual margin at the first time, and kept down to half", () => {
    expect(nameOf(decide(860_000, { choice: "f" }))).toBe("h");
    expect(decide(870_000, { choice: "f" })).toMatchObject({ layer: "f", reason: "shown" });
    const viewer = new Viewer();
    viewer.watch(2000, 870_000, { choice: "f" });
    expect(viewer.watch(5000, 750_000, { choice: "f" })).toEqual(["f"]);
    expect(viewer.watch(5000, 749_000, { choice: "f" })).toEqual(["h"]);
  });

  it("gives way to less below half its need, and says why", () => {
    expect(decide(300_000, { choice: "f" })).toMatchObject({ layer: "q", reason: "bandwidth" });
  });

  it("shows the next layer below while the chosen one does not flow, and desires it where it would be obeyed", () => {
    const choice = "h";
    expect(decide(ENOUGH, { layers: restingBut("q", "f"), choice })).toMatchObject({
      layer: "q",
      desired: 2,
    });
    const layers = layersOf().map((layer) => (layer.id === "h" ? { ...layer, flowing: false } : layer));
    expect(decide(290_000, { layers, choice })).toMatchObject({ layer: "q", desired: 2 });
  });

  it("is acted on at once, up and down", () => {
    const viewer = new Viewer();
    viewer.watch(5000, ENOUGH);
    expect(viewer.once(ENOUGH, { choice: "q" })).toBe("q");
    expect(viewer.once(ENOUGH, { choice: "h" })).toBe("h");
    expect(viewer.once(ENOUGH)).toBe("f");
  });

  it("of an unknown layer counts as automatic", () => {
    expect(nameOf(decide(ENOUGH, { choice: "gone" }))).toBe("f");
  });
});

describe("layer allocator over time", () => {
  it("goes up only after the estimate has held for a second", () => {
    const viewer = new Viewer();
    viewer.watch(1000, 300_000);
    expect(viewer.until("f", ENOUGH)).toBe(1000);
  });

  it("counts the second anew when the estimate falls back", () => {
    const viewer = new Viewer();
    viewer.watch(1000, 300_000);
    expect(viewer.watch(900, ENOUGH)).toEqual(["q"]);
    expect(viewer.watch(100, 300_000)).toEqual(["q"]);
    expect(viewer.watch(1000, ENOUGH)).toEqual(["q"]);
    expect(viewer.once(ENOUGH)).toBe("f");
  });

  it("goes up no further than the estimate has held", () => {
    const viewer = new Viewer();
    viewer.watch(1000, 300_000);
    let flip = false;
    const jumping = () => {
      flip = !flip;
      return flip ? 600_000 : ENOUGH;
    };
    expect(viewer.watch(1100, jumping)).toEqual(["q", "h"]);
    expect(viewer.watch(10_000, jumping)).toEqual(["h"]);
  });

  it("goes down at once, but not for a tenth", () => {
    const viewer = new Viewer();
    viewer.watch(1000, ENOUGH);
    expect(viewer.watch(1000, 1_360_000)).toEqual(["f"]);
    expect(viewer.once(1_340_000)).toBe("h");
    expect(viewer.once(100_000)).toBe("q");
  });

  it("doubles the hold each time the network has forced it down, up to eight seconds", () => {
    const viewer = new Viewer();
    const holds: number[] = [];
    for (let round = 0; round < 5; round++) {
      viewer.watch(1000, ENOUGH);
      viewer.watch(500, 200_000);
      holds.push(viewer.until("f", ENOUGH));
    }
    expect(holds).toEqual([2000, 4000, 8000, 8000, 8000]);
  });

  it("takes the steps down of one outage, seconds apart, for one occasion", () => {
    const viewer = new Viewer();
    viewer.watch(1000, ENOUGH);
    expect(viewer.watch(2200, 600_000)).toEqual(["h"]);
    expect(viewer.watch(1100, 200_000)).toEqual(["q"]);
    expect(viewer.until("f", ENOUGH)).toBe(2000);
  });

  it("forgets about it after twenty calm seconds", () => {
    const viewer = new Viewer();
    viewer.watch(1000, ENOUGH);
    viewer.watch(20_200, 200_000);
    expect(viewer.until("f", ENOUGH)).toBe(1000);
  });

  it("does not take a change of wishes for a forced step down", () => {
    const viewer = new Viewer();
    viewer.watch(1000, ENOUGH);
    viewer.watch(1000, ENOUGH, { width: 160, height: 90 });
    viewer.watch(1000, 200_000);
    expect(viewer.until("f", ENOUGH)).toBe(1000);
  });

  it("keeps what is shown and still fits when the element changes a little", () => {
    const viewer = new Viewer();
    viewer.watch(1000, ENOUGH, { width: 1280, height: 720 });
    expect(viewer.watch(1000, 1_600_000, { width: 1281, height: 720 })).toEqual(["f"]);
  });

  it("leaves a layer that stops flowing at once, and takes it again after the hold", () => {
    const viewer = new Viewer();
    viewer.watch(1000, ENOUGH);
    const without = (id: string) => layersOf().map((layer) => ({ ...layer, flowing: layer.id !== id }));
    expect(viewer.once(ENOUGH, { layers: without("f") })).toBe("h");
    viewer.nowMs += 100;
    expect(viewer.until("f", ENOUGH)).toBe(1000);
    expect(viewer.once(ENOUGH, { layers: restingBut() })).toBe("none");
    expect(viewer.once(ENOUGH)).toBe("f");
  });

  it("shows somebody else in the slot at once", () => {
    const viewer = new Viewer();
    viewer.watch(1000, 200_000);
    expect(viewer.once(ENOUGH, { layers: layersOf([1], 20) })).toBe("f");
  });

  it("does not count on a layer that seems cheaper than the one below it", () => {
    const viewer = new Viewer();
    viewer.watch(1000, 600_000);
    const layers = layersOf().map((layer) => (layer.id === "f" ? { ...layer, bitrateBps: 200_000 } : layer));
    expect(viewer.once(350_000, { layers })).toBe("q");
  });
});

describe("layer allocator, desired layer", () => {
  it.each([
    [60_000, 1],
    [97_500, 1],
    [324_000, 1],
    [325_000, 2],
    [974_000, 2],
    [975_000, 3],
  ])("of known bit rates for %d bit/s: %d", (budgetBps, desired) => {
    expect(decide(budgetBps).desired).toBe(desired);
  });

  it("is never above the element's size", () => {
    const layers = layersOf().map((layer) => (layer.id === "f" ? { ...layer, bitrateBps: 100_000 } : layer));
    expect(decide(200_000, { layers, width: 640, height: 360 }).desired).toBe(1);
    expect(decide(ENOUGH, { layers, width: 640, height: 360 }).desired).toBe(2);
  });

  it("wakes a middle layer that rests and was never measured, and says that bandwidth is the limit", () => {
    const layers = restingBut("q");
    expect(decide(600_000, { layers })).toMatchObject({ layer: "q", desired: 2, reason: "bandwidth" });
    expect(decide(ENOUGH, { layers })).toMatchObject({ layer: "q", desired: 3, reason: "shown" });
  });
});

describe("layer allocator, several slots", () => {
  const slot = (output: number, priority: number, wish: Partial<SlotDemand> = {}) =>
    demand({ output, priority, layers: layersOf([1], output), ...wish });
  const show = (allocator: LayerAllocator, nowMs: number, budgetBps: number, demands: SlotDemand[]) =>
    Object.fromEntries(
      allocator.allocate(nowMs, budgetBps, demands).decisions.map((each) => [each.output, nameOf(each)]),
    );

  it.each([
    [50_000, { 10: "q", 20: "none", 30: "none" }],
    [360_000, { 10: "q", 20: "q", 30: "none" }],
    [530_000, { 10: "q", 20: "q", 30: "q" }],
    [930_000, { 10: "h", 20: "q", 30: "q" }],
    [2_080_000, { 10: "f", 20: "q", 30: "q" }],
    [2_500_000, { 10: "f", 20: "h", 30: "q" }],
    [2_900_000, { 10: "f", 20: "h", 30: "h" }],
  ])("%d bit/s in order of priority", (budgetBps, shown) => {
    const demands = [slot(20, 1), slot(30, 2), slot(10, 0)];
    expect(show(new LayerAllocator(), 0, budgetBps, demands)).toEqual(shown);
  });

  it("raises equal priorities round by round", () => {
    const demands = [slot(10, 0), slot(20, 0)];
    expect(show(new LayerAllocator(), 0, 1_200_000, demands)).toEqual({ 10: "h", 20: "h" });
  });

  it("says that bandwidth is why a lower priority has nothing", () => {
    const { decisions } = new LayerAllocator().allocate(0, 50_000, [slot(10, 0), slot(20, 1)]);
    expect(decisions[1]).toMatchObject({ source: null, reason: "bandwidth", desired: 20 });
  });

  it("always shows something in the first slot that has anything to show", () => {
    const demands = [slot(10, 0, { layers: [] }), slot(20, 1), slot(30, 2)];
    expect(show(new LayerAllocator(), 0, 50_000, demands)).toEqual({ 10: "none", 20: "q", 30: "none" });
    const allocator = new LayerAllocator();
    show(allocator, 0, 50_000, [slot(10, 0), slot(20, 1)]);
    expect(show(allocator, 100, 50_000, [slot(20, 1)])).toEqual({ 20: "q" });
  });

  it("brings a slot back only after the hold when the network had emptied it", () => {
    const allocator = new LayerAllocator();
    const demands = [slot(10, 0), slot(20, 1)];
    show(allocator, 0, 400_000, demands);
    expect(show(allocator, 100, 200_000, demands)[20]).toBe("none");
    for (let nowMs = 200; nowMs < 2200; nowMs += 100) {
      expect(show(allocator, nowMs, 400_000, demands)[20]).toBe("none");
    }
    expect(show(allocator, 2200, 400_000, demands)[20]).toBe("q");
  });

  it("obeys a choice by hand, and leaves the others the cheapest", () => {
    const demands = [slot(10, 0, { choice: "f" }), slot(20, 1)];
    expect(show(new LayerAllocator(), 0, 1_200_000, demands)).toEqual({ 10: "f", 20: "q" });
  });
});

describe("layer allocator, properties", () => {
  const randomLayers = (random: SeededRandom, first: number): LayerFacts[] =>
    layersOf(random.pick([[1], VP8_SHARES, [0.6, 1]]), first)
      .slice(0, random.integer(0, 3))
      .map((layer) => ({
        ...layer,
        bitrateBps: random.next() < 0.1 ? 0 : layer.bitrateBps * (0.2 + 1.6 * random.next()),
        flowing: random.next() < 0.8,
      }));

  it("stays within the budget, but for the cheapest of the first slot and a tenth of what is shown", () => {
    for (let seed = 0; seed < 40; seed++) {
      const random = new SeededRandom(seed);
      const allocator = new LayerAllocator();
      const slots = random.integer(1, 5);
      for (let step = 0; step < 60; step++) {
        const budgetBps = 20_000 * 300 ** random.next();
        const demands = Array.from({ length: slots }, (_, index) => {
          const side = random.pick([undefined, 0, 160, 640, 1280]);
          const layers = randomLayers(random, index * 10 + 1);
          return demand({ output: index, layers, width: side, height: side, priority: random.integer(0, 2) });
        });
        const { decisions, allocatedBps } = allocator.allocate(step * 300, budgetBps, demands);
        const shown = decisions.filter(({ source }) => source !== null);
        if (shown.length > 1) expect(allocatedBps).toBeLessThanOrEqual(budgetBps / 0.9 + 1);
        for (const { output, source } of shown) {
          const layer = demands[output]!.layers.find((each) => each.source === source);
          expect(layer?.flowing).toBe(true);
        }
        const showable = demands.some(
          ({ layers, width }) => width !== 0 && layers.some(({ flowing }) => flowing),
        );
        expect(shown.length > 0).toBe(showable);
      }
    }
  });

  it("switches seldom although estimate and bit rates are noisy", () => {
    for (const shares of [[1], VP8_SHARES]) {
      for (const meanBps of [160_000, 350_000, 500_000, 600_000, 1_100_000, 1_600_000, 1_900_000]) {
        const random = new SeededRandom(meanBps);
        const allocator = new LayerAllocator();
        const noisy = (value: number, share: number) => value * (1 + share * (2 * random.next() - 1));
        const switches = [0, 0];
        let before: string[] = [];
        for (let nowMs = 0; nowMs < 120_000; nowMs += 100) {
          const demands = [0, 1].map((output) => {
            const layers = layersOf(shares, output * 10 + 1).map((layer) => ({
              ...layer,
              bitrateBps: noisy(layer.bitrateBps, 0.1),
            }));
            return demand({ output, layers, priority: output });
          });
          const names = allocator.allocate(nowMs, noisy(meanBps, 0.2), demands).decisions.map(nameOf);
          for (const index of [0, 1]) if (nowMs > 0 && names[index] !== before[index]) switches[index]!++;
          before = names;
        }
        for (const count of switches) expect(count / 2).toBeLessThanOrEqual(12);
      }
    }
  });

  it("decides the same for the same input", () => {
    const run = () => {
      const random = new SeededRandom(7);
      const allocator = new LayerAllocator();
      return Array.from({ length: 200 }, (_, step) => {
        const demands = [0, 1, 2].map((output) =>
          demand({ output, layers: randomLayers(random, output * 10 + 1), priority: output }),
        );
        return allocator.allocate(step * 100, random.integer(20_000, 4_000_000), demands);
      });
    };
    expect(run()).toEqual(run());
  });
});
