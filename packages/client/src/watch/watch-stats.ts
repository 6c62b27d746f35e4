import type { WatchStats } from "../types.ts";

interface Entry {
  type: string;
  kind?: string;
  bytesReceived?: number;
  responsesReceived?: number;
  framesDecoded?: number;
  framesPerSecond?: number;
  frameWidth?: number;
  frameHeight?: number;
  packetsReceived?: number;
  packetsLost?: number;
  freezeCount?: number;
  /** Seconds. */
  totalFreezesDuration?: number;
  jitter?: number;
  retransmittedPacketsReceived?: number;
  fecPacketsReceived?: number;
  concealedSamples?: number;
  /** The part of these in which nothing was sent. */
  silentConcealedSamples?: number;
  totalSamplesReceived?: number;
  estimatedPlayoutTimestamp?: number;
  /** Seconds from a frame's first packet to its decoded picture, of all frames decoded. */
  totalProcessingDelay?: number;
  currentRoundTripTime?: number;
  nominated?: boolean;
}

/** Milliseconds from the NTP epoch (1900) to the Unix epoch. */
const NTP_UNIX_MS = 2_208_988_800_000;

/** One reading of a viewer's statistics, with what the next reading needs. */
export interface WatchReading {
  /** All but the word for the connection, which takes more than one reading. */
  stats: Omit<WatchStats, "connection">;
  atMs: number;
  /** Grows with anything that comes through the transport, media or not; stands still when the path is dead. */
  received: number;
  videoBytes: number;
  audioBytes: number;
  framesDecoded: number;
  /** Seconds these took from their first packet on. */
  processingSeconds: number;
  packetsReceived: number;
  packetsLost: number;
  /** Samples of sound played, and those of them that were made up for lost ones. */
  samples: number;
  concealed: number;
  /** Capture time of what is played, ms since 1970 on the server's clock. */
  captureUnixMs: number | null;
}

/** Sums up a viewer's `getStats`; `serverUnixMs` is the node's time now, null when unknown. */
export function readWatchStats(
  report: RTCStatsReport,
  before: WatchReading | undefined,
  now: { ms: number; serverUnixMs: number | null },
): WatchReading {
  let received = 0;
  let videoBytes = 0;
  let audioBytes = 0;
  let packetsReceived = 0;
  let packetsLost = 0;
  let repairedPackets = 0;
  let samples = 0;
  let concealed = 0;
  let jitterMs = 0;
  let roundTripMs: number | null = null;
  let captureUnixMs: number | null = null;
  let processingSeconds = 0;
  const video = { framesDecoded: 0, framesPerSecond: 0, width: 0, height: 0, freezes: 0, frozenMs: 0 };
  report.forEach((entry: Entry) => {
    if (entry.type === "candidate-pair") {
      received += (entry.bytesReceived ?? 0) + (entry.responsesReceived ?? 0);
      if (entry.nominated === true && entry.currentRoundTripTime !== undefined) {
        roundTripMs = entry.currentRoundTripTime * 1000;
      }
    }
    if (entry.type !== "inbound-rtp") return;
    const bytes = entry.bytesReceived ?? 0;
    // Counted here too, for browsers that say little about candidate pairs.
    received += bytes;
    if (entry.kind === "video") videoBytes += bytes;
    else audioBytes += bytes;
    packetsReceived += entry.packetsReceived ?? 0;
    packetsLost += entry.packetsLost ?? 0;
    repairedPackets += (entry.retransmittedPacketsReceived ?? 0) + (entry.fecPacketsReceived ?? 0);
    samples += entry.totalSamplesReceived ?? 0;
    concealed += (entry.concealedSamples ?? 0) - (entry.silentConcealedSamples ?? 0);
    if (bytes > 0) jitterMs = Math.max(jitterMs, (entry.jitter ?? 0) * 1000);
    // Video decides; audio alone is better than nothing.
    if (entry.estimatedPlayoutTimestamp !== undefined && (entry.kind === "video" || captureUnixMs === null)) {
      captureUnixMs = entry.estimatedPlayoutTimestamp - NTP_UNIX_MS;
    }
    if (entry.kind !== "video") return;
    video.framesDecoded += entry.framesDecoded ?? 0;
    processingSeconds += entry.totalProcessingDelay ?? 0;
    video.framesPerSecond = Math.max(video.framesPerSecond, entry.framesPerSecond ?? 0);
    video.width = Math.max(video.width, entry.frameWidth ?? 0);
    video.height = Math.max(video.height, entry.frameHeight ?? 0);
    video.freezes += entry.freezeCount ?? 0;
    video.frozenMs += (entry.totalFreezesDuration ?? 0) * 1000;
  });
  const waited = { roundTripMs, processingSeconds, framesDecoded: video.framesDecoded };
  captureUnixMs ??= estimateCapture(waited, before, now.serverUnixMs);
  const seconds = before === undefined ? 0 : (now.ms - before.atMs) / 1000;
  const bytes = videoBytes + audioBytes - (before === undefined ? 0 : before.videoBytes + before.audioBytes);
  const lost = Math.max(0, packetsLost - (before?.packetsLost ?? 0));
  const played = samples - (before?.samples ?? 0);
  const madeUp = concealed - (before?.concealed ?? 0);
  const arrived = Math.max(0, packetsReceived - (before?.packetsReceived ?? 0));
  return {
    stats: {
      path: "webrtc",
      latencyMs: latencyOf(captureUnixMs, now.serverUnixMs),
      roundTripMs,
      bitrate: seconds <= 0 || bytes < 0 ? 0 : (bytes * 8) / seconds,
      framesPerSecond: video.framesPerSecond,
      width: video.width,
      height: video.height,
      lossRatio: lost + arrived === 0 ? 0 : lost / (lost + arrived),
      freezes: video.freezes,
      frozenMs: video.frozenMs,
      jitterMs,
      repairedPackets,
      concealedRatio: played <= 0 ? 0 : Math.min(1, Math.max(0, madeUp / played)),
    },
    atMs: now.ms,
    received,
    videoBytes,
    audioBytes,
    framesDecoded: video.framesDecoded,
    processingSeconds,
    packetsReceived,
    packetsLost,
    samples,
    concealed,
    captureUnixMs,
  };
}

/**
 * Browsers tell when what is played was captured only where sound and picture are kept in step. Of a picture alone it is known how
 * long it took from the server here and onto the screen; the way from the host to the server, some ten milliseconds, is not.
 */
function estimateCapture(
  now: { roundTripMs: number | null; processingSeconds: number; framesDecoded: number },
  before: WatchReading | undefined,
  serverUnixMs: number | null,
): number | null {
  const frames = now.framesDecoded - (before?.framesDecoded ?? 0);
  const seconds = now.processingSeconds - (before?.processingSeconds ?? 0);
  if (serverUnixMs === null || now.roundTripMs === null || frames <= 0 || seconds <= 0) return null;
  return serverUnixMs - now.roundTripMs / 2 - (1000 * seconds) / frames;
}

/** Clocks that do not fit together yet give nonsense: then nothing is said. */
function latencyOf(captureUnixMs: number | null, serverUnixMs: number | null): number | null {
  if (captureUnixMs === null || serverUnixMs === null) return null;
  const latencyMs = serverUnixMs - captureUnixMs;
  return latencyMs < -50 || latencyMs > 60_000 ? null : Math.max(0, latencyMs);
}
