import { describe, expect, it } from "vitest";
import { KeyframeRequester } from "./keyframe-requester.ts";

function requestsBetween(requester: KeyframeRequester, fromMs: number, toMs: number): number[] {
  const at: number[] = [];
  for (let now = fromMs; now < toMs; now += 10) if (requester.poll(now)) at.push(now);
  return at;
}

describe("keyframe requester", () => {
  it("asks nobody while nobody wants one", () => {
    expect(requestsBetween(new KeyframeRequester(), 0, 5000)).toEqual([]);
  });

  it("asks once however many viewers join at once", () => {
    const requester = new KeyframeRequester();
    for (let viewer = 0; viewer < 1000; viewer++) requester.want();
    expect(requester.poll(0)).toBe(true);
    for (let viewer = 0; viewer < 1000; viewer++) requester.want();
    expect(requestsBetween(requester, 10, 250)).toEqual([]);
    requester.received();
    expect(requestsBetween(requester, 250, 3000)).toEqual([]);
  });

  it("asks again while no keyframe comes, at growing intervals", () => {
    const requester = new KeyframeRequester({ minIntervalMs: 250, retryMs: 500 });
    requester.want();
    const at = requestsBetween(requester, 0, 12_000);
    expect(at.slice(0, 4)).toEqual([0, 500, 1500, 3500]);
    expect(at.length).toBeLessThan(10);
    requester.received();
    expect(requestsBetween(requester, 12_000, 20_000)).toEqual([]);
  });

  it("keeps the shortest interval between keyframes that were answered", () => {
    const requester = new KeyframeRequester({ minIntervalMs: 250 });
    let asked = 0;
    for (let now = 0; now < 10_000; now += 10) {
      requester.want();
      if (!requester.poll(now)) continue;
      asked += 1;
      requester.received();
    }
    expect(asked).toBe(40);
  });

  it("asks again for an output that came a moment too late for a keyframe", () => {
    const requester = new KeyframeRequester();
    requester.wait(1);
    expect(requester.poll(0)).toBe(true);
    requester.received();
    requester.served(1);
    requester.wait(2);
    requester.received();
    expect(requestsBetween(requester, 10, 1000)).toEqual([250, 750]);
    requester.served(2);
    expect(requestsBetween(requester, 1000, 5000)).toEqual([]);
    expect(requester.waiting).toBe(0);
  });
});

describe("outputs that can wait", () => {
  it("share a keyframe a second, and go with the first that cannot wait", () => {
    const requester = new KeyframeRequester();
    requester.wait(1, true);
    expect(requester.poll(0)).toBe(true);
    requester.received();
    requester.wait(2, true);
    expect(requester.poll(999)).toBe(false);
    expect(requester.poll(1000)).toBe(true);
    requester.received();
    requester.wait(3);
    expect(requester.poll(1249)).toBe(false);
    expect(requester.poll(1250)).toBe(true);
  });
});
