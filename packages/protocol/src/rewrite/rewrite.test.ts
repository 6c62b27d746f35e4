import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import type { ExtensionIds } from "../rtp/extension-uris.ts";
import { writeAudioLevel, writeSdesText } from "../rtp/extension-values.ts";
import { findExtension, parseRtp, rtpPayload } from "../rtp/parse-rtp.ts";
import { serializeRtp } from "../rtp/serialize-rtp.ts";
import { rewriteRtp } from "./header-writer.ts";
import {
  OutputRewriter,
  type RewriteSource,
  type RewrittenPacket,
  type SourcePacket,
} from "./output-rewriter.ts";

const PUBLISHER: ExtensionIds = {
  mid: 1,
  rid: 2,
  audioLevel: 3,
  transportCc: 4,
  absSendTime: 5,
  absCaptureTime: 6,
};
const STAMP = {
  payloadType: 111,
  sequenceNumber: 77,
  timestamp: 88,
  absSendTime: 0x123456,
  transportSequence: 0xabcd,
};

function published(extra: { id: number; data: Uint8Array }[] = []): Uint8Array {
  return serializeRtp({
    marker: true,
    payloadType: 96,
    sequenceNumber: 5,
    timestamp: 6,
    ssrc: 7,
    csrcs: [1, 2],
    extensions: [
      { id: 1, data: writeSdesText("theirs") },
      { id: 2, data: writeSdesText("hi") },
      { id: 3, data: writeAudioLevel({ voiceActivity: true, level: 40 }) },
      { id: 4, data: Uint8Array.of(0, 1) },
      { id: 5, data: Uint8Array.of(0, 0, 1) },
      ...extra,
    ],
    payload: Uint8Array.of(1, 2, 3),
    paddingLength: 4,
  });
}

describe("rewriteRtp", () => {
  it("gives a packet the output's identity and the viewer's extensions", () => {
    const extensions = { mid: 9, audioLevel: 8, absSendTime: 7, transportCc: 6, rid: 5, videoOrientation: 4 };
    const output = { target: { ssrc: 42, mid: "0", extensions }, stamp: STAMP };
    const packet = rewriteRtp(published([{ id: 14, data: Uint8Array.of(1) }]), PUBLISHER, output)!;
    const header = parseRtp(packet)!;
    expect(header).toMatchObject({
      marker: true,
      payloadType: 111,
      sequenceNumber: 77,
      timestamp: 88,
      ssrc: 42,
      csrcs: [],
      extensionProfile: 0xbede,
      paddingLength: 0,
    });
    expect(header.extensions).toEqual([
      { id: 9, data: writeSdesText("0") },
      { id: 8, data: writeAudioLevel({ voiceActivity: true, level: 40 }) },
      { id: 7, data: Uint8Array.of(0x12, 0x34, 0x56) },
      { id: 6, data: Uint8Array.of(0xab, 0xcd) },
    ]);
    expect(rtpPayload(packet, header)).toEqual(Uint8Array.of(1, 2, 3));
  });

  it("chooses the two-byte form for large ids and long values, and no block for nothing", () => {
    const target = (extensions: ExtensionIds): { ssrc: number; extensions: ExtensionIds } => ({
      ssrc: 42,
      extensions,
    });
    const profile = (extensions: ExtensionIds, packet = published()): number | undefined =>
      parseRtp(rewriteRtp(packet, PUBLISHER, { target: target(extensions), stamp: STAMP })!)!
        .extensionProfile;
    expect(profile({ audioLevel: 14 })).toBe(0xbede);
    expect(profile({ audioLevel: 15 })).toBe(0x1000);
    expect(profile({ absCaptureTime: 1 }, published([{ id: 6, data: new Uint8Array(17) }]))).toBe(0x1000);
    expect(profile({})).toBeUndefined();
    // MID negotiated but the section has none; capture time negotiated but not sent.
    expect(profile({ mid: 1, absCaptureTime: 2 })).toBeUndefined();
  });

  it("drops what is not RTP", () => {
    expect(
      rewriteRtp(new Uint8Array(5), PUBLISHER, { target: { ssrc: 1, extensions: {} }, stamp: STAMP }),
    ).toBeUndefined();
  });
});

const VIDEO: RewriteSource = { id: 1, clockRate: 90_000, extensions: {} };
const OTHER: RewriteSource = { id: 2, clockRate: 90_000, extensions: {} };
const STAMPS = { absSendTime: 0, transportSequence: 0 };

function incoming(index: number, fields: Partial<SourcePacket> = {}): SourcePacket {
  const timestamp = fields.timestamp ?? index * 3000;
  const packet = serializeRtp({
    payloadType: 96,
    sequenceNumber: index & 0xffff,
    timestamp,
    ssrc: 7,
    payload: Uint8Array.of(index & 255),
  });
  return {
    packet,
    index,
    timestamp: timestamp >>> 0,
    keyframe: false,
    arrivalMicros: index * 33_333,
    ...fields,
  };
}

function newOutput(extensions: ExtensionIds = {}): OutputRewriter {
  return new OutputRewriter({ ssrc: 42, extensions }, { firstIndex: 100, firstTimestamp: 5000 });
}

function sequenceOf(rewritten: RewrittenPacket | undefined): number | undefined {
  return rewritten && parseRtp(rewritten.packet)!.sequenceNumber;
}

describe("OutputRewriter", () => {
  it("waits for a keyframe, then starts at its own numbers", () => {
    const output = newOutput();
    output.attach(VIDEO, { payloadType: 102, waitForKeyframe: true });
    expect(output.handle(1, incoming(10), STAMPS)).toBeUndefined();
    expect([output.current, output.pending]).toEqual([undefined, 1]);
    const first = output.handle(1, incoming(11, { keyframe: true }), STAMPS)!;
    expect(first).toMatchObject({ index: 100, switched: true });
    expect(parseRtp(first.packet)).toMatchObject({
      ssrc: 42,
      payloadType: 102,
      sequenceNumber: 100,
      timestamp: 5000,
    });
    const second = output.handle(1, incoming(12), STAMPS)!;
    expect(second).toMatchObject({ index: 101, switched: false });
    expect(parseRtp(second.packet)!.timestamp).toBe(8000);
    expect([output.current, output.pending]).toEqual([1, undefined]);
  });

  it("keeps losses and reordering as they are, and sends nothing from before the switch", () => {
    const output = newOutput();
    output.attach(VIDEO, { payloadType: 102, waitForKeyframe: true });
    output.handle(1, incoming(20, { keyframe: true }), STAMPS);
    expect([23, 22, 19, 25].map((index) => sequenceOf(output.handle(1, incoming(index), STAMPS)))).toEqual([
      103,
      102,
      undefined,
      105,
    ]);
  });

  it("switches sources exactly on the keyframe, without a gap, the timestamp going on with the time that passed", () => {
    const output = newOutput();
    output.attach(VIDEO, { payloadType: 102, waitForKeyframe: true });
    output.handle(1, incoming(1, { keyframe: true, arrivalMicros: 1_000_000 }), STAMPS);
    output.attach(OTHER, { payloadType: 96, waitForKeyframe: true });
    expect(sequenceOf(output.handle(1, incoming(2, { arrivalMicros: 1_033_000 }), STAMPS))).toBe(101);
    expect(output.handle(2, incoming(500, { arrivalMicros: 1_040_000 }), STAMPS)).toBeUndefined();
    const key = incoming(501, { keyframe: true, timestamp: 4_000_000_000, arrivalMicros: 1_083_000 });
    const first = output.handle(2, key, STAMPS)!;
    expect(first).toMatchObject({ index: 102, switched: true });
    // 50 ms after the last packet: 4500 ticks after its timestamp of 5000 + 3000.
    expect(parseRtp(first.packet)).toMatchObject({ payloadType: 96, timestamp: 12_500 });
    expect(output.handle(1, incoming(3), STAMPS)).toBeUndefined();
  });

  it("moves the timestamp by at least one when a switch takes no time", () => {
    const output = newOutput();
    output.attach(VIDEO, { payloadType: 102, waitForKeyframe: false });
    output.handle(1, incoming(1, { arrivalMicros: 500 }), STAMPS);
    output.attach(OTHER, { payloadType: 102, waitForKeyframe: false });
    const first = output.handle(2, incoming(9, { arrivalMicros: 400 }), STAMPS)!;
    expect(parseRtp(first.packet)!.timestamp).toBe(5001);
  });

  it("goes on with its numbers after a detach", () => {
    const output = newOutput();
    output.attach(VIDEO, { payloadType: 102, waitForKeyframe: false });
    output.handle(1, incoming(1), STAMPS);
    output.detach();
    expect(output.handle(1, incoming(2), STAMPS)).toBeUndefined();
    output.attach(VIDEO, { payloadType: 102, waitForKeyframe: false });
    expect(sequenceOf(output.handle(1, incoming(50), STAMPS))).toBe(101);
  });

  it("changes the payload type at once when the source stays, and gives up a switch it waited for", () => {
    const output = newOutput();
    output.attach(VIDEO, { payloadType: 102, waitForKeyframe: false });
    output.handle(1, incoming(1), STAMPS);
    output.attach(OTHER, { payloadType: 96, waitForKeyframe: true });
    output.attach(VIDEO, { payloadType: 104, waitForKeyframe: true });
    expect(output.pending).toBeUndefined();
    expect(parseRtp(output.handle(1, incoming(2), STAMPS)!.packet)!.payloadType).toBe(104);
  });

  it("never repeats or skips a number over many switches between lossless sources", () => {
    const random = new SeededRandom(6);
    const output = newOutput({ transportCc: 3 });
    const next = [1000, 60_000];
    let expected = 100;
    let lastTimestamp = 4999;
    for (let step = 0; step < 3000; step++) {
      if (random.next() < 0.02) {
        output.attach(random.pick([VIDEO, OTHER]), { payloadType: 96, waitForKeyframe: true });
      }
      for (const source of [VIDEO, OTHER]) {
        const index = next[source.id - 1]!++;
        const keyframe = random.next() < 0.1;
        const fields = { keyframe, timestamp: index * 3000 + source.id * 7, arrivalMicros: step * 33_333 };
        const stamps = { absSendTime: 0, transportSequence: expected & 0xffff };
        const rewritten = output.handle(source.id, incoming(index, fields), stamps);
        if (rewritten === undefined) continue;
        const header = parseRtp(rewritten.packet)!;
        expect(rewritten.index).toBe(expected);
        expect(findExtension(header, 3)).toEqual(Uint8Array.of((expected >> 8) & 255, expected & 255));
        expect((header.timestamp - lastTimestamp) | 0).toBeGreaterThan(0);
        lastTimestamp = header.timestamp;
        expected += 1;
      }
    }
    expect(expected).toBeGreaterThan(2000);
  });
});
