import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { firstAddressIn, firstDateIn } from "./past-window.ts";

describe("the past that LL-HLS reaches", () => {
  it("begins with the first date of the first rendition", () => {
    const multivariant =
      "#EXTM3U\r\n#EXT-X-STREAM-INF:BANDWIDTH=1\r\ne1/v-f/index.m3u8\r\ne1/v-q/index.m3u8\r\n";
    expect(firstAddressIn(multivariant)).toBe("e1/v-f/index.m3u8");
    const media = "#EXTM3U\n#EXTINF:2,\n#EXT-X-PROGRAM-DATE-TIME:2026-11-21T12:00:00.250Z\na.m4s\n";
    expect(firstDateIn(media)).toBe(Date.UTC(2026, 10, 21, 12, 0, 0, 250));
  });

  it("is unknown where a playlist does not tell", () => {
    expect(firstAddressIn("")).toBeUndefined();
    expect(firstDateIn("#EXT-X-PROGRAM-DATE-TIME:yesterday\n")).toBeNull();
    fc.assert(
      fc.property(fc.string(), (text) => {
        const date = firstDateIn(text);
        return date === null || Number.isFinite(date);
      }),
      { seed: 4 },
    );
  });
});
