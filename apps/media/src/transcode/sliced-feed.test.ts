import { type AccessUnit, opusFormat } from "@sameroom/protocol";
import { expect, test } from "vitest";
import { SlicedFeed } from "./sliced-feed.ts";

const format = opusFormat(2);
const unitOf = (captureMicros: number): AccessUnit => ({
  ...{ format, captureMicros, compositionMicros: 0, keyframe: true, samples: 960 },
  data: Uint8Array.of(1),
});
const units = (from: number, count: number) => Array.from({ length: count }, (_, at) => unitOf(from + at));

/** A transcode that does what it has when it is told to. */
class Held {
  readonly taken: number[] = [];
  underWay = 0;
  #onIdle = () => {};

  push({ captureMicros }: AccessUnit): void {
    this.taken.push(captureMicros);
    this.underWay += 1;
  }

  on = (_event: string, listener: () => void) => {
    this.#onIdle = listener;
    return () => {};
  };

  work(): number {
    const done = this.underWay;
    this.underWay = 0;
    this.#onIdle();
    return done;
  }
}

test("much is given in slices, and what comes meanwhile behind it, in order", () => {
  const held = new Held();
  let done = 0;
  const feed = new SlicedFeed(held as never, () => {
    done += 1;
  });
  feed.give(units(0, 120));
  expect(held.underWay).toBe(50);
  feed.push(unitOf(120));
  expect(held.work()).toBe(50);
  expect(held.underWay).toBe(50);
  held.work();
  expect([held.underWay, done]).toEqual([21, 0]);
  feed.push(unitOf(121));
  held.work();
  expect(done).toBe(1);
  feed.push(unitOf(122));
  held.work();
  expect(held.taken).toEqual(Array.from({ length: 123 }, (_, at) => at));
  expect(done).toBe(1);
});

test("a process that died and is another one now is given the rest", () => {
  const held = new Held();
  const feed = new SlicedFeed(held as never);
  feed.give(units(0, 80));
  held.underWay = 0;
  feed.push(unitOf(80));
  expect(held.taken).toHaveLength(81);
});

test("for one that does nothing, no more is kept than fits", () => {
  const held = new Held();
  const feed = new SlicedFeed(held as never);
  feed.give(units(0, 100));
  for (const unit of units(100, 10_000)) feed.push(unit);
  held.work();
  while (held.underWay > 0) held.work();
  expect(held.taken.length).toBeLessThan(4100);
  expect(held.taken.at(-1)).toBe(10_099);
});

test("nothing given is done at once", () => {
  let isDone = false;
  const feed = new SlicedFeed(new Held() as never, () => {
    isDone = true;
  });
  feed.give([]);
  expect(isDone).toBe(true);
});
