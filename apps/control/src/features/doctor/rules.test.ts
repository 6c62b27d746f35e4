import type { Finding } from "@sameroom/contract";
import { describe, expect, test } from "vitest";
import { byGravity, keepFindings } from "./rules.ts";

const at = (minute: number) => new Date(1_700_000_000_000 + minute * 60_000);
const finding = (overrides: Partial<Finding> = {}): Finding => ({
  ...{ code: "keyframes-far", severity: "warning", sinceUnixMs: at(0).getTime(), repaired: true },
  ...{ values: { seconds: 8 } },
  ...overrides,
});
const keep = (kept: Parameters<typeof keepFindings>[0], now: Finding[], minute: number) =>
  keepFindings(kept, now, { broadcastId: "b", at: at(minute) });

describe("findings that are kept", () => {
  test("begin when they were there first and end when they are over", () => {
    const begun = keep([], [finding()], 1);
    expect(begun).toEqual([
      {
        ...{ broadcastId: "b", code: "keyframes-far", severity: "warning", repaired: true },
        ...{ values: { seconds: 8 }, firstAt: at(0), lastAt: null, times: 1 },
      },
    ]);
    const ended = keep(begun, [], 5);
    expect(ended).toEqual([{ ...begun[0], lastAt: at(5) }]);
    expect(keep(ended, [], 9)).toEqual([]);
  });

  test("that come again are counted, with the worst they were and the newest values", () => {
    const begun = keep([], [finding({ severity: "problem" })], 1);
    const changed = keep(begun, [finding({ values: { seconds: 5 }, repaired: false })], 2);
    expect(changed[0]).toMatchObject({
      severity: "problem",
      times: 1,
      values: { seconds: 5 },
      repaired: false,
    });
    const again = keep(keep(changed, [], 3), [finding({ sinceUnixMs: at(8).getTime() })], 8);
    expect(again[0]).toMatchObject({ firstAt: at(0), lastAt: null, times: 2 });
  });

  test("are told worst first, then in the order they came", () => {
    const rows = [
      { severity: "info", firstAt: at(0) },
      { severity: "problem", firstAt: at(3) },
      { severity: "problem", firstAt: at(2) },
    ] as const;
    expect([...rows].sort(byGravity)).toEqual([rows[2], rows[1], rows[0]]);
  });
});
