import { describe, expect, it } from "vitest";
import { randomWalk } from "./random-walk.fixture.ts";

/** All of the simulated session's layers and its audio. */
const WANTED_BPS = 2_685_000;

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((left, right) => left - right)[Math.floor(share * (values.length - 1))]!;
}

describe("an hour on a path that changes every few seconds", () => {
  it.each([1, 2, 3])("is spent near what the path carries, without queues or swings (seed %i)", (seed) => {
    const { session, stretches } = randomWalk(seed, 60);
    const found = stretches.map(
      ({ estimateBps, link }) => estimateBps / Math.min(link.bandwidthBps!, WANTED_BPS),
    );
    expect(stretches.length).toBeGreaterThan(100);
    expect(quantile(found, 0.05)).toBeGreaterThan(0.75);
    expect(quantile(found, 0.25)).toBeGreaterThan(0.9);
    expect(quantile(found, 0.98)).toBeLessThan(1.8);
    const short = stretches.filter(({ link }) => link.bandwidthBps! < WANTED_BPS);
    const overshoot = short.map(({ estimateBps, link }) => estimateBps / link.bandwidthBps!);
    expect(quantile(overshoot, 0.5)).toBeLessThan(1.1);
    expect(
      quantile(
        stretches.map(({ worstQueueMs }) => worstQueueMs),
        0.95,
      ),
    ).toBeLessThan(350);
    const switching = stretches.reduce((sum, { switchesPerMinute }) => sum + switchesPerMinute, 0);
    expect(switching / stretches.length).toBeLessThan(2);
    expect(session.link.counts.queueDropped / session.link.counts.sent).toBeLessThan(0.02);
    const estimates = session.samples.map(({ estimateBps }) => estimateBps);
    expect(quantile(estimates, 0)).toBeGreaterThanOrEqual(60_000);
    expect(quantile(estimates, 1)).toBeLessThanOrEqual(1.6 * WANTED_BPS);
  });
});
