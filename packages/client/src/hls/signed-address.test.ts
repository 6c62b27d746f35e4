import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { levelIdOf } from "./level-id.ts";
import { signatureOf, signedUntil, signLike } from "./signed-address.ts";

const token = (claims: object) => `h.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.s`;
const address = (signature: string) => `http://media.test/live/kitchen/~${signature}/index.m3u8`;

describe("a signed address", () => {
  it("tells until when it is valid", () => {
    expect(signedUntil(address(token({ exp: 1_700_000_000, room: "küche?" })))).toBe(1_700_000_000_000);
    expect(signedUntil("http://media.test/live/kitchen/index.m3u8")).toBeUndefined();
    expect(signedUntil(address(token({ exp: "soon" })))).toBeUndefined();
    expect(signedUntil(address("h.%%%.s"))).toBeUndefined();
  });

  it("takes a newer signature over, wherever it points, and nothing where there is none", () => {
    const part = "http://media.test/live/kitchen/~old/e1/v-h/17.2.m4s?x=1";
    expect(signLike(part, address("new"))).toBe("http://media.test/live/kitchen/~new/e1/v-h/17.2.m4s?x=1");
    expect(signLike(part, address("$&"))).toContain("/~$&/");
    expect(signLike(part, "http://media.test/live/kitchen/index.m3u8")).toBe(part);
    expect(signLike("http://a/live/k/index.m3u8", address("new"))).toBe("http://a/live/k/index.m3u8");
  });

  it("is looked at without harm, whatever it is", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (left, right) => {
        signedUntil(`${left}/~${right}/x`);
        expect(signLike(left, right)).toBeTypeOf("string");
        expect(levelIdOf(left, right)).toBeTypeOf("string");
      }),
      { seed: 4 },
    );
    expect(signatureOf(address("abc"))).toBe("abc");
  });
});

describe("a level's id", () => {
  it("is that of the layer over WebRTC, or the rendition's name", () => {
    expect(levelIdOf("http://a/live/k/~t/e1/v-h/index.m3u8?_HLS_msn=3", "0")).toBe("h");
    expect(levelIdOf("http://a/live/k/e1/h264-480/index.m3u8", "0")).toBe("h264-480");
    expect(levelIdOf("index.m3u8", "2")).toBe("2");
  });
});
