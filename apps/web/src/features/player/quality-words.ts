import type {
  QualityChoice,
  QualityLayer,
  QualityState,
  WatchDetails,
  WatchPath,
  WatchStats,
} from "@sameroom/client";
import { formatBitrate, formatLatency, formatShare } from "../../ui/format/numbers.ts";

export interface QualityOption {
  choice: QualityChoice;
  label: string;
  /** What it means, in a few words. */
  hint: string;
}

/** `720p`, `720p60`; a layer whose size is not known yet goes by its id. */
export function layerLabel(layer: Pick<QualityLayer, "id" | "width" | "height" | "framesPerSecond">): string {
  if (layer.height === 0) return layer.id;
  const lines = Math.min(layer.width, layer.height);
  return layer.framesPerSecond > 45 ? `${lines}p${Math.round(layer.framesPerSecond / 10) * 10}` : `${lines}p`;
}

/** What the quality menu offers, best first. A replay has no sound without its picture. */
export function qualityOptions(quality: QualityState, kind: "live" | "replay" = "live"): QualityOption[] {
  const shown = quality.layers.find((layer) => layer.id === quality.layer);
  const auto: QualityOption = {
    choice: "auto",
    label: "Auto",
    hint: shown && quality.choice === "auto" ? `now ${layerLabel(shown)}` : "as your network takes it",
  };
  const layers = quality.layers.length < 2 ? [] : quality.layers;
  const audio: QualityOption = { choice: "audio", label: "Audio only", hint: "no picture, little data" };
  return [
    auto,
    ...layers.map((layer) => ({
      choice: layer.id,
      label: layerLabel(layer),
      hint: layer.active ? formatBitrate(layer.bitrate) : "not sent now",
    })),
    ...(kind === "live" ? [audio] : []),
  ];
}

export interface ConnectionWords {
  tone: "good" | "warn" | "bad";
  headline: string;
  /** What the viewer sees of it, or can do. */
  advice: string;
}

/** The connection's state for a person; null until there is anything to say. */
export function connectionWords(
  stats: WatchStats | null,
  quality: QualityState | null,
): ConnectionWords | null {
  switch (stats?.connection) {
    case undefined:
      return null;
    case "excellent":
      return { tone: "good", headline: "Excellent connection", advice: "You see the show as it is." };
    case "good":
      return { tone: "good", headline: "Good connection", advice: "Small losses are repaired on the way." };
    case "weak":
      return {
        tone: "warn",
        headline: "Weak connection",
        advice:
          quality?.reason === "bandwidth"
            ? "You get a smaller picture, so that it does not stop."
            : "It may stutter. Move closer to the router, or pick a smaller picture.",
      };
    case "lost":
      return { tone: "bad", headline: "No connection", advice: "Reconnecting by itself." };
  }
}

/** Name and value of one thing support people ask for. */
export type DetailRow = [name: string, value: string];

const PATHS: Record<WatchPath, string> = { webrtc: "WebRTC", hls: "LL-HLS" };
const TRANSPORTS = { udp: "UDP", tcp: "TCP", relay: "TURN relay" } as const;

/** Everything about a live connection. */
export function detailRows(details: WatchDetails): DetailRow[] {
  const { stats, quality, transport, serverAddress } = details;
  const layer = quality.layers.find((each) => each.id === quality.layer);
  return known([
    ["Path", PATHS[details.path]],
    ["Picture", stats && stats.height > 0 ? pictureText(stats) : "none"],
    ["Layer", layer ? `${layerLabel(layer)} (${layer.id}), ${choiceText(quality)}` : choiceText(quality)],
    ["Codecs", [details.videoCodec, details.audioCodec].filter(Boolean).join(", ") || null],
    ["Bit rate", stats && formatBitrate(stats.bitrate)],
    ["Network takes", details.estimate === null ? null : formatBitrate(details.estimate)],
    ["Latency", stats?.latencyMs == null ? null : formatLatency(stats.latencyMs)],
    ["Round trip", stats?.roundTripMs == null ? null : `${Math.round(stats.roundTripMs)} ms`],
    ["Jitter", stats && `${Math.round(stats.jitterMs)} ms`],
    ["Loss", stats && formatShare(stats.lossRatio)],
    ["Repaired", stats && (stats.repairedPackets === 1 ? "1 packet" : `${stats.repairedPackets} packets`)],
    ["Sound concealed", stats && formatShare(stats.concealedRatio)],
    ["Freezes", stats && `${stats.freezes}, ${(stats.frozenMs / 1000).toFixed(1)} s`],
    ["Transport", [transport && TRANSPORTS[transport], serverAddress].filter(Boolean).join(", ") || null],
    ["Session", details.session?.slice(0, 8)],
  ]);
}

export interface ReplayNumbers {
  recording: string;
  width: number;
  height: number;
  quality: QualityState | null;
  /** Seconds loaded beyond the place on screen. */
  aheadS: number;
  decodedFrames: number;
  droppedFrames: number;
}

/** Everything about a replay. */
export function replayRows(numbers: ReplayNumbers): DetailRow[] {
  const { quality, width, height, droppedFrames } = numbers;
  const layer = quality?.layers.find((each) => each.id === quality.layer);
  return known([
    ["Path", "HLS, recorded"],
    ["Picture", width > 0 ? `${width} × ${height}` : "none"],
    ["Layer", quality && layer ? `${layerLabel(layer)} (${layer.id}), ${choiceText(quality)}` : null],
    ["Bit rate", layer && layer.bitrate > 0 ? formatBitrate(layer.bitrate) : null],
    ["Loaded ahead", `${Math.max(0, Math.round(numbers.aheadS))} s`],
    ["Frames", `${numbers.decodedFrames} shown, ${droppedFrames} dropped`],
    ["Recording", numbers.recording.slice(0, 8)],
  ]);
}

/** The details as text to paste into a report. */
export function detailsText(rows: readonly DetailRow[]): string {
  return rows.map(([name, value]) => `${name}: ${value}`).join("\n");
}

function known(rows: [string, string | null | undefined][]): DetailRow[] {
  return rows.filter((row): row is DetailRow => typeof row[1] === "string" && row[1] !== "");
}

function pictureText(stats: WatchStats): string {
  return `${stats.width} × ${stats.height}, ${Math.round(stats.framesPerSecond)} fps`;
}

function choiceText(quality: QualityState): string {
  if (quality.choice === "audio") return "audio only";
  const chosen = quality.choice === "auto" ? "automatic" : "chosen by hand";
  return quality.reason === "bandwidth" ? `${chosen}, held back by the network` : chosen;
}
