import { compactNtp, parseRtcp, type RtcpPacket, serializeRtcp } from "@sameroom/protocol";
import { describe, expect, it } from "vitest";
import { MediaCounters } from "../node/media-counters.ts";
import type { SlotOutput } from "./slot-output.ts";
import { ViewerFeedback } from "./viewer-feedback.ts";
import { ViewerPath } from "./viewer-path.ts";

const OURS = 7;
const THEIRS = 11;

function openFeedback(resent: number[] = [], first?: number, useless: readonly number[] = []) {
  const sent: RtcpPacket[][] = [];
  const wire = {
    nowMicros: () => 5_000_000,
    resend: (_output: number, numbers: readonly number[]) => resent.push(...numbers),
    outputStats: () => undefined,
    setPacing: () => {},
    sentPackets: () => undefined,
  };
  const lost: string[] = [];
  const output = {
    slot: { output: 1 },
    decoderLost: () => lost.push("keyframe"),
    worthRepeating: (numbers: readonly number[]) => numbers.filter((each) => !useless.includes(each)),
    startsWith: (numbers: readonly number[]) => first !== undefined && numbers.includes(first),
  } as unknown as SlotOutput;
  const feedback = new ViewerFeedback({
    outputs: new Map([[OURS, output]]),
    path: new ViewerPath({ wire, peer: 1, unixMs: () => 0 }),
    wire,
    counters: new MediaCounters(),
    send: (packets) => sent.push(parseRtcp(serializeRtcp(packets))!),
    onEstimate: () => {},
  });
  return { feedback, sent, lost };
}

const nack = (...sequenceNumbers: number[]) =>
  serializeRtcp([{ type: "nack", senderSsrc: THEIRS, mediaSsrc: OURS, sequenceNumbers }]);

describe("feedback of a viewer", () => {
  it("answers a reference time with how long it was held, so that the viewer knows the round trip", () => {
    const { feedback, sent } = openFeedback();
    const time = { ntpSeconds: 4_004_250_959, ntpFraction: 1_892_160_727 };
    const report = serializeRtcp([
      { type: "rr", ssrc: THEIRS, reports: [] },
      { type: "xr", ssrc: THEIRS, blocks: [{ type: "rrtr", ...time }] },
    ]);
    feedback.handle(report, 0, 4_500_000);
    expect(sent).toHaveLength(1);
    expect(sent[0]![1]).toMatchObject({
      type: "xr",
      ssrc: OURS,
      blocks: [
        {
          type: "dlrr",
          entries: [
            { ssrc: THEIRS, lastReceiverReport: compactNtp(time), delaySinceLastReceiverReport: 32_768 },
          ],
        },
      ],
    });
  });

  it("sends what is asked for again twice", () => {
    const resent: number[] = [];
    const { feedback } = openFeedback(resent);
    feedback.handle(nack(40), 0, 0);
    feedback.handle(nack(40, 41), 60, 0);
    expect(resent).toEqual([40, 40, 41, 40]);
  });

  it("neither repeats what is of no use any more nor asks for a keyframe because of it", () => {
    const resent: number[] = [];
    const { feedback, lost } = openFeedback(resent, undefined, [40]);
    for (let nowMs = 0; nowMs < 600; nowMs += 60) feedback.handle(nack(40), nowMs, 0);
    feedback.handle(nack(40, 41), 600, 0);
    expect([resent, lost]).toEqual([[41], []]);
  });

  it("asks for another keyframe when the parameter sets of the layer switched to were lost", () => {
    const { feedback, lost } = openFeedback([], 60);
    feedback.handle(nack(59, 61), 0, 0);
    expect(lost).toEqual([]);
    feedback.handle(nack(60), 20, 0);
    expect(lost).toEqual(["keyframe"]);
  });

  it("asks for a keyframe where repairs do not get through", () => {
    const { feedback, lost } = openFeedback();
    for (let nowMs = 0; nowMs < 200; nowMs += 60) feedback.handle(nack(40), nowMs, 0);
    expect(lost).toEqual([]);
    feedback.handle(nack(40), 240, 0);
    expect(lost).toEqual(["keyframe"]);
  });
});
