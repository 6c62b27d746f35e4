import { describe, expect, it } from "vitest";
import type { QueueAtSwitch } from "./simulated-sender.fixture.ts";
import { SimulatedSession } from "./simulated-session.fixture.ts";

const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);
const DROP_S = 10;
/** 300 ms of the narrow link, as in the impaired benchmark. */
const QUEUE_BYTES = 15_000;

/** How long after the bandwidth fell a viewer saw the first smaller layer, and the one that fits, ms. */
function smallerAfterMs(seed: number, queueAtSwitch: QueueAtSwitch): { first: number; fitting: number } {
  const session = new SimulatedSession({
    seed,
    queueAtSwitch,
    link: { delayMs: 25, bandwidthBps: 5_000_000 },
  });
  session.run(DROP_S);
  session.configure({ bandwidthBps: 400_000, queueBytes: QUEUE_BYTES });
  session.run(8);
  const after = (holds: (layer: number) => boolean) => {
    const found = session.shown.find(({ layer, atMs }) => atMs > DROP_S * 1000 && holds(layer));
    return (found?.atMs ?? Number.POSITIVE_INFINITY) - DROP_S * 1000;
  };
  return { first: after((layer) => layer < 2), fitting: after((layer) => layer === 0) };
}

describe("a switch down that leaves nothing of the layer before behind", () => {
  it("shows the layer that fits sooner than behind its queue and its repairs", () => {
    const now = SEEDS.map((seed) => smallerAfterMs(seed, "abandoned"));
    const before = SEEDS.map((seed) => smallerAfterMs(seed, "kept"));
    const latest = Math.max(...now.map(({ fitting }) => fitting));
    expect(latest).toBeLessThan(1500);
    expect(latest).toBeLessThan(Math.min(...before.map(({ first }) => first)) - 1000);
  });
});
