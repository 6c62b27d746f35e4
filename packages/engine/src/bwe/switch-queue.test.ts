import { describe, expect, it } from "vitest";
import type { QueueAtSwitch } from "./simulated-sender.fixture.ts";
import { SimulatedSession } from "./simulated-session.fixture.ts";

const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1);
const DROP_S = 10;
/** 300 ms of the narrow link, as in the impaired benchmark. */
const QUEUE_BYTES = 15_000;
/** As browsers report. */
const FEEDBACK_MS = [50, 100];

interface Fall {
  /** Until the estimate has fallen to what the path carries. */
  known: number;
  /** Until the layer that fits was there with its first keyframe. */
  fitting: number;
}

/** What a viewer had, and when, ms after the bandwidth fell from 5 to 0.4 Mbit/s. */
function fallOf(seed: number, feedbackMs: number, queueAtSwitch: QueueAtSwitch = "abandoned"): Fall {
  const link = { delayMs: 25, bandwidthBps: 5_000_000 };
  const session = new SimulatedSession({ seed, feedbackMs, queueAtSwitch, link });
  session.run(DROP_S);
  session.configure({ bandwidthBps: 400_000, queueBytes: QUEUE_BYTES });
  session.run(8);
  const fellMs = DROP_S * 1000;
  const known = session.samples.find(({ atMs, estimateBps }) => atMs > fellMs && estimateBps < 450_000);
  const fitting = session.shown.find(({ layer, atMs }) => atMs > fellMs && layer === 0);
  const since = (found?: { atMs: number }) => (found?.atMs ?? Number.POSITIVE_INFINITY) - fellMs;
  return { known: since(known), fitting: since(fitting) };
}

describe.each(FEEDBACK_MS)(
  "a viewer whose bandwidth falls to a twelfth, feedback each %i ms",
  (feedbackMs) => {
    const falls = SEEDS.map((seed) => fallOf(seed, feedbackMs));

    it("is known to have less within a third of a second: the packets of one frame come apart", () => {
      expect(Math.max(...falls.map(({ known }) => known))).toBeLessThan(350);
    });

    it("sees the layer that fits within 0.8 s, of which 0.3 are the queue of the network", () => {
      expect(Math.max(...falls.map(({ fitting }) => fitting))).toBeLessThan(800);
    });

    it("would see it later behind what the wire held back of the layer before", () => {
      const behind = SEEDS.map((seed) => fallOf(seed, feedbackMs, "kept").fitting);
      const latest = Math.max(...falls.map(({ fitting }) => fitting));
      expect(Math.max(...behind)).toBeGreaterThan(latest + 300);
    });
  },
);
