import type { Battle } from "@sameroom/contract";
import { describe, expect, it } from "vitest";
import { momentOf, resultOf, viewOf } from "./battle-view.ts";

const side = (room: string, coins = 0) => ({
  ...{ room, title: room, participant: `user:${room}`, name: room, coins },
  ...{ supporters: [], here: true, again: false },
});
const battle = (more: Partial<Battle> = {}): Battle => ({
  ...{ id: "00000000-0000-4000-8000-000000000001", revision: 1, round: 1, durationS: 60, penaltyS: 30 },
  ...{ phase: "running", sides: [side("ada", 30), side("ben", 10)], outcome: null },
  ...{ startsUnixMs: 1_000, endsUnixMs: 61_000, phaseEndsUnixMs: 61_000 },
  ...more,
});

describe("a battle as a room sees it", () => {
  it("has the own side at the left, in both rooms", () => {
    expect(viewOf(battle(), "ada")).toMatchObject({
      own: { name: "ada" },
      other: { name: "ben" },
      share: 0.75,
    });
    expect(viewOf(battle(), "ben")).toMatchObject({
      own: { name: "ben" },
      other: { name: "ada" },
      share: 0.25,
    });
  });

  it("leaves something of the bar to whoever has nothing", () => {
    expect(viewOf(battle({ sides: [side("ada", 9), side("ben")] }), "ben").share).toBeGreaterThan(0.1);
    expect(viewOf(battle({ sides: [side("ada"), side("ben")] }), "ben").share).toBe(0.5);
  });

  it("counts down to its end, and knows no end where there is none to see", () => {
    expect(momentOf(battle(), 11_000)).toEqual({ words: "Ends in", leftMs: 50_000 });
    expect(momentOf(battle(), 61_000)).toEqual({ words: "Counting the last gifts", leftMs: null });
    expect(momentOf(battle({ phase: "starting" }), 400)).toEqual({ words: "Starts in", leftMs: 600 });
  });

  it("says who has won, and to whom the penalty is", () => {
    const won = battle({ phase: "result", outcome: { winner: 1, by: "points" }, phaseEndsUnixMs: 93_000 });
    expect([resultOf(won), viewOf(won, "ada").won, viewOf(won, "ben").won]).toEqual([
      "ben wins",
      false,
      true,
    ]);
    expect(momentOf(won, 63_000)).toEqual({ words: "Penalty", leftMs: 30_000 });
    const draw = battle({
      phase: "result",
      outcome: { winner: null, by: "points" },
      phaseEndsUnixMs: 93_000,
    });
    expect([resultOf(draw), viewOf(draw, "ada").won, momentOf(draw, 63_000).words]).toEqual([
      "A draw",
      null,
      "Goodbye in",
    ]);
    expect(resultOf(battle())).toBeNull();
  });
});
