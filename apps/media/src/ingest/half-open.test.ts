import { describe, expect, it } from "vitest";
import { HalfOpen } from "./half-open.ts";

describe("connections that have not published", () => {
  it("of one address are few, others are not kept out", () => {
    const halfOpen = new HalfOpen({ most: 10, mostPerAddress: 2 });
    const [first, second] = [halfOpen.enter("192.0.2.1", () => {}), halfOpen.enter("192.0.2.1", () => {})];
    expect(halfOpen.enter("192.0.2.1", () => {})).toBeUndefined();
    expect(halfOpen.enter("192.0.2.2", () => {})).toBeDefined();
    first!.leave();
    first!.leave();
    expect(halfOpen.size).toBe(2);
    expect(halfOpen.enter("192.0.2.1", () => {})).toBeDefined();
    expect(halfOpen.enter("192.0.2.1", () => {})).toBeUndefined();
    second!.leave();
    expect(halfOpen.size).toBe(2);
  });

  it("give way to new ones when there are too many, the oldest first", () => {
    const halfOpen = new HalfOpen({ most: 3, mostPerAddress: 2 });
    const evicted: number[] = [];
    for (let index = 0; index < 5; index += 1) {
      expect(halfOpen.enter(`192.0.2.${index}`, () => void evicted.push(index))).toBeDefined();
    }
    expect(evicted).toEqual([0, 1]);
    expect(halfOpen.size).toBe(3);
  });

  it("are counted by network where an address is one of many", () => {
    const halfOpen = new HalfOpen({ most: 10, mostPerAddress: 1 });
    expect(halfOpen.enter("2001:db8:0:1::2", () => {})).toBeDefined();
    expect(halfOpen.enter("2001:db8:0:1:ffff::9", () => {})).toBeUndefined();
    expect(halfOpen.enter("2001:db8:0:2::2", () => {})).toBeDefined();
  });
});
