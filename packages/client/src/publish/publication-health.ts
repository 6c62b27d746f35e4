import type { PublicationHealth } from "../types.ts";

interface Entry {
  type: string;
  kind?: string;
  timestamp?: number;
  bytesSent?: number;
  framesPerSecond?: number;
  frameWidth?: number;
  frameHeight?: number;
  qualityLimitationReason?: string;
  fractionLost?: number;
  roundTripTime?: number;
  currentRoundTripTime?: number;
  nominated?: boolean;
}

/** One reading of a publisher's statistics, with what the next reading needs. */
export interface HealthReading {
  health: PublicationHealth;
  /** Arrival of the newest receiver report; stands still when nothing comes back. */
  reportedAt: number;
  bytesSent: number;
  atMs: number;
}

/** Sums up a publisher's `getStats`; `before` is the last reading, for rates. */
export function readPublicationHealth(
  stats: RTCStatsReport,
  before: HealthReading | undefined,
  nowMs: number,
): HealthReading {
  const reading = { bytesSent: 0, framesPerSecond: 0, width: 0, height: 0, limitedBy: "none", reportedAt: 0 };
  let roundTripMs: number | null = null;
  let lossRatio: number | null = null;
  stats.forEach((entry: Entry) => {
    if (entry.type === "outbound-rtp") {
      reading.bytesSent += entry.bytesSent ?? 0;
      if (entry.kind !== "video") return;
      reading.framesPerSecond = Math.max(reading.framesPerSecond, entry.framesPerSecond ?? 0);
      reading.width = Math.max(reading.width, entry.frameWidth ?? 0);
      reading.height = Math.max(reading.height, entry.frameHeight ?? 0);
      reading.limitedBy = entry.qualityLimitationReason ?? "none";
    } else if (entry.type === "remote-inbound-rtp") {
      reading.reportedAt = Math.max(reading.reportedAt, entry.timestamp ?? 0);
      if (entry.kind === "video") lossRatio = entry.fractionLost ?? null;
    } else if (
      entry.type === "candidate-pair" &&
      entry.nominated === true &&
      entry.currentRoundTripTime !== undefined
    ) {
      roundTripMs = entry.currentRoundTripTime * 1000;
    }
  });
  const seconds = before === undefined ? 0 : (nowMs - before.atMs) / 1000;
  const sent = reading.bytesSent - (before?.bytesSent ?? 0);
  const bitrate = seconds <= 0 || sent < 0 ? 0 : (sent * 8) / seconds;
  const { framesPerSecond, width, height, limitedBy, reportedAt, bytesSent } = reading;
  const health = { bitrate, framesPerSecond, width, height, roundTripMs, lossRatio, limitedBy };
  return { health: { ...health, verdict: verdictOf(health) }, reportedAt, bytesSent, atMs: nowMs };
}

/** In a word, as a host would want it said. */
function verdictOf(health: Omit<PublicationHealth, "verdict">): PublicationHealth["verdict"] {
  const loss = health.lossRatio ?? 0;
  const roundTrip = health.roundTripMs ?? 0;
  if (loss > 0.08 || roundTrip > 500 || (health.width > 0 && health.framesPerSecond < 10)) return "poor";
  if (loss > 0.02 || roundTrip > 200 || health.limitedBy === "bandwidth" || health.limitedBy === "cpu")
    return "fair";
  return "good";
}
