import { describe, expect, it } from "vitest";
import { whenOf } from "./kept-findings.tsx";

const startedMs = Date.parse("2026-01-01T10:00:00.000Z");
const at = (seconds: number) => new Date(startedMs + seconds * 1000).toISOString();

describe("when something was found in a show", () => {
  it("is told from the show's beginning, with how often it came", () => {
    expect(whenOf({ firstAt: at(12), lastAt: at(232), times: 1 }, startedMs)).toBe("from 0:12 to 3:52");
    expect(whenOf({ firstAt: at(12), lastAt: at(232), times: 3 }, startedMs)).toBe(
      "from 0:12 to 3:52, 3 times",
    );
    expect(whenOf({ firstAt: at(-2), lastAt: null, times: 1 }, startedMs)).toBe("from 0:00 until now");
  });
});
