import { expect, it } from "vitest";
import { ReadyLevels } from "./ready-levels.ts";

const HIGH = "v-h/index.m3u8";
const MADE = "h264-360/index.m3u8";
const SMALL = "h264-240/index.m3u8";

/** Time and the server's answers are set by hand. */
class World {
  readonly there = new Set<string>();
  readonly asked: string[] = [];
  readonly aborted: string[] = [];
  readonly levels: ReadyLevels;
  #nowMs = 0;
  readonly #timers = new Set<{ atMs: number; action: () => void }>();

  constructor() {
    this.levels = new ReadyLevels({
      look: async (url, signal) => {
        this.asked.push(url);
        signal.onabort = () => this.aborted.push(url);
        return this.there.has(url);
      },
      nowMs: () => this.#nowMs,
      after: (delayMs, action) => {
        const timer = { atMs: this.#nowMs + delayMs, action };
        this.#timers.add(timer);
        return () => this.#timers.delete(timer);
      },
    });
  }

  get timers(): number {
    return this.#timers.size;
  }

  async pass(ms: number, each: () => void = () => {}): Promise<void> {
    for (const endMs = this.#nowMs + ms; this.#nowMs < endMs; this.#nowMs += 100) {
      each();
      for (const timer of [...this.#timers])
        if (timer.atMs <= this.#nowMs && this.#timers.delete(timer)) timer.action();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

it("turns to what is wanted at once where nothing plays yet", () => {
  const { levels, asked } = new World();
  expect(levels.instead([MADE, HIGH], 0, -1)).toBe(0);
  expect(asked).toEqual([]);
});

it("stays where it is until a level is there", async () => {
  const world = new World();
  const { levels } = world;
  levels.seen(HIGH);
  const pick = () => levels.instead([SMALL, MADE, HIGH], 1, 2);
  expect(pick()).toBe(2);
  await world.pass(4000, () => {
    levels.seen(HIGH);
    expect(pick()).toBe(2);
  });
  expect(new Set(world.asked)).toEqual(new Set([MADE]));
  world.there.add(MADE);
  await world.pass(1000);
  expect(pick()).toBe(1);
});

it("stays with a level that plays on, though nobody could begin with it, until another is there", async () => {
  const world = new World();
  const { levels } = world;
  const pick = (wanted: number) => levels.instead([SMALL, MADE, HIGH], wanted, 2);
  await world.pass(4000, () => {
    levels.flows(HIGH);
    expect(pick(1)).toBe(2);
    expect(pick(2)).toBe(2);
  });
  expect(new Set(world.asked)).toEqual(new Set([MADE]));
  world.there.add(MADE);
  await world.pass(1000);
  expect(pick(1)).toBe(1);
  levels.lost(HIGH);
  expect(pick(0)).toBe(1);
});

it("leaves a level that brings nothing any more for the nearest that is there", async () => {
  const world = new World();
  const { levels } = world;
  levels.seen(SMALL);
  await world.pass(21_000, () => levels.seen(HIGH));
  expect(levels.isReady(SMALL)).toBe(false);
  expect(levels.instead([SMALL, MADE, HIGH], 0, 0)).toBe(2);
});

it("goes back to what the host sends when what is made of it ends", async () => {
  const { levels } = new World();
  const urls = [SMALL, MADE, "../e1/v-h/index.m3u8"];
  levels.lost(MADE);
  expect(levels.instead(urls, 1, 1)).toBe(2);
  levels.seen(MADE);
  expect(levels.instead(urls, 1, 1)).toBe(1);
});

it("forgets a wish that is not repeated", async () => {
  const world = new World();
  world.levels.want(MADE);
  await world.pass(10_000);
  const asked = world.asked.length;
  expect(world.timers).toBe(0);
  await world.pass(10_000);
  expect(world.asked).toHaveLength(asked);
});

it("leaves a server alone that cannot make it, and tries again later", async () => {
  const world = new World();
  const { levels } = world;
  await world.pass(35_000, () => levels.want(MADE));
  expect(levels.isResting(MADE)).toBe(true);
  const asked = world.asked.length;
  await world.pass(30_000, () => levels.want(MADE));
  expect(world.asked).toHaveLength(asked);
  world.there.add(MADE);
  await world.pass(40_000, () => levels.want(MADE));
  expect(levels.isReady(MADE)).toBe(true);
});

it("takes a request that fails for a level that is not there", async () => {
  const levels = new ReadyLevels({
    look: () => Promise.reject(new Error("no way through")),
    nowMs: () => 0,
    after: () => () => {},
  });
  levels.want(MADE);
  await new Promise((resolve) => setImmediate(resolve));
  expect(levels.isReady(MADE)).toBe(false);
});

it("gives up a request that nothing answers", () => {
  let nowMs = 0;
  let isAborted = false;
  const levels = new ReadyLevels({
    look: (_, signal) => {
      signal.onabort = () => (isAborted = true);
      return new Promise(() => {});
    },
    nowMs: () => nowMs,
    after: () => () => {},
  });
  for (; nowMs < 35_000; nowMs += 1000) levels.want(MADE);
  expect([isAborted, levels.isResting(MADE)]).toEqual([true, true]);
});

it("asks for nothing once it is closed", async () => {
  const world = new World();
  world.levels.want(MADE);
  world.levels.close();
  await world.pass(2000);
  expect(world.asked).toEqual([MADE]);
  expect(world.aborted).toEqual([MADE]);
});

it("leaves a level alone that the server refuses, and goes on with a smaller one where what plays ends", async () => {
  const world = new World();
  const { levels } = world;
  levels.lost(MADE);
  expect(levels.instead([SMALL, MADE, undefined], 1, 1)).toBe(0);
  expect(world.asked).toEqual([MADE]);
  levels.lost(SMALL);
  expect(levels.instead([SMALL, MADE, undefined], 1, 1)).toBe(1);
  levels.refused(MADE);
  expect([levels.isResting(MADE), world.timers]).toEqual([true, 0]);
  await world.pass(59_000);
  expect(world.asked).toEqual([MADE]);
  await world.pass(2000);
  expect(levels.isResting(MADE)).toBe(false);
});
