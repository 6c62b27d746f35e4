import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { readFrameInfo } from "../codec/frame-info.ts";
import { findExtension, parseRtp, rtpPayload } from "../rtp/parse-rtp.ts";
import { parseRed } from "../rtp/red.ts";
import { type ModelPacket, ModelStream, type ModelStreamOptions } from "../testing/model-stream.ts";
import { OutputRewriter, type RewrittenPacket } from "./output-rewriter.ts";
import { RewriteSource } from "./rewrite-source.ts";
import type { RewriteRule } from "./segment-list.ts";

const DESCRIPTOR = 12;
const STAMP = { absSendTime: 0, transportSequence: 0 };
/** Every counter is about to wrap. */
const START = { index: 65_500, timestamp: 2 ** 32 - 9000, pictureId: 0x7ffe, tl0: 254, frameNumber: 65_534 };

/** A publisher's stream and the source that takes it in. */
class Feed {
  readonly source: RewriteSource;
  readonly stream: ModelStream;
  clockMicros = 0;

  constructor(id: number, random: SeededRandom, options: Partial<ModelStreamOptions> = {}) {
    this.stream = new ModelStream(
      {
        codec: "vp8",
        ssrc: id,
        payloadType: 96,
        temporalLayers: 3,
        pictureIdBits: 15,
        frameTicks: 3000,
        start: { ...START, pictureId: id * 1000, tl0: id * 50, frameNumber: id * 9000 },
        ...options,
      },
      random,
    );
    const { codec, payloadType, ssrc } = this.stream.options;
    const clockRate = codec === "opus" ? 48_000 : 90_000;
    const extensions = { dependencyDescriptor: DESCRIPTOR };
    this.source = new RewriteSource({ id, peer: 1, codec, clockRate, payloadType, ssrc, extensions });
  }

  /** Frames of this feed through the output; packets named in `lost` do not come. */
  send(
    output: OutputRewriter,
    frame: { keyframe?: boolean; packets?: number; lost?: readonly number[] } = {},
  ): { sent: RewrittenPacket[]; packets: ModelPacket[] } {
    const packets = this.stream.nextFrame({ keyframe: frame.keyframe ?? false, packets: frame.packets ?? 2 });
    this.clockMicros += 33_333;
    const sent = packets
      .filter((_, place) => frame.lost?.includes(place) !== true)
      .flatMap((packet) => this.deliver(output, packet) ?? []);
    return { sent, packets };
  }

  deliver(output: OutputRewriter, packet: ModelPacket): RewrittenPacket | undefined {
    const received = this.source.receive(packet.packet, packet.index, this.clockMicros);
    return received && output.handle(this.source, received, STAMP);
  }
}

function newOutput(): OutputRewriter {
  const extensions = { dependencyDescriptor: 5 };
  return new OutputRewriter({ ssrc: 42, extensions }, { firstIndex: 100, firstTimestamp: 5000 });
}

function rule(fields: Partial<RewriteRule> = {}): RewriteRule {
  return { payloadType: 102, waitForKeyframe: true, ...fields };
}

const frameOf = (codec: "vp8" | "vp9", { packet }: RewrittenPacket) =>
  readFrameInfo(codec, rtpPayload(packet, parseRtp(packet)!), false);
const frameNumber = ({ packet }: RewrittenPacket) => {
  const descriptor = findExtension(parseRtp(packet)!, 5)!;
  return (descriptor[1]! << 8) | descriptor[2]!;
};

describe("across switches", () => {
  it.each([
    ["vp8", 7],
    ["vp8", 15],
    ["vp9", 7],
    ["vp9", 15],
  ] as const)("%s picture ids of %d bits and TL0PICIDX go on as one stream's", (codec, pictureIdBits) => {
    const random = new SeededRandom(1);
    const feeds = [1, 2].map((id) => new Feed(id, random, { codec, pictureIdBits }));
    const output = newOutput();
    const modulus = 2 ** pictureIdBits;
    let last: { pictureId: number; tl0: number } | undefined;
    let switches = 0;
    for (let step = 0; step < 600; step += 1) {
      if (step % 20 === 0) output.attach(feeds[(step / 20) % 2]!.source, rule());
      for (const feed of feeds) {
        const { sent } = feed.send(output, { keyframe: step % 7 === 0 });
        if (sent.length === 0) continue;
        const { pictureId, tl0, temporalLayer } = frameOf(codec, sent[0]!);
        if (sent[0]!.switched) switches += 1;
        if (last !== undefined) {
          expect(pictureId!.value).toBe((last.pictureId + 1) % modulus);
          expect(tl0!.value).toBe((last.tl0 + (temporalLayer === 0 ? 1 : 0)) & 0xff);
        } else {
          // The first source keeps its own ids.
          expect(pictureId!.value).toBe(1000 & (modulus - 1));
        }
        expect(frameOf(codec, sent[1]!).pictureId!.value).toBe(pictureId!.value);
        last = { pictureId: pictureId!.value, tl0: tl0!.value };
      }
    }
    expect(switches).toBe(30);
  });

  it("frame numbers of the dependency descriptor go on, whatever the codec", () => {
    const random = new SeededRandom(2);
    const feeds = [1, 2].map((id) => new Feed(id, random, { codec: "av1", descriptorId: DESCRIPTOR }));
    const output = newOutput();
    const numbers: number[] = [];
    for (let step = 0; step < 60; step += 1) {
      if (step % 10 === 0) output.attach(feeds[(step / 10) % 2]!.source, rule());
      for (const feed of feeds) {
        const { sent } = feed.send(output, { keyframe: step % 10 === 0 });
        if (sent.length > 0) numbers.push(frameNumber(sent[0]!));
      }
    }
    // While one still goes on, the other one's keyframe comes: both are sent.
    expect(numbers.length).toBeGreaterThanOrEqual(60);
    expect(numbers).toEqual(numbers.map((_, count) => 9000 + count));
  });

  it("writes ids of a source in the width they have there", () => {
    const random = new SeededRandom(3);
    const long = new Feed(1, random);
    const short = new Feed(2, random, { pictureIdBits: 7 });
    const output = newOutput();
    output.attach(long.source, rule());
    long.send(output, { keyframe: true });
    output.attach(short.source, rule());
    const ids = [true, false].map((keyframe) => frameOf("vp8", short.send(output, { keyframe }).sent[0]!));
    expect(ids.map(({ pictureId }) => pictureId)).toEqual([
      { offset: 2, value: 1001 & 0x7f, isLong: false },
      { offset: 2, value: 1002 & 0x7f, isLong: false },
    ]);
  });

  it("lets the timestamp go on by capture times of one clock", () => {
    const random = new SeededRandom(4);
    const [low, high] = [1, 2].map((id) => new Feed(id, random)) as [Feed, Feed];
    const switchTo = (clocks: boolean, lateMicros: number) => {
      const output = newOutput();
      output.attach(low.source, rule());
      const before = low.send(output, { keyframe: true });
      const key = high.stream.nextFrame({ keyframe: true, packets: 1 })[0]!;
      // Captured 20 ms after the other.
      const at = (unixMicros: number, rtpTimestamp: number) => ({ unixMicros, rtpTimestamp });
      low.source.clock = clocks ? at(50_000_000, before.packets[0]!.timestamp) : undefined;
      high.source.clock = clocks ? at(50_020_000, key.timestamp) : undefined;
      output.attach(high.source, rule());
      high.clockMicros = low.clockMicros + lateMicros;
      return parseRtp(high.deliver(output, key)!.packet)!.timestamp - 5000;
    };
    expect(switchTo(true, 70_000)).toBe(1800);
    expect(switchTo(false, 70_000)).toBe(6300);
    // 1.1 s between them by one clock, 20 ms by the other: not believed.
    expect(switchTo(true, 1_100_000)).toBe(99_000);
  });

  it("moves on by at least one tick when the keyframe was captured before the last packet", () => {
    const random = new SeededRandom(5);
    const [low, high] = [1, 2].map((id) => new Feed(id, random)) as [Feed, Feed];
    const output = newOutput();
    output.attach(low.source, rule());
    const { packets } = low.send(output, { keyframe: true });
    low.source.clock = { unixMicros: 1_000_000, rtpTimestamp: packets[0]!.timestamp };
    const key = high.stream.nextFrame({ keyframe: true, packets: 1 })[0]!;
    high.source.clock = { unixMicros: 990_000, rtpTimestamp: key.timestamp };
    output.attach(high.source, rule());
    high.clockMicros = low.clockMicros + 5000;
    expect(parseRtp(high.deliver(output, key)!.packet)!.timestamp).toBe(5001);
  });
});

describe("temporal layers", () => {
  it.each(["vp8", "vp9", "av1"] as const)("of %s leave no gap in sequence numbers when left out", (codec) => {
    const random = new SeededRandom(6);
    const feed = new Feed(1, random, { codec, ...(codec === "av1" ? { descriptorId: DESCRIPTOR } : {}) });
    const output = newOutput();
    let allowed = 7;
    output.attach(feed.source, rule());
    let expected = 100;
    let lastPictureId: number | undefined;
    const seen = new Set<number>();
    for (let step = 0; step < 800; step += 1) {
      if (step % 50 === 49) {
        allowed = random.integer(0, 2);
        output.attach(feed.source, rule({ maxTemporalLayer: allowed }));
      }
      const { sent, packets } = feed.send(output, {
        keyframe: step % 97 === 0,
        packets: random.integer(1, 4),
      });
      for (const { index } of sent) expect(index).toBe(expected++);
      if (sent.length === 0) continue;
      expect(sent).toHaveLength(packets.length);
      expect(packets[0]!.temporalLayer).toBeLessThanOrEqual(allowed);
      seen.add(packets[0]!.temporalLayer);
      if (codec !== "vp8") continue;
      const { pictureId } = frameOf("vp8", sent[0]!);
      if (lastPictureId !== undefined) expect(pictureId!.value).toBe((lastPictureId + 1) & 0x7fff);
      lastPictureId = pictureId!.value;
    }
    expect(seen).toEqual(new Set([0, 1, 2]));
    expect(expected).toBeGreaterThan(900);
  });

  it("keep the picture ids of VP9 and the frame numbers that references are told by", () => {
    const random = new SeededRandom(7);
    const vp9 = new Feed(1, random, { codec: "vp9", descriptorId: DESCRIPTOR });
    const output = newOutput();
    output.attach(vp9.source, rule({ maxTemporalLayer: 0 }));
    const sent = Array.from({ length: 9 }, (_, step) => vp9.send(output, { keyframe: step === 0 }).sent[0]);
    const kept = sent.filter((each) => each !== undefined);
    expect(kept.map((each) => frameOf("vp9", each).pictureId!.value)).toEqual([1000, 1004, 1008]);
    expect(kept.map(frameNumber)).toEqual([9000, 9004, 9008]);
  });

  it("come back only where the stream allows it, one after the other", () => {
    const random = new SeededRandom(8);
    const feed = new Feed(1, random);
    const output = newOutput();
    output.attach(feed.source, rule({ maxTemporalLayer: 0 }));
    feed.send(output, { keyframe: true });
    for (let step = 0; step < 20; step += 1) feed.send(output);
    output.attach(feed.source, rule({ maxTemporalLayer: 2 }));
    let limit = 0;
    for (let step = 0; step < 200; step += 1) {
      const { sent, packets } = feed.send(output);
      const { temporalLayer, isSync } = packets[0]!;
      if (temporalLayer === limit + 1 && isSync) limit = temporalLayer;
      expect(sent.length > 0).toBe(temporalLayer <= limit);
    }
    expect(limit).toBe(2);
  });

  it("come back at once with a keyframe, and go with the next frame, not within one", () => {
    const feed = new Feed(1, new SeededRandom(9), { temporalLayers: 2 });
    const output = newOutput();
    output.attach(feed.source, rule({ maxTemporalLayer: 0 }));
    feed.send(output, { keyframe: true });
    expect(feed.send(output).sent).toHaveLength(0);
    output.attach(feed.source, rule());
    feed.send(output, { keyframe: true });
    const upper = feed.stream.nextFrame({ keyframe: false, packets: 2 });
    expect(upper[0]!.temporalLayer).toBe(1);
    expect(feed.deliver(output, upper[0]!)).toBeDefined();
    output.attach(feed.source, rule({ maxTemporalLayer: 0 }));
    expect(feed.deliver(output, upper[1]!)).toBeDefined();
    expect(feed.send(output).sent).toHaveLength(2);
    expect(feed.send(output).sent).toHaveLength(0);
  });
});

describe("losses around frames that are left out", () => {
  const start = () => {
    const feed = new Feed(1, new SeededRandom(10), { temporalLayers: 2 });
    const output = newOutput();
    output.attach(feed.source, rule({ maxTemporalLayer: 0 }));
    feed.send(output, { keyframe: true });
    return { feed, output };
  };

  it("a missing packet before one keeps its number and is sent when it comes", () => {
    const { feed, output } = start();
    feed.send(output, { packets: 1 });
    const { packets, sent } = feed.send(output, { packets: 3, lost: [1, 2] });
    feed.send(output, { packets: 2 });
    const next = feed.send(output, { packets: 1 });
    expect([sent[0]!.index, next.sent[0]!.index]).toEqual([102, 105]);
    expect([2, 1].map((place) => feed.deliver(output, packets[place]!)!.index)).toEqual([104, 103]);
  });

  it("a packet missing within one keeps no number", () => {
    const { feed, output } = start();
    const { packets } = feed.send(output, { packets: 4, lost: [1, 2] });
    expect(feed.send(output, { packets: 1 }).sent[0]!.index).toBe(102);
    expect(feed.deliver(output, packets[1]!)).toBeUndefined();
  });

  it("an empty packet fills the gap of one that turns out to be left out", () => {
    const { feed, output } = start();
    const { packets } = feed.send(output, { packets: 3, lost: [0, 2] });
    expect(feed.send(output, { packets: 1 }).sent[0]!.index).toBe(104);
    const late = [0, 2].map((place) => feed.deliver(output, packets[place]!)!);
    expect(late.map(({ index, blank }) => [index, blank])).toEqual([
      [102, true],
      [103, true],
    ]);
    for (const { packet } of late) {
      const header = parseRtp(packet)!;
      expect(header).toMatchObject({ marker: false, paddingLength: 0, extensions: [] });
      expect(rtpPayload(packet, header)).toHaveLength(0);
    }
    expect(output.recall(102, STAMP)!.packet).toEqual(late[0]!.packet);
  });

  it("numbers are never given twice and what was sent can be sent again, in any mess", () => {
    const random = new SeededRandom(11);
    const feeds = [1, 2].map((id) => new Feed(id, random, { pictureIdBits: id === 1 ? 15 : 7 }));
    const output = newOutput();
    const sent = new Map<number, Uint8Array>();
    let held: { feed: Feed; packet: ModelPacket }[] = [];
    let newest = 100;
    let recalled = 0;
    for (let step = 0; step < 600; step += 1) {
      if (random.next() < 0.05) {
        output.attach(random.pick(feeds).source, rule({ maxTemporalLayer: random.integer(0, 3) }));
      }
      const arriving = [...held.filter(() => random.next() < 0.5)];
      held = held.filter((each) => !arriving.includes(each));
      for (const feed of feeds) {
        feed.clockMicros += 33_333;
        for (const packet of feed.stream.nextFrame({
          keyframe: random.next() < 0.05,
          packets: random.integer(1, 4),
        })) {
          if (random.next() < 0.1) held.push({ feed, packet });
          else if (random.next() > 0.03) arriving.push({ feed, packet });
          if (random.next() < 0.02) arriving.push({ feed, packet });
        }
      }
      for (const { feed, packet } of arriving) {
        const rewritten = feed.deliver(output, packet);
        if (rewritten === undefined) continue;
        expect(sent.has(rewritten.index)).toBe(false);
        sent.set(rewritten.index, rewritten.packet);
        newest = Math.max(newest, rewritten.index);
      }
      for (let index = newest - 30; index <= newest; index += 1) {
        const before = sent.get(index);
        if (before === undefined) continue;
        expect(output.recall(index, STAMP)?.packet).toEqual(before);
        recalled += 1;
      }
    }
    expect(sent.size).toBeGreaterThan(600);
    expect(recalled).toBeGreaterThan(5000);
  });
});

describe("Opus as RED", () => {
  const setUp = () => {
    const feed = new Feed(1, new SeededRandom(12), { codec: "opus", frameTicks: 960 });
    return { feed, output: newOutput() };
  };
  const red = { payloadType: 111, redPayloadType: 63, waitForKeyframe: false };
  const blocksOf = ({ packet }: RewrittenPacket) => parseRed(rtpPayload(packet, parseRtp(packet)!))!;
  const payloadOf = ({ packet }: ModelPacket) => rtpPayload(packet, parseRtp(packet)!);

  it("carries each packet with the one before it", () => {
    const { feed, output } = setUp();
    output.attach(feed.source, red);
    const rounds = Array.from({ length: 4 }, () => feed.send(output));
    const lost = feed.send(output, { lost: [0] });
    const after = feed.send(output);
    expect(parseRtp(rounds[0]!.sent[0]!.packet)!.payloadType).toBe(63);
    expect(blocksOf(rounds[0]!.sent[0]!)).toEqual([
      { payloadType: 111, timestampOffset: 0, data: payloadOf(rounds[0]!.packets[0]!) },
    ]);
    expect(blocksOf(rounds[3]!.sent[0]!)).toEqual([
      { payloadType: 111, timestampOffset: 960, data: payloadOf(rounds[2]!.packets[0]!) },
      { payloadType: 111, timestampOffset: 0, data: payloadOf(rounds[3]!.packets[0]!) },
    ]);
    expect(blocksOf(after.sent[0]!)).toHaveLength(1);
    // What went out without the lost packet stays so.
    feed.deliver(output, lost.packets[0]!);
    expect(output.recall(after.sent[0]!.index, STAMP)!.packet).toEqual(after.sent[0]!.packet);
  });

  it("turns on and off with the next packet", () => {
    const { feed, output } = setUp();
    const types = [false, true, false].map((on) => {
      output.attach(feed.source, on ? red : { payloadType: 111, waitForKeyframe: false });
      return parseRtp(feed.send(output).sent[0]!.packet)!.payloadType;
    });
    expect(types).toEqual([111, 63, 111]);
  });

  it("is for Opus alone", () => {
    const feed = new Feed(1, new SeededRandom(13));
    const output = newOutput();
    output.attach(feed.source, { ...red, waitForKeyframe: true });
    expect(parseRtp(feed.send(output, { keyframe: true }).sent[0]!.packet)!.payloadType).toBe(111);
  });
});
