import { describe, expect, it } from "vitest";
import { RedundancySwitch } from "./redundancy-switch.ts";

describe("redundancy", () => {
  it("is on at once when packets are lost, and off after half a minute without", () => {
    const redundancy = new RedundancySwitch();
    expect(redundancy.update(0, 0.01)).toBe(false);
    expect(redundancy.update(100, 0.02)).toBe(true);
    expect(redundancy.update(200, 0.01)).toBe(true);
    expect(redundancy.update(300, 0)).toBe(true);
    expect(redundancy.update(30_299, 0.004)).toBe(true);
    expect(redundancy.update(30_300, 0.004)).toBe(false);
  });

  it("stays while losses come and go", () => {
    const redundancy = new RedundancySwitch();
    redundancy.update(0, 0.05);
    for (let second = 1; second < 600; second++)
      expect(redundancy.update(second * 1000, second % 20 === 0 ? 0.01 : 0)).toBe(true);
  });
});
