import { describe, expect, it } from "vitest";
import { isFewEmoji, isOnlyEmoji, messageParts, NO_NAMES } from "./message-parts.ts";

const kinds = (text: string, names = NO_NAMES) =>
  messageParts(text, names).map((part) => `${part.kind} ${part.text}`);
const urls = (text: string) =>
  messageParts(text, NO_NAMES).flatMap((part) => (part.kind === "link" ? part.url : []));

describe("a message", () => {
  it("has links for web addresses, with or without their scheme, in any script", () => {
    expect(urls("see https://example.org/a?b=c#d, or example.com.")).toEqual([
      "https://example.org/a?b=c#d",
      "http://example.com",
    ]);
    expect(urls("読む：https://例え.jp/道 。")).toEqual(["https://例え.jp/道"]);
  });

  it("has no link for anything that does something else than open a page", () => {
    for (const text of [
      "javascript:alert(1)",
      "data:text/html,<b>x</b>",
      "mailto:ada@example.org",
      "ada@example.org",
      "ftp://example.org/x",
      "//example.org/x",
      "file:///etc/passwd",
      "192.168.0.1",
    ]) {
      expect(urls(text).filter((url) => !/^https?:\/\//.test(url))).toEqual([]);
      expect(urls(text)).not.toContain(text);
    }
  });

  it("loses nothing of its text", () => {
    for (const text of [
      "a @b c https://d.org e",
      "@x",
      "",
      "no parts",
      "<b>bold</b> & co",
      "a\n@b\nhttps://c.org",
    ]) {
      expect(
        messageParts(text, NO_NAMES)
          .map((part) => part.text)
          .join(""),
      ).toBe(text);
    }
  });

  it("calls people by name, and knows when it calls whoever reads", () => {
    expect(kinds("hi @Ada, and @Zoë-9!")).toEqual([
      "text hi ",
      "mention @Ada",
      "text , and ",
      "mention @Zoë-9",
      "text !",
    ]);
    const calls = (text: string, name: string) =>
      messageParts(text, { ...NO_NAMES, you: name }).some((part) => part.kind === "mention" && part.you);
    expect(calls("@ada look", "Ada")).toBe(true);
    expect(calls("@adam look", "Ada")).toBe(false);
    expect(calls("@ada lovelace, look", "Ada Lovelace")).toBe(true);
  });

  it("calls people whose names have spaces by all of it, the longest that is known", () => {
    const known = new Set(["ada", "ada lovelace", "zoë"]);
    const names = { you: null, knows: (folded: string) => known.has(folded) };
    expect(kinds("@Ada Lovelace: see", names)).toEqual(["mention @Ada Lovelace", "text : see"]);
    expect(kinds("@ada look", names)).toEqual(["mention @ada", "text  look"]);
    expect(kinds("@Zoë @Ada Lovelace", names)).toEqual(["mention @Zoë", "text  ", "mention @Ada Lovelace"]);
  });

  it("takes no part of an address or of a mail for a name", () => {
    expect(kinds("https://example.org/@ada")).toEqual(["link https://example.org/@ada"]);
    expect(kinds("ada@example")).toEqual(["text ada@example"]);
  });
});

describe("emoji", () => {
  it("by themselves are told from words and digits, however they are put together", () => {
    for (const text of ["👍", "❤️ 🔥", "👩‍🚀", "🇵🇹", "👋🏽👋🏽"]) expect(isOnlyEmoji(text)).toBe(true);
    for (const text of ["hi 👍", "1", " ", "#", "©"]) expect(isOnlyEmoji(text)).toBe(false);
  });

  it("are drawn large when they are few", () => {
    expect(isFewEmoji("👩‍🚀👩‍🚀")).toBe(true);
    expect(isFewEmoji("🔥".repeat(7))).toBe(false);
  });
});
