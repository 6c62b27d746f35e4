import type { PublicationHealth } from "../types.ts";

interface Entry {
  type: string;
  kind?: string;
  rid?: string;
  bytesSent?: number;
  bytesReceived?: number;
  responsesReceived?: number;
  framesPerSecond?: number;
  frameWidth?: number;
  frameHeight?: number;
  width?: number;
  height?: number;
  qualityLimitationReason?: string;
  fractionLost?: number;
  currentRoundTripTime?: number;
  nominated?: boolean;
}

/** A layer that is to be sent, and the part of the source's size it has. */
export interface ExpectedLayer {
  rid: string;
  scaleResolutionDownBy: number;
}

/** One reading of a publisher's statistics, with what the next reading needs. */
export interface HealthReading {
  health: PublicationHealth;
  /** Grows with anything that comes back: feedback, reports, consent; stands still when the path is dead. */
  received: number;
  bytesSent: number;
  /** Bytes sent by RID. */
  layerBytes: ReadonlyMap<string, number>;
  /** The shorter side of the captured picture, pixels; 0 while unknown. */
  sourceLines: number;
  atMs: number;
}

/** Sums up a publisher's `getStats`; `before` is an earlier reading, for rates; `expected`: layers, highest first. */
export function readPublicationHealth(
  stats: RTCStatsReport,
  before: HealthReading | undefined,
  nowMs: number,
  expected: readonly ExpectedLayer[] = [],
): HealthReading {
  let received = 0;
  let bytesSent = 0;
  let roundTripMs: number | null = null;
  let lossRatio: number | null = null;
  let source: Entry = { type: "media-source" };
  const video = { framesPerSecond: 0, width: 0, height: 0, limitedBy: "none" };
  const sent = new Map<string, Entry>();
  stats.forEach((entry: Entry) => {
    if (entry.type === "outbound-rtp") {
      bytesSent += entry.bytesSent ?? 0;
      if (entry.kind !== "video") return;
      sent.set(entry.rid ?? "single", entry);
      video.framesPerSecond = Math.max(video.framesPerSecond, entry.framesPerSecond ?? 0);
      video.width = Math.max(video.width, entry.frameWidth ?? 0);
      video.height = Math.max(video.height, entry.frameHeight ?? 0);
      if (video.limitedBy === "none") video.limitedBy = entry.qualityLimitationReason ?? "none";
    } else if (entry.type === "media-source" && entry.kind === "video") {
      source = entry;
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
  const rate = (bytes: number, earlier = 0) =>
    seconds <= 0 || bytes < earlier ? 0 : ((bytes - earlier) * 8) / seconds;
  const layers = expected.map((layer) => {
    const entry = sent.get(layer.rid);
    const bitrate = rate(entry?.bytesSent ?? 0, before?.layerBytes.get(layer.rid));
    return layerOf(layer, source, entry, bitrate);
  });
  const health = { bitrate: rate(bytesSent, before?.bytesSent), ...video, roundTripMs, lossRatio, layers };
  return {
    health: { ...health, verdict: verdictOf(health, source.framesPerSecond ?? 0) },
    received,
    bytesSent,
    layerBytes: new Map([...sent].map(([rid, entry]) => [rid, entry.bytesSent ?? 0])),
    sourceLines: Math.min(source.width ?? 0, source.height ?? 0),
    atMs: nowMs,
  };
}

/** A layer that is not sent has the size it would have. */
function layerOf(
  { rid, scaleResolutionDownBy }: ExpectedLayer,
  source: Entry,
  entry: Entry | undefined,
  bitrate: number,
): PublicationHealth["layers"][number] {
  const sending = bitrate > 0;
  const scaled = (pixels = 0) => Math.round(pixels / scaleResolutionDownBy);
  return {
    rid,
    width: (sending && entry?.frameWidth) || scaled(source.width),
    height: (sending && entry?.frameHeight) || scaled(source.height),
    framesPerSecond: sending ? (entry?.framesPerSecond ?? 0) : 0,
    bitrate,
    sending,
  };
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
