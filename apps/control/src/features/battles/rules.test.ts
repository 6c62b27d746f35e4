import {
  BATTLE_AFTER_MS,
  BATTLE_AWAY_MS,
  BATTLE_COUNTING_MS,
  BATTLE_LEAD_MS,
  battleSchema,
  CHALLENGE_MS,
} from "@sameroom/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newId } from "../../ids.ts";
import { presentBattle, sideOf } from "./present.ts";
import type { BattleState, Index, Side } from "./rules.ts";
import * as rules from "./rules.ts";

const T0 = 1_000_000;
const LASTS_MS = 60_000;
const START = T0 + BATTLE_LEAD_MS;
const END = START + LASTS_MS;
const ID = newId(T0);
const side = (room: string): Side => ({
  ...{ roomId: newId(T0), room, title: room, ownerId: newId(T0), participant: `user:${room}`, name: room },
  ...{ awaySinceUnixMs: null, again: false, coins: 0, supporters: [] },
});
const terms = { durationS: LASTS_MS / 1_000, penaltyS: 30 };
const asked = rules.challenge([side("ada"), side("ben")], terms, T0);
const begun = rules.accept(asked, T0);
const points = (state: BattleState, one: number, other: number) =>
  rules.tally(state, [
    { coins: one, supporters: [] },
    { coins: other, supporters: [] },
  ]);
const at = (unixMs: number, state = begun) => rules.advance(state, unixMs);
const resultOf = (one: number, other: number) =>
  rules.advance(points(at(START), one, other), END + BATTLE_COUNTING_MS);

describe("a battle", () => {
  it("runs from its start to its end, counts a little longer, and has a penalty", () => {
    expect([at(START - 1).phase, at(START).phase, at(END - 1).phase]).toEqual([
      "starting",
      "running",
      "running",
    ]);
    expect([at(END).phase, at(END + BATTLE_COUNTING_MS - 1).phase]).toEqual(["counting", "counting"]);
    const result = resultOf(2, 1);
    expect(result).toMatchObject({ phase: "result", outcome: { winner: 0, by: "points" } });
    const until = END + BATTLE_COUNTING_MS + 30_000;
    expect([at(until - 1, result).phase, at(until, result).phase]).toEqual(["result", "over"]);
  });

  it("that nobody has won parts after a moment", () => {
    const draw = resultOf(3, 3);
    expect(draw).toMatchObject({ phase: "result", outcome: { winner: null, by: "points" } });
    expect(draw.phaseEndsUnixMs).toBe(END + BATTLE_COUNTING_MS + BATTLE_AFTER_MS);
  });

  it("counts points while it runs and in the moment after, never before or later", () => {
    expect(points(begun, 5, 5)).toBe(begun);
    expect(points(at(START), 5, 0).sides[0].coins).toBe(5);
    expect(points(at(END), 5, 0).sides[0].coins).toBe(5);
    const result = resultOf(1, 0);
    expect(points(result, 0, 9)).toBe(result);
  });

  it("is lost by whoever is away too long or gives up, and by nobody who came back", () => {
    const lost = rules.away(at(START), 0, START + 10);
    expect(at(START + 10 + BATTLE_AWAY_MS, lost)).toMatchObject({
      phase: "over",
      outcome: { winner: 1, by: "forfeit" },
    });
    expect(at(START + 10 + BATTLE_AWAY_MS, rules.away(lost, 0, null)).phase).toBe("running");
    expect(rules.leave(begun, 1)).toMatchObject({ phase: "over", outcome: { winner: 0, by: "forfeit" } });
    expect(rules.resume(lost, END).sides[0].awaySinceUnixMs).toBe(END);
  });

  it("that both have left is decided by the points", () => {
    const lost = rules.away(rules.away(points(at(START), 1, 4), 0, START + 5), 1, START + 9);
    expect(at(END, lost)).toMatchObject({ phase: "over", outcome: { winner: 1, by: "points" } });
  });

  it("begins anew when both want it, with a memory of what was", () => {
    const result = resultOf(2, 1);
    const one = rules.again(result, 0, { wanted: true, nowUnixMs: END });
    expect(rules.again(one, 0, { wanted: false, nowUnixMs: END }).sides[0].again).toBe(false);
    const two = rules.again(one, 1, { wanted: true, nowUnixMs: END + 9_000 });
    expect(two).toMatchObject({
      phase: "starting",
      round: 2,
      startsUnixMs: END + 9_000 + BATTLE_LEAD_MS,
      outcome: null,
    });
    expect(two.sides.map(({ coins, again }) => [coins, again])).toEqual([
      [0, false],
      [0, false],
    ]);
    expect(two.rounds).toEqual([
      { startsUnixMs: START, coins: [2, 1], outcome: { winner: 0, by: "points" } },
    ]);
    expect(() => rules.again(begun, 0, { wanted: true, nowUnixMs: T0 })).toThrow(
      expect.objectContaining({ code: "battle.not_found" }),
    );
  });

  it("is no more than a challenge until it is accepted in time", () => {
    expect(presentBattle(ID, asked)).toBeNull();
    expect(at(T0 + CHALLENGE_MS, asked).phase).toBe("over");
    expect(() => rules.accept(asked, T0 + CHALLENGE_MS)).toThrow(
      expect.objectContaining({ code: "battle.not_found" }),
    );
    expect(() => rules.accept(rules.decline(asked), T0)).toThrow(
      expect.objectContaining({ code: "battle.not_found" }),
    );
  });

  it("always ends, has one outcome that never changes, and is what the contract says, whatever happens", () => {
    const index = fc.constantFrom<Index>(0, 1);
    const deed = fc.oneof(
      fc.record({ kind: fc.constant("pass" as const), ms: fc.integer({ min: 0, max: 40_000 }) }),
      fc.record({ kind: fc.constantFrom("away", "back", "again", "leave"), index }),
      fc.record({ kind: fc.constant("points" as const), one: fc.nat(9), other: fc.nat(9) }),
    );
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 40 }), (deeds) => {
        let now = T0;
        let state = begun;
        let coins: [number, number] = [0, 0];
        for (const each of deeds) {
          const before = state;
          if (each.kind === "pass" && "ms" in each) now += each.ms;
          state = rules.advance(state, now);
          if (each.kind === "points" && "one" in each) {
            coins = [coins[0] + each.one, coins[1] + each.other];
            state = points(state, ...coins);
          } else if ("index" in each) {
            if (each.kind === "away") state = rules.away(state, each.index, now);
            else if (each.kind === "back") state = rules.away(state, each.index, null);
            else if (each.kind === "leave") state = rules.leave(state, each.index);
            else if (state.phase === "result")
              state = rules.again(state, each.index, { wanted: true, nowUnixMs: now });
          }
          if (state.round !== before.round) coins = [0, 0];
          const shown = presentBattle(ID, state);
          expect(battleSchema.parse(shown)).toEqual(shown);
          expect(state.outcome !== null).toBe(state.phase === "result" || state.phase === "over");
          if (before.outcome !== null && state.round === before.round)
            expect(state.outcome).toEqual(before.outcome);
          expect(state.endsUnixMs - state.startsUnixMs).toBe(LASTS_MS);
        }
        const ended = rules.advance(state, now + 10 * LASTS_MS);
        expect([ended.phase, rules.deadlineOf(ended)]).toEqual(["over", null]);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it("knows its rooms", () => {
    expect([sideOf(begun, "ada"), sideOf(begun, "ben"), sideOf(begun, "cyd")]).toEqual([0, 1, null]);
  });
});
