import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { EncodedTexts } from "./encoded-text.ts";

describe("texts that many ask for", () => {
  it("are written and compressed once for each version", () => {
    const texts = new EncodedTexts();
    let written = 0;
    const make = () => {
      written += 1;
      return `text ${written}`;
    };
    const first = texts.of("a", 1, make)!;
    expect(texts.of("a", 1, make)).toBe(first);
    expect(gunzipSync(first.gzip).toString()).toBe("text 1");
    expect(texts.of("b", 1, make)!.plain.toString()).toBe("text 2");
    expect(texts.of("a", 2, make)!.plain.toString()).toBe("text 3");
    expect(texts.of("a", 3, () => undefined)).toBeUndefined();
    expect(written).toBe(3);
  });
});
