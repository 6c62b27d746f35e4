import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromHex } from "../testing/srtp-vectors.ts";
import { parseRtcp, parseRtcpResult } from "./parse-rtcp.ts";
import { serializeRtcp } from "./serialize-rtcp.ts";
import type { ReportBlock, RtcpPacket } from "./types.ts";

const uint32 = fc.nat(0xffff_ffff);
const text = fc.string({ maxLength: 60 });
const words = fc.uint8Array({ maxLength: 24 }).map((bytes) => bytes.slice(0, bytes.length & ~3));
const reports: fc.Arbitrary<ReportBlock[]> = fc.array(
  fc.record({
    ssrc: uint32,
    fractionLost: fc.nat(255),
    packetsLost: fc.integer({ min: -0x80_0000, max: 0x7f_ffff }),
    highestSequence: uint32,
    jitter: uint32,
    lastSenderReport: uint32,
    delaySinceLastSenderReport: uint32,
  }),
  { maxLength: 31 },
);
const feedback = { senderSsrc: uint32, mediaSsrc: uint32 };
const type = <Name extends string>(name: Name): { type: fc.Arbitrary<Name> } => ({ type: fc.constant(name) });
const sequenceNumbers = fc
  .tuple(fc.nat(0xffff), fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 30 }))
  .map(([first, steps]) => {
    const list = [first];
    for (const step of steps) list.push((list.at(-1)! + step) & 0xffff);
    return list;
  });
const deltas = fc
  .array(
    fc.tuple(
      fc.integer({ min: 1, max: 30 }),
      fc.oneof(fc.constant(null), fc.nat(255), fc.integer({ min: -32_768, max: 32_767 })),
    ),
    { minLength: 1, maxLength: 20 },
  )
  .map((runs) => runs.flatMap(([count, delta]) => new Array<number | null>(count).fill(delta)));
const ssrcs = (maxLength: number): fc.Arbitrary<number[]> => fc.array(uint32, { maxLength });
const xrBlock = fc.oneof(
  fc.record({ ...type("rrtr"), ntpSeconds: uint32, ntpFraction: uint32 }),
  fc.record({
    ...type("dlrr"),
    entries: fc.array(
      fc.record({ ssrc: uint32, lastReceiverReport: uint32, delaySinceLastReceiverReport: uint32 }),
      { maxLength: 4 },
    ),
  }),
  fc.record({
    ...type("unknown"),
    blockType: fc.integer({ min: 6, max: 255 }),
    typeSpecific: fc.nat(255),
    data: words,
  }),
);

const packet: fc.Arbitrary<RtcpPacket> = fc.oneof(
  fc.record({
    ...type("sr"),
    ssrc: uint32,
    ntpSeconds: uint32,
    ntpFraction: uint32,
    rtpTimestamp: uint32,
    packetCount: uint32,
    octetCount: uint32,
    reports,
  }),
  fc.record({ ...type("rr"), ssrc: uint32, reports }),
  fc.record({
    ...type("sdes"),
    chunks: fc.array(
      fc.record({
        ssrc: uint32,
        items: fc.array(fc.record({ type: fc.integer({ min: 1, max: 8 }), text }), { maxLength: 4 }),
      }),
      { maxLength: 31 },
    ),
  }),
  fc.record({ ...type("bye"), ssrcs: ssrcs(31), reason: text }),
  fc.record({
    ...type("app"),
    subtype: fc.nat(31),
    ssrc: uint32,
    name: fc.stringMatching(/^[A-Z]{4}$/),
    data: words,
  }),
  fc.record({ ...type("nack"), ...feedback, sequenceNumbers }),
  fc.record({ ...type("pli"), ...feedback }),
  fc.record({
    ...type("fir"),
    ...feedback,
    entries: fc.array(fc.record({ ssrc: uint32, sequenceNumber: fc.nat(255) }), {
      minLength: 1,
      maxLength: 4,
    }),
  }),
  fc.record({
    ...type("remb"),
    ...feedback,
    bitrateBps: fc.tuple(fc.nat(0x3ffff), fc.nat(20)).map(([mantissa, exponent]) => mantissa * 2 ** exponent),
    ssrcs: ssrcs(8),
  }),
  fc.record({
    ...type("transport-cc"),
    ...feedback,
    baseSequence: fc.nat(0xffff),
    referenceTime: fc.integer({ min: -0x80_0000, max: 0x7f_ffff }),
    feedbackCount: fc.nat(255),
    deltas,
  }),
  fc.record({ ...type("xr"), ssrc: uint32, blocks: fc.array(xrBlock, { maxLength: 4 }) }),
  fc.record({
    ...type("unknown"),
    packetType: fc.integer({ min: 208, max: 223 }),
    count: fc.nat(31),
    body: words,
  }),
);

const SAMPLE: RtcpPacket[] = [
  { type: "rr", ssrc: 1, reports: [] },
  { type: "sdes", chunks: [{ ssrc: 1, items: [{ type: 1, text: "room" }] }] },
  { type: "nack", senderSsrc: 1, mediaSsrc: 2, sequenceNumbers: [65_535, 0, 15, 16] },
];

describe("RTCP", () => {
  it("reads what it writes, in any compound", () => {
    fc.assert(
      fc.property(fc.array(packet, { minLength: 1, maxLength: 4 }), (packets) => {
        const bytes = serializeRtcp(packets);
        expect(bytes.length % 4).toBe(0);
        expect(parseRtcpResult(bytes)).toEqual({ ok: true, value: packets });
      }),
      { seed: 1, numRuns: 600 },
    );
  });

  it("writes the formats bit by bit", () => {
    const hex = (packets: RtcpPacket[]): string =>
      Array.from(serializeRtcp(packets), (byte) => byte.toString(16).padStart(2, "0")).join("");
    expect(hex([{ type: "pli", senderSsrc: 1, mediaSsrc: 2 }])).toBe("81ce00020000000100000002");
    expect(hex(SAMPLE)).toBe(
      "80c900010000000181ca0003000000010104726f6f6d000081cd00040000000100000002ffff800100100000",
    );
    expect(hex([{ type: "remb", senderSsrc: 1, mediaSsrc: 0, bitrateBps: 1_000_000, ssrcs: [5] }])).toBe(
      "8fce0005000000010000000052454d42010bd09000000005",
    );
    expect(
      hex([{ type: "fir", senderSsrc: 1, mediaSsrc: 0, entries: [{ ssrc: 2, sequenceNumber: 3 }] }]),
    ).toBe("84ce000400000001000000000000000203000000");
  });

  it("keeps REMB near the rate when it does not fit its 18 bits", () => {
    const bitrateBps = 123_456_789;
    const [parsed] = parseRtcp(
      serializeRtcp([{ type: "remb", senderSsrc: 1, mediaSsrc: 0, bitrateBps, ssrcs: [] }]),
    )!;
    const read = parsed?.type === "remb" ? parsed.bitrateBps : 0;
    expect(read).toBeLessThanOrEqual(bitrateBps);
    expect(read).toBeGreaterThan(bitrateBps * 0.9999);
  });

  it("reads transport-cc with the padding flag, as browsers send it", () => {
    // One small delta, then one byte of padding that counts itself.
    const bytes = fromHex("afcd0005 00000001 00000002 000a0001 00001003 20010701");
    expect(parseRtcpResult(bytes)).toMatchObject({
      ok: true,
      value: [{ baseSequence: 10, referenceTime: 16, feedbackCount: 3, deltas: [7] }],
    });
  });

  it("refuses every truncation", () => {
    const bytes = serializeRtcp(SAMPLE);
    for (let length = 0; length < bytes.length; length++) {
      const cut = parseRtcp(bytes.subarray(0, length));
      // Between sub-packets a shorter compound is whole.
      expect(cut === undefined || length === 8 || length === 24).toBe(true);
    }
  });

  it.each([
    ["empty", ""],
    ["truncated header", "80c9"],
    ["not RTCP version 2", "00c90001 00000001"],
    ["not an RTCP packet type", "80600001 00000001"],
    ["a sub-packet exceeds the compound", "80c90002 00000001"],
    ["malformed padding", "a0c90001 00000009"],
    ["malformed padding", "a0c90001 00000004 80c90001 00000001"],
    ["a report is shorter than its count says", "81c90001 00000001"],
    ["an SDES chunk has no end", "81ca0002 00000001 01024142"],
    ["an SDES item is truncated", "81ca0002 00000001 01ff4142"],
    ["an SDES chunk is truncated", "82ca0002 00000001 00000000"],
    ["a BYE is shorter than its count says", "82cb0001 00000001"],
    ["a BYE reason is truncated", "81cb0002 00000001 05414200"],
    ["an APP packet is truncated", "80cc0001 00000001"],
    ["a NACK is truncated", "81cd0002 00000001 00000002"],
    ["a feedback packet is truncated", "81ce0001 00000001"],
    ["a PLI has a body", "81ce0003 00000001 00000002 00000003"],
    ["a FIR is truncated", "84ce0003 00000001 00000000 00000002"],
    ["a REMB is truncated", "8fce0003 00000001 00000000 52454d42"],
    ["a REMB is not as long as its count says", "8fce0004 00000001 00000000 52454d42 02000000"],
    ["a transport feedback is truncated", "8fcd0004 00000001 00000002 00010001 00000000"],
    ["a transport feedback covers no packet", "8fcd0005 00000001 00000002 00010000 00000000 20010000"],
    ["a transport feedback covers too many packets", "8fcd0005 00000001 00000002 0001ffff 00000000 1fff1fff"],
    ["a transport feedback chunk covers nothing", "8fcd0005 00000001 00000002 00010001 00000000 20000000"],
    ["transport feedback chunks are truncated", "8fcd0005 00000001 00000002 00010030 00000000 80008000"],
    ["transport feedback deltas are truncated", "8fcd0005 00000001 00000002 00010003 00000000 20030000"],
    ["a reserved transport feedback symbol", "8fcd0005 00000001 00000002 00010001 00000000 60010000"],
    ["an XR is truncated", "80cf0000"],
    ["an XR block exceeds its packet", "80cf0002 00000001 04000002"],
    ["an RRTR block is not 12 bytes", "80cf0003 00000001 04000001 00000000"],
    ["a DLRR block is truncated", "80cf0003 00000001 05000001 00000000"],
  ])("makes the whole compound invalid: %s", (reason, hex) => {
    const good = serializeRtcp([{ type: "pli", senderSsrc: 1, mediaSsrc: 2 }]);
    const bad = fromHex(hex);
    expect(parseRtcpResult(bad)).toEqual({ ok: false, error: reason });
    if (bad.length > 0)
      expect(parseRtcpResult(Uint8Array.of(...good, ...bad))).toEqual({ ok: false, error: reason });
  });

  it("survives any bytes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 4, maxLength: 100 }),
        fc.integer({ min: 198, max: 209 }),
        (bytes, kind) => {
          bytes[0] = 0x80 | (bytes[0]! & 0x3f);
          bytes[1] = kind;
          bytes[2] = 0;
          bytes[3] = Math.floor(bytes.length / 4) - 1;
          const whole = bytes.subarray(0, bytes.length & ~3);
          const packets = parseRtcp(whole);
          // What was understood can be written again.
          if (packets !== undefined) expect(parseRtcp(serializeRtcp(packets))).toBeDefined();
        },
      ),
      { seed: 3, numRuns: 5000 },
    );
  });

  it("refuses to write what does not fit", () => {
    const bad: RtcpPacket[] = [
      { type: "bye", ssrcs: new Array<number>(32).fill(1), reason: "" },
      { type: "bye", ssrcs: [], reason: "x".repeat(256) },
      { type: "nack", senderSsrc: 1, mediaSsrc: 1, sequenceNumbers: [] },
      { type: "app", subtype: 0, ssrc: 1, name: "LONGER", data: new Uint8Array(0) },
      { type: "sdes", chunks: [{ ssrc: 1, items: [{ type: 0, text: "" }] }] },
      { type: "remb", senderSsrc: 1, mediaSsrc: 0, bitrateBps: 1, ssrcs: new Array<number>(256).fill(1) },
      {
        type: "transport-cc",
        senderSsrc: 1,
        mediaSsrc: 1,
        baseSequence: 0,
        referenceTime: 0,
        feedbackCount: 0,
        deltas: [40_000],
      },
    ];
    for (const each of bad) expect(() => serializeRtcp([each])).toThrow(RangeError);
  });
});
