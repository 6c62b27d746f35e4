import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findingCodeSchema } from "./doctor.ts";
import { findingWords } from "./doctor-words.ts";

const VALUES = {
  ...{ seconds: 8, shortestSeconds: 1.2, longestSeconds: 3.4, framesPerSecond: 24, peakDbfs: 0 },
  ...{ milliseconds: -400, partsPerMillion: 200, lossRatio: 0.034, repairedRatio: 0.12, lateSeconds: 2.5 },
  ...{ bitrateBps: 500_000, neededBps: 2_500_000, codec: "hevc" },
};

describe("the guide to the doctor", () => {
  const guide = readFileSync(new URL("../../../docs/guide/stream-doctor.md", import.meta.url), "utf8");
  const named = [...guide.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, names]) =>
    names!.split(", ").map((name) => name.replaceAll("`", "")),
  );

  it("has a row for each code and no other", () => {
    expect(named.sort()).toEqual([...findingCodeSchema.options].sort());
  });
});

describe("the doctor's words", () => {
  it.each(findingCodeSchema.options)("for %s are whole sentences, with values and without", (code) => {
    for (const values of [VALUES, {}]) {
      const { title, viewers, repair = "None.", advice } = findingWords({ code, repaired: true, values });
      for (const words of [viewers, repair, advice]) expect(words).toMatch(/^[A-Z].*\.$/);
      expect(`${title} ${viewers} ${repair} ${advice}`).not.toMatch(/undefined|null|NaN|\(\)| {2}/);
    }
  });

  it("say what was measured", () => {
    const words = (code: (typeof findingCodeSchema.options)[number]) =>
      Object.values(findingWords({ code, repaired: true, values: VALUES })).join(" ");
    expect(words("keyframes-far")).toContain("8 seconds");
    expect(words("sound-skew")).toContain("400 ms early");
    expect(words("upload-loss")).toContain("3.4 % lost");
    expect(words("upload-loss")).toContain("12 % came only so");
    expect(words("bitrate-low")).toContain("from 0.5 Mbit/s to about 2.5 Mbit/s");
  });

  it("say nothing of repairs that are not made", () => {
    expect(findingWords({ code: "b-frames", repaired: true, values: {} })).toHaveProperty("repair");
    expect(findingWords({ code: "b-frames", repaired: false, values: {} })).not.toHaveProperty("repair");
  });
});
