import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formsOf } from "./fold.ts";
import { createKnownWords } from "./known-words.ts";
import { isListed, linksIn } from "./links.ts";
import { compileOwnWords } from "./own-words.ts";

const known = createKnownWords();

describe("known bad words", () => {
  test.each([
    ...["fuck", "what the FUCK", "shit happens", "you bitch", "nigger", "faggot", "cunt"],
    // Hidden: spaces, dots, stretched, digits, signs, wide letters, lookalikes, what cannot be seen, accents.
    ...[
      "f u c k",
      "f.u.c.k you",
      "f-u-c-k",
      "fuuuuuck",
      "sh1t",
      "$h!t",
      "ｆｕｃｋ",
      "fսck",
      "ƒuck",
      "fu\u200bck",
      "f\u00aduck",
    ],
    ...["fück", "ѕhіt", "b1tch", "n i g g e r", "f\u0338u\u0338c\u0338k\u0338"],
    // Other languages and scripts.
    ...[
      "merde",
      "scheiße",
      "puta",
      "चूतिया",
      "chutiya",
      "сука",
      "иди ты, сука!",
      "kurwa",
      "傻逼",
      "씨발",
      "μαλάκας",
    ],
  ])("%j is one", (text) => {
    expect(known(text)).not.toBeNull();
  });

  test.each([
    ...[
      "Scunthorpe",
      "Penistone",
      "Lightwater",
      "Clitheroe",
      "Essex and Middlesex",
      "Alastair Cockburn",
      "Charles Dickens",
    ],
    ...[
      "a classic assassin assembles",
      "pass the bass guitar",
      "shiitake risotto",
      "the therapist's analysis",
      "cocktail",
    ],
    ...[
      "shuttlecock",
      "Matsushita",
      "Hancock",
      "raccoon",
      "cucumber",
      "Slutsk",
      "fire retardant",
      "titanic",
      "Sussex",
    ],
    ...[
      "gay pride",
      "lesbian couple",
      "sex education",
      "chili con carne",
      "die Straße",
      "as soon as hit",
      "I am a g",
    ],
    ...[
      "Nice to meet you all, hi!",
      "1 2 3 4 5",
      "100% right @ 5 pm!!!",
      "привет, как дела?",
      "мука и сукно",
      "お疲れ様です",
    ],
    ...["नमस्ते दोस्त", "안녕하세요", "你好，世界", "مرحبا بالعالم", "שלום", "a s a p", "ok 👍🏽 👨‍👩‍👧 ❤️"],
  ])("%j is none", (text) => {
    expect(known(text)).toBeNull();
  });

  test("are looked for in any text without a fault", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 500 }), (text) => {
        known(text);
        linksIn(text);
        expect(formsOf(text).length).toBeLessThanOrEqual(4);
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});

describe("a room's own words", () => {
  const find = compileOwnWords([
    "spoiler",
    "rosebud*",
    "snape kills",
    "книга",
    "馬鹿",
    "c++",
    "Ärger",
    "good",
    "*",
  ]);
  test.each([
    ...[
      "SPOILER",
      "a spoiler!",
      "s p o i l e r",
      "spoooiler",
      "sp0iler",
      "ѕроіler",
      "spo\u200biler",
      "rosebuds",
      "Snape  kills",
    ],
    ...["snape, kills", "Книга", "この馬鹿野郎", "i like c++", "ärger", "arger", "gooood"],
  ])("%j has one", (text) => {
    expect(find(text)).not.toBeNull();
  });
  test.each(["spoilers", "nospoiler", "snape never kills", "god", "c+", "rose bud", "книгами", "", "*"])(
    "%j has none",
    (text) => {
      expect(find(text)).toBeNull();
    },
  );

  test("are text, never a pattern, and find themselves", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", minLength: 2, maxLength: 60 }),
        fc.string({ maxLength: 100 }),
        (word, text) => {
          const one = compileOwnWords([word]);
          one(text);
          if (/^[a-z]{2,}$/.test(word)) expect(one(`x ${word} y`)).not.toBeNull();
        },
      ),
      { numRuns: 300, seed: 11 },
    );
    expect(compileOwnWords(["(a+)+$", "[", "\\"])("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab")).toBeNull();
  });
});

describe("links", () => {
  test.each([
    ["see https://example.com/a?b", ["example.com"]],
    ["www.Example.COM", ["example.com"]],
    ["join discord.gg/abc now", ["discord.gg"]],
    ["example dot com", ["example.com"]],
    ["example[.]com and evil (dot) ru", ["example.com", "evil.ru"]],
    ["hxxps://bad.example/x", ["bad.example"]],
    ["http://user@1.2.3.4/x", ["1.2.3.4"]],
    ["192.0.2.1:8080", ["192.0.2.1"]],
    ["exa\u200bmple.com", ["example.com"]],
    ["ｅｘａｍｐｌｅ．ｃｏｍ", ["example.com"]],
    ["пример.рф", ["xn--e1afmkfd.xn--p1ai"]],
  ])("of %j are %j", (text, hosts) => {
    expect(linksIn(text)).toEqual(hosts);
  });
  test.each([
    "no links here. None.",
    "3.14 is pi",
    "wait...what",
    "12:30",
    "v1.2.3",
    "e.g. this",
    "dot com bubble",
  ])("%j has none", (text) => {
    expect(linksIn(text)).toEqual([]);
  });
  test("are on the list with everything below a name, and not beside it", () => {
    expect(isListed("www.example.com", ["example.com"])).toBe(true);
    expect(isListed("xn--e1afmkfd.xn--p1ai", ["пример.рф"])).toBe(true);
    expect(isListed("notexample.com", ["example.com"])).toBe(false);
    expect(isListed("example.com.evil.ru", ["example.com"])).toBe(false);
  });
});
