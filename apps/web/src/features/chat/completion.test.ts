import { describe, expect, it } from "vitest";
import { complete, completionAt, matchingNames } from "./completion.ts";

describe("what is being typed", () => {
  it("is a name after an @, a shortcode after a colon and two letters", () => {
    expect(completionAt("hello @ad", 9)).toEqual({ kind: "mention", from: 6, query: "ad" });
    expect(completionAt("@", 1)).toEqual({ kind: "mention", from: 0, query: "" });
    expect(completionAt("so :thu", 7)).toEqual({ kind: "emoji", from: 3, query: "thu" });
  });

  it("is nothing in the middle of words, times and addresses", () => {
    for (const text of ["ada@ex", "at 10:30", "https://ex", "so :t", "@ada "]) {
      expect(completionAt(text, text.length)).toBeNull();
    }
  });

  it("is looked for at the caret, not at the end", () => {
    expect(completionAt("@ad and more", 3)?.query).toBe("ad");
    expect(completionAt("@ad and more", 8)).toBeNull();
  });

  it("gives way to what was chosen, with the caret after it", () => {
    const query = completionAt("hi @ad!", 6);
    expect(query && complete("hi @ad!", 6, query, "@Ada")).toEqual({ text: "hi @Ada !", caret: 8 });
    const before = completionAt("@ad there", 3);
    expect(before && complete("@ad there", 3, before, "@Ada")).toEqual({ text: "@Ada there", caret: 5 });
  });

  it("could mean those whose name begins so, then those it is in; nobody twice", () => {
    expect(matchingNames(["Rada", "Ada", "ada", "Bo", "Adam"], "ad")).toEqual(["Ada", "Adam", "Rada"]);
    expect(matchingNames(["Ada Lovelace"], "adalove")).toEqual(["Ada Lovelace"]);
    expect(
      matchingNames(
        Array.from({ length: 50 }, (_, index) => `n${index}`),
        "",
      ),
    ).toHaveLength(6);
  });
});
