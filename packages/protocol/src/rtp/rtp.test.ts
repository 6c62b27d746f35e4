import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseExtensionBlock } from "./extension-block.ts";
import { findExtension, parseRtp, parseRtpResult, rtpPayload } from "./parse-rtp.ts";
import { unwrapRtx, wrapRtx } from "./rtx.ts";
import { serializeRtp } from "./serialize-rtp.ts";
import type { RtpHeaderExtension, RtpPacketInit } from "./types.ts";

function extensions(maxId: number, minLength: number, maxLength: number): fc.Arbitrary<RtpHeaderExtension[]> {
  const element = fc.record({
    id: fc.integer({ min: 1, max: maxId }),
    data: fc.uint8Array({ minLength, maxLength }),
  });
  return fc.array(element, { maxLength: 6 });
}

const packets: fc.Arbitrary<Required<RtpPacketInit>> = fc.record({
  marker: fc.boolean(),
  payloadType: fc.nat(127),
  sequenceNumber: fc.nat(0xffff),
  timestamp: fc.nat(0xffff_ffff),
  ssrc: fc.nat(0xffff_ffff),
  csrcs: fc.array(fc.nat(0xffff_ffff), { maxLength: 15 }),
  extensions: fc.oneof(extensions(14, 1, 16), extensions(255, 0, 255)),
  payload: fc.uint8Array({ maxLength: 40 }),
  paddingLength: fc.nat(255),
});

const PACKET = serializeRtp({
  payloadType: 96,
  sequenceNumber: 5,
  timestamp: 6,
  ssrc: 7,
  csrcs: [8],
  extensions: [{ id: 1, data: Uint8Array.of(1, 2, 3) }],
  payload: Uint8Array.of(9, 9, 9),
  paddingLength: 2,
});

describe("RTP", () => {
  it("reads what it writes", () => {
    fc.assert(
      fc.property(packets, (init) => {
        const bytes = serializeRtp(init);
        const header = parseRtp(bytes)!;
        const { payload, ...fields } = init;
        expect(header).toMatchObject(fields);
        expect(rtpPayload(bytes, header)).toEqual(payload);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("uses the one-byte form where it fits and the two-byte form where not", () => {
    const profile = (id: number, length: number): number | undefined =>
      parseRtp(
        serializeRtp({
          payloadType: 0,
          sequenceNumber: 0,
          timestamp: 0,
          ssrc: 0,
          extensions: [{ id, data: new Uint8Array(length) }],
          payload: new Uint8Array(1),
        }),
      )!.extensionProfile;
    expect([profile(14, 16), profile(15, 1), profile(1, 17), profile(1, 0)]).toEqual([
      0xbede, 0x1000, 0x1000, 0x1000,
    ]);
  });

  it("refuses every truncation that cuts a field", () => {
    const whole = parseRtp(PACKET)!;
    for (let length = 0; length < whole.payloadOffset; length++) {
      expect(parseRtp(PACKET.subarray(0, length))).toBeUndefined();
    }
  });

  it.each([
    ["shorter than an RTP header", new Uint8Array(11)],
    ["not RTP version 2", new Uint8Array(12)],
    ["the CSRC list exceeds the packet", Uint8Array.of(0x81, ...new Uint8Array(14))],
    ["the extension header exceeds the packet", Uint8Array.of(0x90, ...new Uint8Array(13))],
    ["the extension block exceeds the packet", Uint8Array.of(0x90, ...new Uint8Array(11), 0xbe, 0xde, 0, 1)],
    ["the padding is malformed", Uint8Array.of(0xa0, ...new Uint8Array(11), 0)],
    ["the padding is malformed", Uint8Array.of(0xa0, ...new Uint8Array(11), 2)],
    ["the padding is malformed", Uint8Array.of(0xa0, ...new Uint8Array(11))],
  ])("says why: %s", (reason, packet) => {
    expect(parseRtpResult(packet)).toEqual({ ok: false, error: reason });
  });

  it("keeps what precedes a broken extension element, and skips padding, id 0 and id 15", () => {
    const oneByte = parseExtensionBlock(0xbede, Uint8Array.of(0x10, 7, 0, 0x01, 5, 5, 0x20, 8, 0x32, 1));
    expect(oneByte).toEqual([
      { id: 1, data: Uint8Array.of(7) },
      { id: 2, data: Uint8Array.of(8) },
    ]);
    expect(parseExtensionBlock(0xbede, Uint8Array.of(0xf0, 1, 0x10, 1))).toEqual([]);
    expect(parseExtensionBlock(0x100f, Uint8Array.of(0, 200, 1, 9, 15, 0, 3))).toEqual([
      { id: 200, data: Uint8Array.of(9) },
      { id: 15, data: new Uint8Array(0) },
    ]);
    expect(parseExtensionBlock(0x1234, Uint8Array.of(1, 1, 1, 1))).toEqual([]);
  });

  it("finds extensions by id", () => {
    const header = parseRtp(PACKET)!;
    expect(findExtension(header, 1)).toEqual(Uint8Array.of(1, 2, 3));
    expect(findExtension(header, 2)).toBeUndefined();
    expect(findExtension(header, undefined)).toBeUndefined();
  });

  it("survives any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(63), (bytes, flags) => {
        if (bytes.length > 0) bytes[0] = 0x80 | flags;
        if (bytes.length > 13) bytes.set([0xbe, 0xde], 12);
        const header = parseRtp(bytes);
        if (header !== undefined)
          expect(rtpPayload(bytes, header).length).toBeLessThanOrEqual(bytes.length - 12);
      }),
      { seed: 2, numRuns: 3000 },
    );
  });

  it("refuses to write what does not fit", () => {
    const init = { payloadType: 1, sequenceNumber: 1, timestamp: 1, ssrc: 1, payload: new Uint8Array(0) };
    expect(() => serializeRtp({ ...init, payloadType: 128 })).toThrow(RangeError);
    expect(() => serializeRtp({ ...init, csrcs: new Array<number>(16).fill(1) })).toThrow(RangeError);
    expect(() => serializeRtp({ ...init, paddingLength: 256 })).toThrow(RangeError);
    expect(() => serializeRtp({ ...init, extensions: [{ id: 0, data: new Uint8Array(1) }] })).toThrow(
      RangeError,
    );
    expect(() => serializeRtp({ ...init, extensions: [{ id: 1, data: new Uint8Array(256) }] })).toThrow(
      RangeError,
    );
  });
});

describe("RTX", () => {
  it("carries a packet with its sequence number, and gives it back", () => {
    const rtx = wrapRtx(PACKET, { ssrc: 70, payloadType: 97, sequenceNumber: 1000 })!;
    const header = parseRtp(rtx)!;
    expect(header).toMatchObject({
      ssrc: 70,
      payloadType: 97,
      sequenceNumber: 1000,
      timestamp: 6,
      paddingLength: 0,
    });
    expect(rtpPayload(rtx, header)).toEqual(Uint8Array.of(0, 5, 9, 9, 9));
    const back = unwrapRtx(rtx, { ssrc: 7, payloadType: 96 })!;
    expect(parseRtp(back)).toMatchObject({ ssrc: 7, payloadType: 96, sequenceNumber: 5, csrcs: [8] });
    expect(rtpPayload(back, parseRtp(back)!)).toEqual(Uint8Array.of(9, 9, 9));
  });

  it("finds nothing in a probe without payload, or in something else", () => {
    const probe = serializeRtp({
      payloadType: 97,
      sequenceNumber: 1,
      timestamp: 1,
      ssrc: 70,
      payload: new Uint8Array(0),
      paddingLength: 200,
    });
    expect(unwrapRtx(probe, { ssrc: 7, payloadType: 96 })).toBeUndefined();
    expect(unwrapRtx(new Uint8Array(3), { ssrc: 7, payloadType: 96 })).toBeUndefined();
    expect(wrapRtx(new Uint8Array(3), { ssrc: 7, payloadType: 96, sequenceNumber: 1 })).toBeUndefined();
  });
});
