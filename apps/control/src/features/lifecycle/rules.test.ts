import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, test } from "vitest";
import { deadlineOf, decide, isOnAir, type LifeFact, NEW_LIFE, type RoomLife } from "./rules.ts";

const T0 = 1_700_000_000_000;
const GRACE = 30_000;

/** Plays facts, each `[ms after the start, fact]`, and returns the last decision. */
function play(...facts: [number, LifeFact][]) {
  let life = NEW_LIFE;
  let broadcasts = 0;
  let last = { life, reason: null as string | null, endMedia: false };
  for (const [offset, fact] of facts) {
    const context = { nowUnixMs: T0 + offset, graceMs: GRACE, newId: () => `broadcast-${++broadcasts}` };
    last = decide(life, fact, context);
    life = last.life;
  }
  return last;
}
const flowing = (session = "s1", worker = "w1"): LifeFact => ({ type: "flowing", session, worker });
const stalled = (session = "s1"): LifeFact => ({ type: "stalled", session });
const gone = (
  reason: "left" | "ended" | "replaced" | "connection-lost" | "shutdown",
  session = "s1",
): LifeFact => ({
  ...{ type: "gone", session, reason },
});

describe("a room's life", () => {
  test("media that flows puts it on air with a new broadcast", () => {
    expect(play([5, flowing()]).life).toEqual({
      ...NEW_LIFE,
      ...{ state: "live", broadcastId: "broadcast-1", session: "s1", worker: "w1", startedUnixMs: T0 + 5 },
    });
  });

  test("a host who falls silent interrupts it at once; coming back is the same broadcast", () => {
    const silent = play([0, flowing()], [1000, stalled()]).life;
    expect(silent).toMatchObject({ state: "interrupted", graceEndsUnixMs: T0 + 1000 + GRACE });
    const back = play([0, flowing()], [1000, stalled()], [2000, flowing()]).life;
    expect(back).toMatchObject({ state: "live", broadcastId: "broadcast-1", graceEndsUnixMs: null });
  });

  test.each(["connection-lost", "shutdown"] as const)(
    "a publisher that is gone by %s interrupts it",
    (reason) => {
      expect(play([0, flowing()], [10, gone(reason)]).life.state).toBe("interrupted");
    },
  );

  test("further silence does not prolong the grace period", () => {
    const life = play(
      [0, flowing()],
      [1000, stalled()],
      [9000, gone("connection-lost")],
      [9500, stalled()],
    ).life;
    expect(life.graceEndsUnixMs).toBe(T0 + 1000 + GRACE);
  });

  test("the grace period ends it, for everybody, not a moment before", () => {
    const early = play([0, flowing()], [1000, stalled()], [1000 + GRACE - 1, { type: "time" }]);
    expect(early.life.state).toBe("interrupted");
    const late = play([0, flowing()], [1000, stalled()], [1000 + GRACE, { type: "time" }]);
    expect(late).toMatchObject({ reason: "grace", endMedia: true, life: { state: "ended" } });
  });

  test.each(["left", "ended"] as const)("a publisher that %s ends it at once", (reason) => {
    const decision = play([0, flowing()], [10, gone(reason)]);
    expect(decision).toMatchObject({ reason: "host", life: { state: "ended", endedUnixMs: T0 + 10 } });
  });

  test("a host who returns on a new session takes over; the old session's end is no news", () => {
    const life = play(
      [0, flowing()],
      [10, flowing("s2", "w2")],
      [20, gone("replaced")],
      [30, gone("left")],
    ).life;
    expect(life).toMatchObject({ state: "live", broadcastId: "broadcast-1", session: "s2", worker: "w2" });
  });

  test("being replaced is never an interruption", () => {
    expect(play([0, flowing()], [10, gone("replaced")]).life.state).toBe("live");
  });

  test.each(["host", "moderator"] as const)("a %s ends it, and media is told", (by) => {
    const decision = play([0, flowing()], [10, { type: "end", by }]);
    expect(decision).toMatchObject({ reason: by, endMedia: true, life: { state: "ended" } });
  });

  test("the session that was ended cannot bring it back, a new one starts a new broadcast", () => {
    const again = play([0, flowing()], [10, { type: "end", by: "host" }], [20, flowing()]);
    expect(again).toMatchObject({ endMedia: true, life: { state: "ended" } });
    const fresh = play([0, flowing()], [10, { type: "end", by: "host" }], [20, flowing("s2")]);
    expect(fresh).toMatchObject({ endMedia: false, life: { state: "live", broadcastId: "broadcast-2" } });
  });

  test("ending what is not on air changes nothing", () => {
    expect(play([0, { type: "end", by: "host" }]).life).toBe(NEW_LIFE);
  });

  test("unconfirmed, it stays live until somebody confirms or the grace period is over", () => {
    const open = play([0, flowing()], [10, { type: "unconfirmed" }]).life;
    expect(open).toMatchObject({ state: "live", confirmByUnixMs: T0 + 10 + GRACE });
    const confirmed = play([0, flowing()], [10, { type: "unconfirmed" }], [20, flowing()]).life;
    expect(deadlineOf(confirmed)).toBeNull();
    const over = play([0, flowing()], [10, { type: "unconfirmed" }], [10 + GRACE, { type: "time" }]);
    expect(over).toMatchObject({ reason: "grace", life: { state: "ended" } });
  });

  test("unconfirmed while interrupted, the wait begins anew", () => {
    const life = play([0, flowing()], [10, stalled()], [5000, { type: "unconfirmed" }]).life;
    expect(life).toMatchObject({ state: "interrupted", graceEndsUnixMs: T0 + 5000 + GRACE });
  });

  test("any sequence of facts keeps its promises", () => {
    const random = new SeededRandom(7);
    const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random.next() * items.length)]!;
    for (let run = 0; run < 300; run++) {
      let life: RoomLife = NEW_LIFE;
      let nowUnixMs = T0;
      for (let step = 0; step < 40; step++) {
        nowUnixMs += Math.floor(random.next() * 20_000);
        const session = pick(["s1", "s2", "s3"]);
        const fact = pick<LifeFact>([
          ...[
            flowing(session),
            stalled(session),
            { type: "time" as const },
            { type: "unconfirmed" as const },
          ],
          ...[gone("left", session), gone("replaced", session), gone("connection-lost", session)],
          { type: "end", by: "host" },
        ]);
        const before = life;
        const decision = decide(life, fact, { nowUnixMs, graceMs: GRACE, newId: () => `b${run}-${step}` });
        life = decision.life;
        expect(life.state === "interrupted").toBe(life.graceEndsUnixMs !== null);
        expect(isOnAir(life)).toBe(life.broadcastId !== null && life.endedUnixMs === null);
        expect(decision.reason !== null).toBe(isOnAir(before) && life.state === "ended");
        if (decision.reason !== null) expect(decision.endMedia).toBe(true);
        if (isOnAir(before) && isOnAir(life)) expect(life.broadcastId).toBe(before.broadcastId);
        if (!isOnAir(life) || life.state === "live") continue;
        expect(deadlineOf(life)! - nowUnixMs).toBeLessThanOrEqual(GRACE);
      }
    }
  });
});
