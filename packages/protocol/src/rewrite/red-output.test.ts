import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { parseRtp, rtpPayload } from "../rtp/parse-rtp.ts";
import { parseRed } from "../rtp/red.ts";
import type { ModelPacket } from "../testing/model-stream.ts";
import { Feed, newOutput, STAMP } from "./feed.fixture.ts";
import type { RewrittenPacket } from "./output-rewriter.ts";

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
