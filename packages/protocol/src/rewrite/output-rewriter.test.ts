import { SeededRandom } from "@sameroom/base/testing";
import { beforeEach, describe, expect, it } from "vitest";
import type { ExtensionIds } from "../rtp/extension-uris.ts";
import { findExtension, parseRtp } from "../rtp/parse-rtp.ts";
import { serializeRtp } from "../rtp/serialize-rtp.ts";
import { OutputRewriter, type RewrittenPacket, type SendStamp } from "./output-rewriter.ts";
import { RewriteSource } from "./rewrite-source.ts";

const STAMPS = { absSendTime: 0, transportSequence: 0 };

function newSource(id: number): RewriteSource {
  return new RewriteSource({
    id,
    peer: 1,
    codec: "h264",
    clockRate: 90_000,
    payloadType: 96,
    ssrc: 7,
    extensions: {},
  });
}

interface Fields {
  timestamp: number;
  keyframe: boolean;
  arrivalMicros: number;
}

let sources: RewriteSource[];
beforeEach(() => {
  sources = [newSource(1), newSource(2)];
});

/** Sends a packet through a source to the output. */
function deliver(
  output: OutputRewriter,
  id: number,
  index: number,
  fields: Partial<Fields> = {},
  stamp: SendStamp = STAMPS,
): RewrittenPacket | undefined {
  const source = sources[id - 1]!;
  const packet = serializeRtp({
    payloadType: 96,
    sequenceNumber: index & 0xffff,
    timestamp: (fields.timestamp ?? index * 3000) >>> 0,
    ssrc: 7,
    payload: Uint8Array.of(fields.keyframe ? 0x67 : 0x41, index & 255),
  });
  const received = source.receive(packet, index, fields.arrivalMicros ?? index * 33_333);
  return received && output.handle(source, received, stamp);
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
    output.attach(sources[0]!, { payloadType: 102, waitForKeyframe: true });
    expect(deliver(output, 1, 10)).toBeUndefined();
    expect([output.current, output.pending]).toEqual([undefined, 1]);
    const first = deliver(output, 1, 11, { keyframe: true })!;
    expect(first).toMatchObject({ index: 100, switched: true });
    expect(parseRtp(first.packet)).toMatchObject({
      ssrc: 42,
      payloadType: 102,
      sequenceNumber: 100,
      timestamp: 5000,
    });
    const second = deliver(output, 1, 12)!;
    expect(second).toMatchObject({ index: 101, switched: false });
    expect(parseRtp(second.packet)!.timestamp).toBe(8000);
    expect([output.current, output.pending]).toEqual([1, undefined]);
  });

  it("keeps losses and reordering as they are, and sends nothing from before the switch", () => {
    const output = newOutput();
    output.attach(sources[0]!, { payloadType: 102, waitForKeyframe: true });
    deliver(output, 1, 20, { keyframe: true });
    expect([23, 22, 19, 25].map((index) => sequenceOf(deliver(output, 1, index)))).toEqual([
      103,
      102,
      undefined,
      105,
    ]);
  });

  it("switches sources exactly on the keyframe, without a gap, the timestamp going on with the time that passed", () => {
    const output = newOutput();
    output.attach(sources[0]!, { payloadType: 102, waitForKeyframe: true });
    deliver(output, 1, 1, { keyframe: true, arrivalMicros: 1_000_000 });
    output.attach(sources[1]!, { payloadType: 96, waitForKeyframe: true });
    expect(sequenceOf(deliver(output, 1, 2, { arrivalMicros: 1_033_000 }))).toBe(101);
    expect(deliver(output, 2, 500, { arrivalMicros: 1_040_000 })).toBeUndefined();
    const key = { keyframe: true, timestamp: 4_000_000_000, arrivalMicros: 1_083_000 };
    const first = deliver(output, 2, 501, key)!;
    expect(first).toMatchObject({ index: 102, switched: true });
    // 50 ms after the last packet: 4500 ticks after its timestamp of 5000 + 3000.
    expect(parseRtp(first.packet)).toMatchObject({ payloadType: 96, timestamp: 12_500 });
    expect(deliver(output, 1, 3)).toBeUndefined();
  });

  it("moves the timestamp by at least one when a switch takes no time", () => {
    const output = newOutput();
    output.attach(sources[0]!, { payloadType: 102, waitForKeyframe: false });
    deliver(output, 1, 1, { arrivalMicros: 500 });
    output.attach(sources[1]!, { payloadType: 102, waitForKeyframe: false });
    const first = deliver(output, 2, 9, { arrivalMicros: 400 })!;
    expect(parseRtp(first.packet)!.timestamp).toBe(5001);
  });

  it("goes on with its numbers after a detach", () => {
    const output = newOutput();
    output.attach(sources[0]!, { payloadType: 102, waitForKeyframe: false });
    deliver(output, 1, 1);
    output.detach();
    expect(deliver(output, 1, 2)).toBeUndefined();
    output.attach(sources[0]!, { payloadType: 102, waitForKeyframe: false });
    expect(sequenceOf(deliver(output, 1, 50))).toBe(101);
  });

  it("changes the payload type at once when the source stays, and gives up a switch it waited for", () => {
    const output = newOutput();
    output.attach(sources[0]!, { payloadType: 102, waitForKeyframe: false });
    deliver(output, 1, 1);
    output.attach(sources[1]!, { payloadType: 96, waitForKeyframe: true });
    output.attach(sources[0]!, { payloadType: 104, waitForKeyframe: true });
    expect(output.pending).toBeUndefined();
    expect(parseRtp(deliver(output, 1, 2)!.packet)!.payloadType).toBe(104);
  });

  it("never repeats or skips a number over many switches between lossless sources", () => {
    const random = new SeededRandom(6);
    const output = newOutput({ transportCc: 3 });
    const next = [1000, 60_000];
    let expected = 100;
    let lastTimestamp = 4999;
    for (let step = 0; step < 3000; step++) {
      if (random.next() < 0.02) {
        output.attach(random.pick(sources), { payloadType: 96, waitForKeyframe: true });
      }
      for (const id of [1, 2]) {
        const index = next[id - 1]!++;
        const keyframe = random.next() < 0.1;
        const fields = { keyframe, timestamp: index * 3000 + id * 7, arrivalMicros: step * 33_333 };
        const stamps = { absSendTime: 0, transportSequence: expected & 0xffff };
        const rewritten = deliver(output, id, index, fields, stamps);
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
