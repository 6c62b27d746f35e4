import { SeededRandom } from "@sameroom/base/testing";
import { beforeEach, expect, it } from "vitest";
import { Audience, GONE_AFTER_MS, MAX_AGENTS, TELL_EVERY_MS } from "./audience.ts";

const vlc = (address: string) => ({ address, agent: "VLC/3.0" });
let audience: Audience;
let told: [string, number][];
beforeEach(() => {
  audience = new Audience();
  told = [];
  audience.on("changed", (room, players) => told.push([room, players]));
});

it("counts a player once, however often it asks, and tells a room's number once a second when it changed", () => {
  let nowMs = 0;
  for (; nowMs < 10 * TELL_EVERY_MS; nowMs += 100) {
    audience.seen("a", vlc("10.0.0.1"), nowMs);
    audience.seen("a", { address: "10.0.0.1", agent: undefined }, nowMs);
    if (nowMs >= 2500) audience.seen("a", vlc("10.0.0.2"), nowMs);
    if (nowMs >= 2600) audience.seen("b", vlc("10.0.0.2"), nowMs);
    audience.tick(nowMs);
  }
  expect(told).toEqual([
    ["a", 2],
    ["a", 3],
    ["b", 1],
  ]);
  expect(audience.all).toEqual([
    { room: "a", players: 3 },
    { room: "b", players: 1 },
  ]);
});

it("forgets who does not ask any more, but not who is being sent something without an end", () => {
  audience.seen("a", vlc("10.0.0.1"), 0);
  const leave = [1, 2].map(() => audience.enter("a", { address: "10.0.0.2", agent: "radio" }, 0));
  audience.tick(0);
  audience.tick(GONE_AFTER_MS - 1);
  audience.tick(GONE_AFTER_MS + TELL_EVERY_MS);
  expect(told).toEqual([
    ["a", 2],
    ["a", 1],
  ]);
  leave[0]!();
  audience.tick(2 * GONE_AFTER_MS);
  expect(audience.all).toEqual([{ room: "a", players: 1 }]);
  leave[1]!();
  audience.tick(2 * GONE_AFTER_MS + TELL_EVERY_MS);
  expect(told.at(-1)).toEqual(["a", 0]);
  expect(audience.all).toEqual([]);
});

it("is not talked into a crowd by one address, and has it count again when it is gone", () => {
  const random = new SeededRandom(4);
  for (let count = 0; count < 10 * MAX_AGENTS; count++)
    audience.seen("a", { address: "10.0.0.1", agent: `bot ${random.next()} ${"x".repeat(count)}` }, 0);
  audience.seen("a", vlc("10.0.0.2"), 0);
  audience.tick(0);
  expect(told).toEqual([["a", MAX_AGENTS + 1]]);
  audience.tick(GONE_AFTER_MS);
  audience.seen("a", vlc("10.0.0.1"), GONE_AFTER_MS);
  audience.tick(GONE_AFTER_MS + TELL_EVERY_MS);
  expect(told.slice(1)).toEqual([
    ["a", 0],
    ["a", 1],
  ]);
});
