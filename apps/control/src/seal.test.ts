import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openSecret, sealSecret } from "./seal.ts";

const key = randomBytes(32);

describe("credentials at rest", () => {
  it("come back as they were, and stand nowhere in what is kept", () => {
    const sealed = sealSecret("live_1234_abcd", key, "row-1");
    expect(sealed).not.toContain("live_1234");
    expect(Buffer.from(sealed.slice(3), "base64url").toString("latin1")).not.toContain("live_1234");
    expect(openSecret(sealed, key, "row-1")).toBe("live_1234_abcd");
  });

  it("are another text each time they are sealed", () => {
    expect(sealSecret("the same", key, "row")).not.toBe(sealSecret("the same", key, "row"));
  });

  it("open neither for another row nor with another key", () => {
    const sealed = sealSecret("secret", key, "row-1");
    expect(openSecret(sealed, key, "row-2")).toBeNull();
    expect(openSecret(sealed, randomBytes(32), "row-1")).toBeNull();
  });

  it("do not open when a bit was changed, whatever the text", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (secret, at) => {
        const bytes = Buffer.from(sealSecret(secret, key, "row").slice(3), "base64url");
        bytes[at % bytes.length]! ^= 1 << (at % 8);
        expect(openSecret(`v1.${bytes.toString("base64url")}`, key, "row")).toBeNull();
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => openSecret(text, key, "row") === null));
  });
});
