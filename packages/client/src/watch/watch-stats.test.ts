import { describe, expect, it } from "vitest";
import { readWatchStats } from "./watch-stats.ts";

const NTP = 2_208_988_800_000;
const report = (entries: object[]) => new Map(entries.entries()) as unknown as RTCStatsReport;
const pair = { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.02 };
const video = { type: "inbound-rtp", kind: "video" };
const audio = { type: "inbound-rtp", kind: "audio" };

describe("a viewer's statistics", () => {
  it("are rates between two readings", () => {
    const before = readWatchStats(
      report([
        { ...pair, bytesReceived: 1000 },
        { ...video, bytesReceived: 900, packetsReceived: 10, packetsLost: 0 },
      ]),
      undefined,
      { ms: 1000, serverUnixMs: null },
    );
    expect(before.stats).toMatchObject({ bitrate: 0, latencyMs: null, lossRatio: 0 });
    const { stats } = readWatchStats(
      report([
        { ...pair, bytesReceived: 260_000 },
        { ...video, bytesReceived: 250_900, packetsReceived: 100, packetsLost: 10, framesPerSecond: 30 },
        { ...audio, bytesReceived: 4000 },
        { ...video, frameWidth: 1280, frameHeight: 720, freezeCount: 2 },
      ]),
      before,
      { ms: 3000, serverUnixMs: null },
    );
    expect(stats).toEqual({
      bitrate: 1_016_000,
      concealedRatio: 0,
      framesPerSecond: 30,
      freezes: 2,
      frozenMs: 0,
      jitterMs: 0,
      repairedPackets: 0,
      height: 720,
      latencyMs: null,
      lossRatio: 0.1,
      path: "webrtc",
      roundTripMs: 20,
      width: 1280,
    });
  });

  it("tell latency by the picture, by the sound where there is no picture", () => {
    const playing = (capturedUnixMs: number) => ({ estimatedPlayoutTimestamp: capturedUnixMs + NTP });
    const now = { ms: 0, serverUnixMs: 1_000_000 };
    const both = report([
      { ...audio, ...playing(999_000) },
      { ...video, ...playing(999_880) },
      { ...audio, ...playing(999_100) },
    ]);
    expect(readWatchStats(both, undefined, now)).toMatchObject({
      stats: { latencyMs: 120 },
      captureUnixMs: 999_880,
    });
    const sound = report([{ ...audio, ...playing(999_700) }]);
    expect(readWatchStats(sound, undefined, now).stats.latencyMs).toBe(300);
  });

  it("tell latency of a picture alone by its way from the server to the screen", () => {
    const now = { ms: 0, serverUnixMs: 1_000_000 };
    const at = (framesDecoded: number, totalProcessingDelay: number) =>
      report([pair, { ...video, framesDecoded, totalProcessingDelay }]);
    const first = readWatchStats(at(30, 3), undefined, now);
    expect(first.stats.latencyMs).toBeCloseTo(110, 3);
    const second = readWatchStats(at(60, 4.5), first, now);
    expect(second).toMatchObject({ captureUnixMs: 999_940, stats: { latencyMs: 60 } });
    // Nothing new is shown; and no round trip was measured yet.
    expect(readWatchStats(at(60, 4.5), second, now).captureUnixMs).toBeNull();
    const unmeasured = report([{ ...video, framesDecoded: 30, totalProcessingDelay: 3 }]);
    expect(readWatchStats(unmeasured, undefined, now).captureUnixMs).toBeNull();
  });

  it("say nothing of latency when clocks cannot be right", () => {
    for (const [capturedUnixMs, latencyMs] of [
      [1_000_020, 0],
      [1_000_100, null],
      [900_000, null],
    ] as const) {
      const played = report([{ ...video, estimatedPlayoutTimestamp: capturedUnixMs + NTP }]);
      const { stats } = readWatchStats(played, undefined, { ms: 0, serverUnixMs: 1_000_000 });
      expect(stats.latencyMs).toBe(latencyMs);
    }
  });

  it("are never negative when counters begin anew", () => {
    const before = readWatchStats(
      report([{ ...video, bytesReceived: 9000, packetsReceived: 90, packetsLost: 5 }]),
      undefined,
      { ms: 0, serverUnixMs: null },
    );
    const { stats } = readWatchStats(
      report([{ ...video, bytesReceived: 10, packetsReceived: 1, packetsLost: 0 }]),
      before,
      { ms: 1000, serverUnixMs: null },
    );
    expect(stats).toMatchObject({ bitrate: 0, lossRatio: 0 });
  });
});
