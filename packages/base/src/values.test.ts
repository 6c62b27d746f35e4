import { describe, expect, it } from "vitest";
import { assertNever } from "./assert-never.ts";
import { SameroomError, toError } from "./errors.ts";
import { type Log, logWith, silentLog } from "./log.ts";
import { randomIceString, randomInteger } from "./random.ts";
import { SeededRandom } from "./testing/seeded-random.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

describe("SameroomError", () => {
  it("carries code, details and cause, and the name of its class", () => {
    class WireError extends SameroomError<"wire.closed"> {}
    const cause = new Error("below");
    const error = new WireError("wire.closed", "The wire is closed.", { details: { peer: 1 }, cause });
    expect(error).toBeInstanceOf(Error);
    expect({ ...error, message: error.message, cause: error.cause }).toEqual({
      name: "WireError",
      code: "wire.closed",
      details: { peer: 1 },
      message: "The wire is closed.",
      cause,
    });
    expect(new SameroomError("a.b", "c").details).toEqual({});
  });

  it("makes an error of whatever was thrown", () => {
    const error = new Error("x");
    expect(toError(error)).toBe(error);
    expect(toError("text").message).toBe("text");
    expect(toError({ toString: () => "shown" }).message).toBe("thrown: shown");
    expect(toError(Object.create(null)).message).toBe("thrown: [object Object]");
    expect(toError(undefined).message).toBe("thrown: undefined");
  });
});

describe("assertNever", () => {
  it("names the value that slipped through", () => {
    expect(() => assertNever("x" as never, "codec")).toThrow('unexpected codec: "x"');
  });
});

describe("logWith", () => {
  it("adds its fields to each line, the line's own fields winning", () => {
    const lines: unknown[] = [];
    const note =
      (level: string): Log["info"] =>
      (message, fields) =>
        void lines.push([level, message, fields]);
    const log = logWith(
      { debug: note("d"), info: note("i"), warn: note("w"), error: note("e") },
      { room: 1, a: 1 },
    );
    log.debug("one");
    log.info("two", { a: 2 });
    log.warn("three", { b: 3 });
    log.error("four");
    silentLog.error("nothing");
    expect(lines).toEqual([
      ["d", "one", { room: 1, a: 1 }],
      ["i", "two", { room: 1, a: 2 }],
      ["w", "three", { room: 1, a: 1, b: 3 }],
      ["e", "four", { room: 1, a: 1 }],
    ]);
  });
});

describe("random values", () => {
  it("makes ICE strings of the allowed characters", () => {
    const text = randomIceString(new SeededRandom(1), 200);
    expect(text).toMatch(/^[A-Za-z0-9+/]{200}$/);
    expect(new Set(text).size).toBeGreaterThan(50);
  });

  it("draws integers below the bound", () => {
    const random = new SeededRandom(2);
    const seen = new Set(Array.from({ length: 500 }, () => randomInteger(random, 7)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

describe("UTF-8", () => {
  it("agrees with the platform on every kind of text and of broken bytes", () => {
    const random = new SeededRandom(4);
    const encoder = new TextEncoder();
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    for (const text of ["", "aé€😀", "\ud800x", "\udfff", "\uffff\u0000"]) {
      expect([...encodeUtf8(text)]).toEqual([...encoder.encode(text)]);
    }
    for (let round = 0; round < 500; round++) {
      let text = "";
      for (let length = random.integer(0, 8); length > 0; length--) {
        const point = random.integer(0, random.pick([0x7f, 0x7ff, 0xd7ff, 0x10ffff]));
        text += String.fromCodePoint(point >= 0xd800 && point < 0xe000 ? 0x41 : point);
      }
      expect(decodeUtf8(encodeUtf8(text))).toBe(text);
      expect([...encodeUtf8(text)]).toEqual([...encoder.encode(text)]);
      const broken = random.bytes(random.integer(0, 12));
      expect(decodeUtf8(broken).replaceAll("\ufffd", "")).toBe(
        decoder.decode(broken).replaceAll("\ufffd", ""),
      );
    }
  });
});
