import { describe, expect, it } from "vitest";
import { KeyframePace } from "./keyframe-pace.ts";
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
    requester.received(250);
    expect(requestsBetween(requester, 250, 3000)).toEqual([]);
  });

  it("asks again while no keyframe comes, at growing intervals", () => {
    const requester = new KeyframeRequester({ retryMs: 500 });
    requester.want();
    const at = requestsBetween(requester, 0, 12_000);
    expect(at.slice(0, 4)).toEqual([0, 500, 1500, 3500]);
    expect(at.length).toBeLessThan(10);
    requester.received(12_000);
    expect(requestsBetween(requester, 12_000, 20_000)).toEqual([]);
  });

  it("asks no more often than a sender hears, however often it is answered", () => {
    const requester = new KeyframeRequester();
    let asked = 0;
    for (let now = 0; now < 10_000; now += 10) {
      requester.want();
      if (!requester.poll(now)) continue;
      asked += 1;
      requester.received(now);
    }
    expect(asked).toBe(31);
  });

  it("asks again for an output that came a moment too late for a keyframe", () => {
    const requester = new KeyframeRequester();
    requester.wait(1);
    expect(requester.poll(0)).toBe(true);
    requester.received(10);
    requester.served(1);
    requester.wait(2);
    requester.received(10);
    expect(requestsBetween(requester, 10, 1000)).toEqual([330, 830]);
    requester.served(2);
    expect(requestsBetween(requester, 1000, 5000)).toEqual([]);
    expect(requester.waiting).toBe(0);
  });
});

describe("layers of one track", () => {
  const open = () => {
    const pace = new KeyframePace();
    return [new KeyframeRequester({ pace }), new KeyframeRequester({ pace })] as const;
  };

  it("are asked together, or far enough apart to be heard", () => {
    const [large, small] = open();
    large.want();
    small.want();
    expect([large.poll(0), small.poll(0)]).toEqual([true, true]);
    large.received(40);
    small.received(40);
    small.wait(1);
    expect(requestsBetween(small, 200, 1000)).toEqual([330, 830]);
  });

  it("do not hold each other up while one of them is not answered", () => {
    const [large, small] = open();
    large.want();
    expect(requestsBetween(large, 0, 600)).toEqual([0, 500]);
    small.want();
    expect(requestsBetween(small, 600, 1200)).toEqual([830]);
  });
});

describe("outputs that can wait", () => {
  it("share a keyframe a second, and go with the first that cannot wait", () => {
    const requester = new KeyframeRequester();
    requester.wait(1, true);
    expect(requester.poll(0)).toBe(true);
    requester.received(60);
    requester.wait(2, true);
    expect(requester.poll(999)).toBe(false);
    expect(requester.poll(1000)).toBe(true);
    requester.received(70);
    requester.wait(3);
    expect(requester.poll(1329)).toBe(false);
    expect(requester.poll(1330)).toBe(true);
  });

  it("finds out who ignores requests, and does not take one late keyframe for it", () => {
    const every = (intervalMs: number, answers: boolean) => {
      const requester = new KeyframeRequester();
      for (let now = 10; now < 60_000; now += 10) {
        if (now % 3700 === 0) requester.want();
        const asked = requester.poll(now);
        if (now % intervalMs === 0 || (asked && answers)) requester.received(now + 5);
      }
      return requester.isIgnored;
    };
    expect(every(2000, false)).toBe(true);
    expect(every(5000, false)).toBe(true);
    expect(every(5000, true)).toBe(false);
    expect(every(100_000, true)).toBe(false);
    const requester = new KeyframeRequester();
    requester.want();
    requester.poll(0);
    requester.received(9000);
    expect(requester.isIgnored).toBe(false);
  });
});
