import { ReceptionLog, TransportFeedbackLog } from "@sameroom/engine";
import { compactNtp, ntpFromUnixMicros, parseRtcp, type RtcpPacket } from "@sameroom/protocol";
import { describe, expect, it } from "vitest";
import { MediaCounters } from "../node/media-counters.ts";
import type { IncomingStream } from "./incoming-stream.ts";
import { PublisherFeedback } from "./publisher-feedback.ts";

const OURS = 5;
const UNIX_MS = 1_790_000_000_000;

function openFeedback(measuresRoundTrip: boolean) {
  const sent: RtcpPacket[] = [];
  const reception = new ReceptionLog(9, 90_000);
  for (let number = 0; number < 10; number++) reception.receive(number, number * 3000, number * 33_000);
  const missing = { poll: () => [], takeRoundTripMs: () => undefined, takeGivenUp: () => 0 };
  const stream = { ssrc: 9, missing, reception, keyframeFeedback: undefined } as unknown as IncomingStream;
  const feedback = new PublisherFeedback({
    senderSsrc: OURS,
    counters: new MediaCounters(),
    transport: new TransportFeedbackLog({ senderSsrc: OURS }),
    measuresRoundTrip,
    unixMs: () => UNIX_MS,
    send: (packet) => sent.push(...parseRtcp(packet)!),
  });
  feedback.poll(400, [stream]);
  return { feedback, sent };
}

describe("feedback to a publisher", () => {
  it("measures the round trip by a reference time that the publisher answers", () => {
    const { feedback, sent } = openFeedback(true);
    const time = ntpFromUnixMicros(UNIX_MS * 1000);
    expect(sent[1]).toMatchObject({ type: "xr", ssrc: OURS, blocks: [{ type: "rrtr", ...time }] });
    const entry = { lastReceiverReport: compactNtp(time), delaySinceLastReceiverReport: 6554 };
    const blocks = [{ type: "dlrr" as const, entries: [{ ssrc: OURS, ...entry }] }];
    feedback.handleExtendedReport({ type: "xr", ssrc: 9, blocks }, (UNIX_MS + 140) * 1000);
    expect(feedback.roundTripMs).toBeCloseTo(40, 0);
  });

  it("does not take somebody else's answer", () => {
    const { feedback } = openFeedback(true);
    const entries = [{ ssrc: 6, lastReceiverReport: 1, delaySinceLastReceiverReport: 0 }];
    feedback.handleExtendedReport(
      { type: "xr", ssrc: 9, blocks: [{ type: "dlrr", entries }] },
      UNIX_MS * 1000,
    );
    expect(feedback.roundTripMs).toBeUndefined();
  });

  it("sends none to who did not agree to it", () => {
    const { sent } = openFeedback(false);
    expect(sent.map(({ type }) => type)).toEqual(["rr"]);
  });
});
