import { describe, expect, it } from "vitest";
import { EMOJI } from "./emoji-data.ts";
import { emojiOfCode, hasShortcode, searchEmoji, withEmoji } from "./emoji-search.ts";
import { recentEmoji, rememberEmoji } from "./recent-emoji.ts";

const found = (query: string) => searchEmoji(EMOJI, query, 20).map(({ emoji }) => emoji);

describe("emoji", () => {
  it("are found by their code, by what they show and by what they are about, the surest first", () => {
    expect(found("thumbsup")[0]).toBe("👍️");
    expect(found("rocket")[0]).toBe("🚀");
    expect(found("red heart")[0]).toBe("❤️");
    expect(found("lol")).toContain("😆");
    expect(found("")).toEqual([]);
    expect(found("zzzzqq")).toEqual([]);
  });

  it("stand in for their shortcodes, and only for those there are", () => {
    expect(withEmoji("go :rocket: at 10:30:00 :nonesuch:", EMOJI)).toBe("go 🚀 at 10:30:00 :nonesuch:");
    expect(hasShortcode("at 10:30")).toBe(false);
    expect(hasShortcode(":+1:")).toBe(true);
    expect(emojiOfCode(EMOJI, "ROCKET")).toBe("🚀");
  });

  it("that were used come first the next time, each once, whatever is in the storage", () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    };
    for (const emoji of ["🚀", "🔥", "🚀"]) rememberEmoji(emoji, storage);
    expect(recentEmoji(storage)).toEqual(["🚀", "🔥"]);
    for (const broken of ["{", '{"a":1}', '[1,"🔥"]']) {
      kept.set("sameroom.emoji", broken);
      expect(() => recentEmoji(storage)).not.toThrow();
    }
    expect(recentEmoji(storage)).toEqual(["🔥"]);
  });
});
