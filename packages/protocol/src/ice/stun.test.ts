import { encodeUtf8 } from "@sameroom/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex } from "../testing/srtp-vectors.ts";
import { HmacSha1 } from "./hmac-sha1.ts";
import { parseStun, parseStunResult } from "./parse-stun.ts";
import { serializeStun } from "./serialize-stun.ts";
import type { StunAttributes } from "./types.ts";
import { usernameOf } from "./username-of.ts";
import { verifyIntegrity } from "./verify-integrity.ts";

/** RFC 5769 section 2.1: sample request. */
const RFC5769_REQUEST = fromHex(`000100582112a442b7e7a701bc34d686fa87dfae
  802200105354554e207465737420636c69656e74 002400046e0001ff 80290008932ff9b151263b36
  000600096576746a3a68367659202020 000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2 80280004e57a3bcf`);
/** RFC 5769 section 2.3: sample IPv6 response. */
const RFC5769_RESPONSE = fromHex(`010100482112a442b7e7a701bc34d686fa87dfae
  8022000b7465737420766563746f7220 002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9
  00080014a382954e4be67bf11784c97c8292c275bfe3ed41 80280004c8fb0b4c`);
const KEY = new HmacSha1(encodeUtf8("VOkJxbRl1RmTxUk/WvJxBt"));

const word = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme-ascii" });
const address = fc.oneof(
  fc.tuple(fc.ipV4(), fc.nat(65_535)).map(([ip, port]) => `${ip}:${port}`),
  fc.nat(65_535).map((port) => `[2001:db8::${((port % 0xfff) + 1).toString(16)}:1]:${port}`),
);
const attributes: fc.Arbitrary<StunAttributes> = fc.record(
  {
    username: word,
    priority: fc.nat(0xffff_ffff),
    useCandidate: fc.constant(true),
    iceControlled: fc.bigInt(0n, 2n ** 64n - 1n),
    iceControlling: fc.bigInt(0n, 2n ** 64n - 1n),
    xorMappedAddress: address,
    mappedAddress: address,
    errorCode: fc.record({ code: fc.integer({ min: 300, max: 699 }), reason: word }),
    unknownAttributes: fc.array(fc.nat(0xffff), { maxLength: 8 }),
    software: word,
    realm: word,
    nonce: word,
  },
  { requiredKeys: [] },
) as fc.Arbitrary<StunAttributes>;
const bytes12 = fc.uint8Array({ minLength: 12, maxLength: 12 });

describe("STUN", () => {
  it("reads and verifies the sample request of RFC 5769", () => {
    const message = parseStun(RFC5769_REQUEST)!;
    expect(message).toMatchObject({
      class: "request",
      method: 1,
      attributes: {
        software: "STUN test client",
        priority: 0x6e0001ff,
        iceControlled: 0x932ff9b151263b36n,
        username: "evtj:h6vY",
      },
      fingerprint: true,
    });
    expect(verifyIntegrity(RFC5769_REQUEST, message, KEY)).toBe(true);
    expect(verifyIntegrity(RFC5769_REQUEST, message, new HmacSha1(encodeUtf8("other")))).toBe(false);
    expect(usernameOf(RFC5769_REQUEST)).toBe("evtj");
  });

  it("reads and verifies the sample IPv6 response of RFC 5769", () => {
    const message = parseStun(RFC5769_RESPONSE)!;
    expect(message.class).toBe("success");
    expect(message.attributes.xorMappedAddress).toBe("[2001:db8:1234:5678:11:2233:4455:6677]:32853");
    expect(verifyIntegrity(RFC5769_RESPONSE, message, KEY)).toBe(true);
  });

  it("reads what it writes", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("request", "indication", "success", "error" as const),
        fc.nat(0xfff),
        bytes12,
        attributes,
        (kind, method, transactionId, given) => {
          const init = { class: kind, method, transactionId, attributes: given } as Parameters<
            typeof serializeStun
          >[0];
          const datagram = serializeStun(init, { integrityKey: KEY });
          const message = parseStun(datagram)!;
          expect(message).toMatchObject({
            class: kind,
            method,
            transactionId,
            attributes: given,
            unknownRequired: [],
          });
          expect(Object.keys(message.attributes).sort()).toEqual(Object.keys(given).sort());
          expect(verifyIntegrity(datagram, message, KEY)).toBe(true);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  it("notices any one bit changed", () => {
    for (let bit = 0; bit < RFC5769_REQUEST.length * 8; bit++) {
      const forged = RFC5769_REQUEST.slice();
      forged[bit >> 3]! ^= 1 << (bit & 7);
      const message = parseStun(forged);
      expect(message === undefined || !message.fingerprint || !verifyIntegrity(forged, message, KEY)).toBe(
        true,
      );
    }
  });

  it("refuses every truncation, and ignores what follows MESSAGE-INTEGRITY", () => {
    for (let length = 0; length < RFC5769_REQUEST.length; length++) {
      expect(parseStun(RFC5769_REQUEST.subarray(0, length))).toBeUndefined();
    }
    const signed = serializeStun(
      { class: "request", transactionId: new Uint8Array(12), attributes: { username: "a:b" } },
      { integrityKey: KEY, fingerprint: false },
    );
    const extended = new Uint8Array(signed.length + 4);
    extended.set(signed);
    extended.set([0, 0x25, 0, 0], signed.length);
    extended[3] = extended.length - 20;
    const message = parseStun(extended)!;
    expect(message.attributes.useCandidate).toBeUndefined();
    expect(verifyIntegrity(extended, message, KEY)).toBe(true);
  });

  it.each([
    ["shorter than a STUN header", new Uint8Array(19)],
    ["no magic cookie", new Uint8Array(20)],
    ["the first two bits are not zero", Uint8Array.of(0x80, ...RFC5769_REQUEST.subarray(1))],
    ["longer than any STUN message we expect", new Uint8Array(4096)],
    ["wrong FINGERPRINT", Uint8Array.of(...RFC5769_REQUEST.subarray(0, -1), 0)],
  ])("says why: %s", (reason, datagram) => {
    expect(parseStunResult(datagram)).toEqual({ ok: false, error: reason });
  });

  it("survives any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (body, framed) => {
        const datagram = framed ? frame(body) : body;
        const message = parseStun(datagram);
        usernameOf(datagram);
        if (message !== undefined) verifyIntegrity(datagram, message, KEY);
      }),
      { seed: 2, numRuns: 3000 },
    );
  });

  it("refuses to write what does not fit", () => {
    const transactionId = new Uint8Array(12);
    expect(() => serializeStun({ class: "request", transactionId: new Uint8Array(11) })).toThrow(RangeError);
    expect(() => serializeStun({ class: "request", transactionId, method: 4096 })).toThrow(RangeError);
    const attributes = { username: "x".repeat(800) };
    expect(() => serializeStun({ class: "request", transactionId, attributes })).toThrow(RangeError);
    const badAddress = { xorMappedAddress: "nowhere" };
    expect(() => serializeStun({ class: "success", transactionId, attributes: badAddress })).toThrow(
      TypeError,
    );
  });
});

/** A Binding request header around a body, so that random attributes get read. */
function frame(body: Uint8Array): Uint8Array {
  const padded = body.subarray(0, body.length & ~3);
  const datagram = new Uint8Array(20 + padded.length);
  datagram.set([0, 1, padded.length >> 8, padded.length & 255, 0x21, 0x12, 0xa4, 0x42]);
  datagram.set(padded, 20);
  // Attributes that are often short enough to be in the message, of types we know.
  for (let offset = 20; offset + 4 <= datagram.length; offset += 4 + (datagram[offset + 3]! & ~3)) {
    datagram[offset] = (datagram[offset]! & 1) === 0 ? 0 : 0x80;
    datagram[offset + 1]! &= 0x3f;
    datagram[offset + 2] = 0;
    datagram[offset + 3]! &= 0x1f;
  }
  return datagram;
}
