import { describe, expect, it } from "vitest";
import { rankCodecs } from "./codec-preference.ts";
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

describe("codecs", () => {
  it("put H.264 constrained baseline first, then VP8, and leave out what cannot carry a frame", () => {
    const codecs = [
      { mimeType: "video/VP8" },
      { mimeType: "video/rtx" },
      { mimeType: "video/AV1" },
      { mimeType: "video/H264", sdpFmtpLine: "packetization-mode=1;profile-level-id=4d001f" },
      { mimeType: "video/H264", sdpFmtpLine: "packetization-mode=0;profile-level-id=42e01f" },
      { mimeType: "video/H264", sdpFmtpLine: "packetization-mode=1;profile-level-id=42e01f" },
    ];
    expect(
      rankCodecs(codecs).map(({ mimeType, sdpFmtpLine = "" }) => mimeType + sdpFmtpLine.slice(-6)),
    ).toEqual(["video/H26442e01f", "video/H2644d001f", "video/VP8", "video/AV1", "video/rtx"]);
  });
});
