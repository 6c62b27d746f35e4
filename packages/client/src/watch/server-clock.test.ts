import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeWorld, pass } from "../testing/fake-world.fixture.ts";
import { ServerClock } from "./server-clock.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A server 5 s ahead; each answer takes one of `tripsMs`, all of it on the way back. */
function clockWith(tripsMs: number[]) {
  const requests: number[] = [];
  const environment = new FakeWorld().environment();
  environment.fetch = async () => {
    const tripMs = tripsMs[requests.length] ?? 0;
    requests.push(Date.now());
    const unixMs = Date.now() + 5000;
    await new Promise((resolve) => setTimeout(resolve, tripMs));
    if (tripMs >= 9999) throw new TypeError("lost");
    return Response.json({ unixMs });
  };
  const clock = new ServerClock(environment, "http://media.test");
  return { clock, requests, offset: () => (clock.nowUnixMs() ?? Number.NaN) - Date.now() };
}

describe("the server's clock", () => {
  it("is known roughly after one answer, and by the quickest of five after all", async () => {
    const { clock, requests, offset } = clockWith([400, 40, 10, 300, 200]);
    expect(clock.nowUnixMs()).toBeNull();
    await pass(401);
    expect(offset()).toBe(5000 - 200);
    await pass(3000);
    expect(requests).toHaveLength(5);
    expect(offset()).toBe(5000 - 5);
  });

  it("is asked again every half minute or so, and stops when closed", async () => {
    const { clock, requests } = clockWith([]);
    await pass(27_000);
    expect(requests).toHaveLength(5);
    await pass(7000);
    expect(requests).toHaveLength(8);
    clock.close();
    await pass(60_000);
    expect(requests).toHaveLength(8);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("asks again soon when no answer came", async () => {
    const lost = Array.from({ length: 5 }, () => 9999);
    const { clock, offset } = clockWith(lost);
    await pass(12_000);
    expect(clock.nowUnixMs()).toBeNull();
    await pass(6000);
    expect(offset()).toBeCloseTo(5000, -1);
    clock.close();
  });
});
