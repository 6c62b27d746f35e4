import { describe, expect, it } from "vitest";
import { readPublicationHealth } from "./publication-health.ts";

const report = (entries: object[]) => new Map(entries.entries()) as unknown as RTCStatsReport;
const sent = (more: object) => ({ type: "outbound-rtp", kind: "video", ...more });
const source = (framesPerSecond: number) => ({ type: "media-source", kind: "video", framesPerSecond });
const reported = (kind: string, fractionLost: number) => ({ type: "remote-inbound-rtp", kind, fractionLost });

describe("a publisher's health", () => {
  it("is measured between two readings", () => {
    const before = readPublicationHealth(report([sent({ bytesSent: 1000 })]), undefined, 0);
    const { health } = readPublicationHealth(
      report([
        sent({ bytesSent: 251_000, framesPerSecond: 30, frameWidth: 1280, frameHeight: 720 }),
        source(30),
        reported("video", 0.01),
        reported("audio", 0),
        { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.04, bytesReceived: 7 },
      ]),
      before,
      1000,
    );
    expect(health).toEqual({
      bitrate: 2_000_000,
      framesPerSecond: 30,
      height: 720,
      layers: [],
      limitedBy: "none",
      lossRatio: 0.01,
      roundTripMs: 40,
      verdict: "good",
      width: 1280,
    });
  });

  it.each([
    ["poor", "much is lost", [reported("audio", 0.2)]],
    ["fair", "some is lost", [reported("video", 0.05)]],
    ["fair", "the browser has to save", [sent({ qualityLimitationReason: "cpu" })]],
    ["poor", "most frames are dropped", [sent({ framesPerSecond: 8, frameWidth: 640 }), source(30)]],
    ["good", "a screen stands still", [sent({ framesPerSecond: 1, frameWidth: 1920 }), source(1)]],
    ["poor", "the way is long", [{ type: "candidate-pair", nominated: true, currentRoundTripTime: 0.9 }]],
  ])("is %s when %s", (verdict, _why, entries) => {
    expect(readPublicationHealth(report(entries), undefined, 0).health.verdict).toBe(verdict);
  });
});
