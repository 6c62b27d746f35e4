import { describe, expect, it } from "vitest";
import { pick, seedOf } from "../seed.ts";
import { initialsOf } from "./avatar.tsx";

describe("initials", () => {
  it("are the first letters of the first and the last word, in any script", () => {
    expect(initialsOf("Ana Marija Kovač")).toBe("AK");
    expect(initialsOf("lee")).toBe("L");
    expect(initialsOf("🦊 fox")).toBe("🦊F");
    expect(initialsOf("  ")).toBe("?");
  });
});

describe("a picture made from an address", () => {
  it("is always the same, and differs between addresses", () => {
    const choices = ["a", "b", "c", "d", "e", "f", "g"];
    const of = (slug: string) => pick(choices, seedOf(slug));
    expect(of("kiln")).toBe(of("kiln"));
    const seen = new Set(Array.from({ length: 100 }, (_, at) => of(`room-${at}`)));
    expect(seen.size).toBe(choices.length);
  });
  it("needs something to pick from", () => {
    expect(() => pick([], 1)).toThrow(RangeError);
  });
});
