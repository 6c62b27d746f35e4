import type { PublicationHealth } from "../types.ts";

interface Entry {
  type: string;
  kind?: string;
  bytesSent?: number;
  bytesReceived?: number;
  responsesReceived?: number;
  framesPerSecond?: number;
  frameWidth?: number;
  frameHeight?: number;
  qualityLimitationReason?: string;
  fractionLost?: number;
  currentRoundTripTime?: number;
  nominated?: boolean;
}

/** One reading of a publisher's statistics, with what the next reading needs. */
export interface HealthReading {
  health: PublicationHealth;
  /** Grows with anything that comes back: feedback, reports, consent; stands still when the path is dead. */
  received: number;
  bytesSent: number;
  atMs: number;
}

/** Sums up a publisher's `getStats`; `before` is an earlier reading, for rates. */
export function readPublicationHealth(
  stats: RTCStatsReport,
  before: HealthReading | undefined,
  nowMs: number,
): HealthReading {
  let received = 0;
  let bytesSent = 0;
  let roundTripMs: number | null = null;
  let lossRatio: number | null = null;
  let sourceFramesPerSecond = 0;
  const video = { framesPerSecond: 0, width: 0, height: 0, limitedBy: "none" };
  stats.forEach((entry: Entry) => {
    if (entry.type === "outbound-rtp") {
      bytesSent += entry.bytesSent ?? 0;
      if (entry.kind !== "video") return;
      video.framesPerSecond = Math.max(video.framesPerSecond, entry.framesPerSecond ?? 0);
      video.width = Math.max(video.width, entry.frameWidth ?? 0);
      video.height = Math.max(video.height, entry.frameHeight ?? 0);
      video.limitedBy = entry.qualityLimitationReason ?? "none";
    } else if (entry.type === "media-source" && entry.kind === "video") {
      sourceFramesPerSecond = entry.framesPerSecond ?? 0;
    } else if (entry.type === "remote-inbound-rtp" && entry.fractionLost !== undefined) {
      lossRatio = Math.max(lossRatio ?? 0, entry.fractionLost);
    } else if (entry.type === "candidate-pair") {
      received += (entry.bytesReceived ?? 0) + (entry.responsesReceived ?? 0);
      if (entry.nominated === true && entry.currentRoundTripTime !== undefined) {
        roundTripMs = entry.currentRoundTripTime * 1000;
      }
    }
  });
  const seconds = before === undefined ? 0 : (nowMs - before.atMs) / 1000;
  const sent = bytesSent - (before?.bytesSent ?? 0);
  const bitrate = seconds <= 0 || sent < 0 ? 0 : (sent * 8) / seconds;
  const health = { bitrate, ...video, roundTripMs, lossRatio };
  const verdict = verdictOf(health, sourceFramesPerSecond);
  return { health: { ...health, verdict }, received, bytesSent, atMs: nowMs };
}

/** In a word, as a host would want it said. A still screen has few frames and is well all the same. */
function verdictOf(
  health: Omit<PublicationHealth, "verdict">,
  sourceFramesPerSecond: number,
): PublicationHealth["verdict"] {
  const loss = health.lossRatio ?? 0;
  const roundTrip = health.roundTripMs ?? 0;
  const keptFrames = sourceFramesPerSecond < 5 ? 1 : health.framesPerSecond / sourceFramesPerSecond;
  if (loss > 0.08 || roundTrip > 500 || keptFrames < 0.4) return "poor";
  const limited = health.limitedBy === "bandwidth" || health.limitedBy === "cpu";
  return loss > 0.02 || roundTrip > 200 || limited || keptFrames < 0.75 ? "fair" : "good";
}
