import { SeededRandom } from "@sameroom/base/testing";
import { roomSlugSchema } from "@sameroom/contract";
import { describe, expect, test } from "vitest";
import { newId } from "../../ids.ts";
import { parseCursor, serializeCursor } from "./cursor.ts";
import { sniffPicture } from "./picture-type.ts";
import { slugFromTitle, slugWithSuffix } from "./slug.ts";

const random = new SeededRandom(11);

describe("a room's address", () => {
  test.each([
    ["Morning Yoga!", "morning-yoga"],
    ["  Crème brûlée -- live  ", "creme-brulee-live"],
    ["日本語", "room"],
    ["x", "room-x"],
    ["A".repeat(120), "a".repeat(32)],
  ])("out of %j is %s", (title, slug) => expect(slugFromTitle(title)).toBe(slug));

  test("is always valid, with and without a suffix", () => {
    for (let run = 0; run < 500; run++) {
      const title = String.fromCodePoint(
        ...Array.from({ length: 1 + (run % 60) }, () => 32 + Math.floor(random.next() * 300)),
      );
      const slug = slugFromTitle(title);
      expect(roomSlugSchema.safeParse(slug).success, title).toBe(true);
      expect(roomSlugSchema.safeParse(slugWithSuffix(slug, random)).success, title).toBe(true);
    }
  });
});

describe("a cursor", () => {
  test("comes back as it went", () => {
    const cursor = { onAir: true, viewers: 12, id: newId(5) };
    expect(parseCursor(serializeCursor(cursor))).toEqual(cursor);
  });

  test("of anybody else's making is refused, never thrown", () => {
    const valid = serializeCursor({ onAir: false, viewers: 0, id: newId(5) });
    for (let run = 0; run < 500; run++) {
      const cut = valid.slice(0, Math.floor(random.next() * valid.length));
      const junk = Buffer.from(random.bytes(run % 40)).toString("base64url");
      expect([parseCursor(cut), parseCursor(junk)]).toEqual([null, null]);
    }
    expect(parseCursor(Buffer.from('[true,-1,"x"]').toString("base64url"))).toBeNull();
  });
});

describe("a picture", () => {
  const padded = (...parts: (string | number[])[]) =>
    Buffer.concat([...parts.map((part) => Buffer.from(part as string)), Buffer.alloc(64)]);

  test("is known by its first bytes", () => {
    expect(sniffPicture(padded([0xff, 0xd8, 0xff, 0xe0]))).toBe("jpeg");
    expect(sniffPicture(padded([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13], "IHDR"))).toBe("png");
    expect(sniffPicture(padded("RIFF", [1, 0, 0, 0], "WEBPVP8L"))).toBe("webp");
  });

  test.each(["<svg xmlns='http://www.w3.org/2000/svg'/>", "GIF89a", "<!doctype html>", "RIFF....WAVEfmt "])(
    "%j is none",
    (text) => expect(sniffPicture(padded(text))).toBeNull(),
  );

  test("too short is none, whatever it is", () => {
    for (let length = 0; length < 32; length++) expect(sniffPicture(random.bytes(length))).toBeNull();
  });
});
