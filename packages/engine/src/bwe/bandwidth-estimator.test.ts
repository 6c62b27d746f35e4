import { describe, expect, it } from "vitest";
import { BandwidthEstimator } from "./bandwidth-estimator.ts";
import { SimulatedSession } from "./simulated-session.fixture.ts";

describe("bandwidth estimator", () => {
  it("starts with an assumption, and says that it is one", () => {
    const { path } = new BandwidthEstimator({ startBps: 700_000 });
    expect(path).toMatchObject({ estimateBps: 700_000, measured: false, usage: "normal" });
  });

  it("finds room for the best layer within a second of the first feedback", () => {
    const session = new SimulatedSession({ link: { delayMs: 25, bandwidthBps: 10_000_000 } });
    session.run(1);
    expect(session.estimator.path.estimateBps).toBeGreaterThan(2_500_000);
  });

  it("is not impressed by losses that do not depend on what is sent", () => {
    const session = new SimulatedSession({ link: { delayMs: 25, bandwidthBps: 10_000_000, loss: 0.05 } });
    session.run(60);
    const least = Math.min(...session.samples.slice(20).map(({ estimateBps }) => estimateBps));
    expect(least).toBeGreaterThan(2_500_000);
    expect(session.estimator.path.lossRatio).toBeGreaterThan(0.02);
  });
});
