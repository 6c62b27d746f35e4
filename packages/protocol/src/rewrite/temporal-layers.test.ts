import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { parseRtp, rtpPayload } from "../rtp/parse-rtp.ts";
import type { ModelPacket } from "../testing/model-stream.ts";
import { DESCRIPTOR, Feed, frameNumber, frameOf, newOutput, rule, STAMP } from "./feed.fixture.ts";

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
