import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { parseRtp } from "../rtp/parse-rtp.ts";
import { DESCRIPTOR, Feed, frameNumber, frameOf, newOutput, rule } from "./feed.fixture.ts";

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
