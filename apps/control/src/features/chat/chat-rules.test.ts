import { expect, test } from "vitest";
import { findMentions } from "./mentions.ts";
import { excerptOf, isOnlyEmoji } from "./rules.ts";

test("emoji are emoji however they are composed, and nothing else is", () => {
  for (const text of ["😀", "❤️", "👍🏽 👍", "👩‍👩‍👧‍👦", "🏳️‍🌈", "🇦🇹🇩🇪", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "😀\n😀", "👩🏽‍💻"])
    expect([text, isOnlyEmoji(text)]).toEqual([text, true]);
  for (const text of ["a😀", "1", "#", ":)", "🇦", "ok 👍", "\u200d", "😀!", "🏽", `${"👍🏽".repeat(120)}x`])
    expect([text, isOnlyEmoji(text)]).toEqual([text, false]);
});

test("names with spaces and of any script are mentioned; addresses and longer words are not", () => {
  const people = [
    { participant: "user:1", name: "Anna" },
    { participant: "user:2", name: "Anna Maria" },
    { participant: "guest:3", name: "Žofie" },
    { participant: "guest:4", name: "小明" },
    { participant: "guest:5", name: "anna" },
  ];
  const found = (text: string) => findMentions(text, people);
  expect(found("@anna maria, look")).toEqual(["user:2"]);
  expect(found("@Anna, @ŽOFIE! (@小明)")).toEqual(["user:1", "guest:3", "guest:4"]);
  expect(found("mail me@anna.org, @annabel, @ anna, @nobody")).toEqual([]);
  expect(found("@anna @anna @anna")).toEqual(["user:1"]);
  const crowd = Array.from({ length: 20 }, (_, index) => ({
    participant: `guest:${index}`,
    name: `n${index}`,
  }));
  expect(findMentions(crowd.map(({ name }) => `@${name}`).join(" "), crowd)).toHaveLength(10);
});

test("excerpts are one line of whole characters", () => {
  expect(excerptOf("a\n  b")).toBe("a b");
  expect([...excerptOf("😀".repeat(300))]).toHaveLength(100);
});
