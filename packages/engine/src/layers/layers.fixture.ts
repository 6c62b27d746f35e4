import type { LayerFacts, SlotDemand } from "./types.ts";

/** A layer as the tests want it: flowing, 30 frames, no temporal layers. */
export function layer(source: number, id: string, facts: Partial<LayerFacts> = {}): LayerFacts {
  return {
    ...{ source, id, width: 0, height: 0, framesPerSecond: 30, bitrateBps: 0 },
    ...{ temporalShares: [1], flowing: true, ...facts },
  };
}

/** Three layers as the studio sends them: 180p at 150 kbit/s, 360p at 500, 720p at 1,700. Sources from `first`. */
export function simulcast(
  first = 1,
  each: Partial<Record<"q" | "h" | "f", Partial<LayerFacts>>> = {},
): LayerFacts[] {
  return [
    layer(first, "q", { width: 320, height: 180, bitrateBps: 150_000, ...each.q }),
    layer(first + 1, "h", { width: 640, height: 360, bitrateBps: 500_000, ...each.h }),
    layer(first + 2, "f", { width: 1280, height: 720, bitrateBps: 1_700_000, ...each.f }),
  ];
}

/** A slot that wants the best it can get. */
export function demand(output: number, wish: Partial<SlotDemand> = {}): SlotDemand {
  return {
    ...{ output, layers: simulcast(output * 10), width: undefined, height: undefined },
    ...{ priority: 0, choice: "auto", ...wish },
  };
}
