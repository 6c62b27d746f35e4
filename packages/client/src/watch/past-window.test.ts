import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { beginningIn } from "./past-window.ts";

describe("the past that LL-HLS reaches", () => {
  it("begins when the multivariant playlist says", () => {
    const begins = '#EXT-X-SESSION-DATA:DATA-ID="io.sameroom.begins",VALUE="2026-11-21T12:00:00.250Z"';
    const other = '#EXT-X-SESSION-DATA:DATA-ID="org.example.title",VALUE="A show"';
    const variant = "#EXT-X-STREAM-INF:BANDWIDTH=1\r\ne1/v-f/index.m3u8\r\n";
    const playlist = `#EXTM3U\r\n${other}\r\n${begins}\r\n${variant}`;
    expect(beginningIn(playlist)).toBe(Date.UTC(2026, 10, 21, 12, 0, 0, 250));
  });

  it("is unknown where it does not tell", () => {
    expect(beginningIn("")).toBeNull();
    expect(beginningIn('#EXT-X-SESSION-DATA:DATA-ID="io.sameroom.begins",VALUE="yesterday"')).toBeNull();
    expect(beginningIn('#EXT-X-SESSION-DATA:DATA-ID="io.sameroom.begins"')).toBeNull();
    fc.assert(
      fc.property(fc.string(), (text) => {
        const begins = beginningIn(text);
        return begins === null || Number.isFinite(begins);
      }),
      { seed: 4 },
    );
  });
});
