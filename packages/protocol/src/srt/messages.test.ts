import fc from "fast-check";
import { expect, test } from "vitest";
import { readExtensionText, writeExtensionText } from "./extension-text.ts";
import { parseSrtHandshake, SRT_HANDSHAKE, serializeSrtHandshake } from "./handshake.ts";
import { parseKeyMaterial } from "./key-material.ts";
import { parseLossReport, serializeLossReport } from "./loss-report.ts";
import { parseSrtPacket, serializeSrtControl } from "./packet.ts";
import { parsePublishStreamId } from "./stream-id.ts";

const word = fc.nat(0xffff_ffff);
const seeded = { seed: 5, numRuns: 500 };

test("control packets come back as they were", () => {
  const packets = fc.record({
    type: fc.nat(0x7fff),
    subtype: fc.nat(0xffff),
    information: word,
    timestamp: word,
    destination: word,
    body: fc.uint8Array({ maxLength: 64 }),
  });
  fc.assert(
    fc.property(packets, (packet) => {
      expect(parseSrtPacket(serializeSrtControl(packet))).toEqual({ kind: "control", ...packet });
    }),
    seeded,
  );
});

test("handshakes come back as they were, extensions and all", () => {
  const extension = fc.record({
    type: fc.nat(0xffff),
    content: fc.uint8Array({ maxLength: 40 }).map((bytes) => bytes.subarray(0, bytes.length & ~3)),
  });
  const handshakes = fc.record({
    ...{ version: word, encryption: fc.nat(0xffff), extensionField: fc.nat(0xffff) },
    ...{ initialSequence: fc.nat(0x7fff_ffff), mtu: word, flowWindow: word, socket: word, cookie: word },
    type: fc.constant(SRT_HANDSHAKE.conclusion),
    peerAddress: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    extensions: fc.array(extension, { maxLength: 16 }),
  });
  fc.assert(
    fc.property(handshakes, (handshake) => {
      expect(parseSrtHandshake(serializeSrtHandshake(handshake))).toEqual(handshake);
    }),
    seeded,
  );
});

test("a handshake whose extensions do not add up is none", () => {
  const whole = serializeSrtHandshake({
    ...{ version: 5, encryption: 0, extensionField: 1, initialSequence: 1, mtu: 1500, flowWindow: 8192 },
    ...{ type: SRT_HANDSHAKE.conclusion, socket: 1, cookie: 1, peerAddress: new Uint8Array(16) },
    extensions: [{ type: 5, content: new Uint8Array(8) }],
  });
  expect(parseSrtHandshake(whole)).toBeDefined();
  expect(parseSrtHandshake(whole.subarray(0, -4))).toBeUndefined();
  expect(parseSrtHandshake(whole.subarray(0, 47))).toBeUndefined();
});

test("losses come back as they were, as many as fit a packet", () => {
  const range = fc
    .tuple(fc.nat(0x3fff_ffff), fc.nat(5000))
    .map(([first, length]) => ({ first, last: first + length }));
  fc.assert(
    fc.property(fc.array(range, { maxLength: 170 }), (ranges) => {
      expect(parseLossReport(serializeLossReport(ranges))).toEqual(ranges);
    }),
    seeded,
  );
  const many = Array.from({ length: 5000 }, (_, index) => ({ first: index * 4, last: index * 4 + 1 }));
  expect(serializeLossReport(many).length).toBeLessThanOrEqual(1456 - 16);
});

test("texts go in words turned round", () => {
  expect([...writeExtensionText("abcde")].map((byte) => String.fromCharCode(byte)).join("")).toBe(
    "dcba\0\0\0e",
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 120, unit: "grapheme" }), (text) => {
      const whole = text.replace(/\0+$/, "");
      expect(readExtensionText(writeExtensionText(whole))).toBe(whole);
    }),
    seeded,
  );
});

test.each([
  ["#!::r=show,m=publish,u=ann,s=k3y", { room: "show", key: "k3y", user: "ann" }],
  ["#!::s=k3y", { room: undefined, key: "k3y", user: undefined }],
  ["#!::r=,h=host.example,t=stream,m=publish,s=a=b", { room: undefined, key: "a=b", user: undefined }],
  ["publish:k3y", { room: undefined, key: "k3y", user: undefined }],
  ["k3y", { room: undefined, key: "k3y", user: undefined }],
  ["#!::r=show,m=request,s=k3y", "mode"],
  ["#!::r=show,m=bidirectional,s=k3y", "mode"],
  ["read:show", "mode"],
  ["#!::r=show,m=publish", "form"],
  ["#!::r=show,,s=k3y", "form"],
  ["#!:{r:show}", "form"],
  ["publish:", "form"],
  ["two words", "form"],
  ["", "form"],
])("the stream id `%s` is understood", (text, meaning) => {
  expect(parsePublishStreamId(text)).toEqual(meaning);
});

test("no bytes make a parser throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.string({ maxLength: 80 }), (bytes, text) => {
      parseSrtPacket(bytes);
      parseSrtHandshake(bytes);
      parseLossReport(bytes);
      readExtensionText(bytes);
      expect(["form", "cipher"]).toContain(parseKeyMaterial(bytes));
      parsePublishStreamId(text);
      parsePublishStreamId(`#!::${text}`);
    }),
    { seed: 9, numRuns: 2000 },
  );
});
