import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { EventStreamParser } from "./event-stream.ts";

describe("server-sent events", () => {
  const text =
    ": hello\r\n\r\nevent: layers\ndata: {}\n\ndata:first\rdata\rdata: third\r\rid: 7\nretry: 100\n\nevent: lost\n\ndata: x\n\ndata: unfinished";
  const events = [
    { type: "layers", data: "{}" },
    { type: "message", data: "first\n\nthird" },
    { type: "message", data: "x" },
  ];

  it("are understood in whatever pieces they come", () => {
    expect(new EventStreamParser().push(text)).toEqual(events);
    const random = new SeededRandom(5);
    for (let round = 0; round < 300; round++) {
      const parser = new EventStreamParser();
      const seen = [];
      for (let at = 0; at < text.length; ) {
        const length = random.integer(1, 9);
        seen.push(...parser.push(text.slice(at, at + length)));
        at += length;
      }
      expect(seen).toEqual(events);
    }
  });

  it("never throw on noise, and do not grow for ever", () => {
    const random = new SeededRandom(6);
    for (let round = 0; round < 300; round++) {
      const parser = new EventStreamParser();
      const pieces = ["event", "data", ":", " ", "\r", "\n", "\r\n", "\n\n", "x", "\u0000"];
      for (let piece = 0; piece < 40; piece++) parser.push(random.pick(pieces));
    }
    const endless = (line: string) => () => {
      const parser = new EventStreamParser();
      for (let round = 0; round < 100; round++) parser.push(line);
    };
    expect(endless("x".repeat(1000))).toThrow(RangeError);
    expect(endless(`data: ${"x".repeat(1000)}\n`)).toThrow(RangeError);
    expect(endless(`data: ${"x".repeat(1000)}\n\n`)).not.toThrow();
  });
});
