import type { RoomView } from "@sameroom/contract";
import { expect, it } from "vitest";
import { replayOf, summaryOf } from "./completed.tsx";

const room = { startedAt: "2026-01-01T10:00:00Z", endedAt: "2026-01-01T11:20:00Z" } as RoomView;
const last = {
  id: "x",
  startedAt: "2026-01-01T10:00:00Z",
  endedAt: "2026-01-01T11:20:00Z",
  peakViewers: 214,
};

it("says how long the show was and how full the room", () => {
  expect(summaryOf(room, last)).toBe("1 h 20 min on air, 214 at the busiest moment.");
});

it("claims nothing it does not know", () => {
  expect(summaryOf(room, undefined)).toBe("1 h 20 min on air.");
  expect(summaryOf({ ...room, startedAt: null, endedAt: null }, undefined)).toBeNull();
  expect(summaryOf(room, { ...last, peakViewers: 0 })).toBe("1 h 20 min on air.");
});

it("offers the replay when it is ready, and says so while it is made", () => {
  const of = (state: NonNullable<RoomView["recording"]>["state"]) =>
    replayOf({ id: "x", state, fault: null });
  expect(of("ready")).toBe("ready");
  expect(of("finishing")).toBe("preparing");
  expect(of("recording")).toBe("preparing");
  expect(of("failed")).toBeNull();
  expect(replayOf(null)).toBeNull();
});
