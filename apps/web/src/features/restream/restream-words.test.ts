import { idleRestream, restreamReasonSchema } from "@sameroom/contract";
import { describe, expect, it } from "vitest";
import { restreamWords } from "./restream-words.ts";

const idle = idleRestream("00000000-0000-7000-8000-000000000001", 0);
const now = { enabled: true, nowUnixMs: 10_000 };

describe("what a host reads of a target", () => {
  it("says how much goes out while it is live", () => {
    expect(restreamWords({ ...idle, state: "live", bitrate: 2_400_000 }, now)).toEqual({
      ...{ label: "Live", tone: "good", text: "2.4 Mbit/s" },
    });
  });

  it("says why it failed, what the platform said, and when it is tried again", () => {
    const failed = {
      ...idle,
      ...({ state: "retrying", reason: "refused", detail: "Stream not found" } as const),
      ...{ attempt: 3, retryAtUnixMs: 15_200 },
    };
    const { text, tone } = restreamWords(failed, now);
    expect(tone).toBe("bad");
    expect(text).toContain("key is wrong");
    expect(text).toContain("Stream not found");
    expect(text).toContain("After 3 tries, again in 6 s.");
  });

  it("warns where a live target is too slow", () => {
    const slow = { ...idle, ...({ state: "live", reason: "too-slow", bitrate: 500_000 } as const) };
    expect(restreamWords(slow, now)).toMatchObject({
      tone: "warn",
      text: expect.stringContaining("left out"),
    });
  });

  it("says nothing of a target that is switched off, whatever it was last", () => {
    const live = { ...idle, ...({ state: "live", bitrate: 5 } as const) };
    expect(restreamWords(live, { ...now, enabled: false })).toEqual({
      label: "Off",
      tone: "neutral",
      text: "",
    });
  });

  it("has a sentence for every reason", () => {
    for (const reason of restreamReasonSchema.options)
      expect(restreamWords({ ...idle, state: "retrying", reason, attempt: 1 }, now).text).toMatch(
        /^[A-Z].*\.$/,
      );
  });
});
