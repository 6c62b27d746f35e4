import type { Report } from "../benchmark.ts";
import { formatTable } from "../measure/table.ts";
import type { CrowdResult } from "./crowd.ts";

interface Played {
  p50Ms: number;
  p95Ms: number;
  /** Between `currentCaptureTime()` and the clock in the picture; null where nothing tells it. */
  captureOffP95Ms: number | null;
  samples: number;
  width: number;
  height: number;
  stalls: number;
  playbackRate: number;
  bufferedS: number;
}

export interface HlsMeasured {
  /** The SDK's. */
  player: Played;
  /** Bare hls.js, of the same show; null: it stood still. */
  peer: Played | null;
  /** The SDK's over WebRTC. */
  webrtc: Played;
  crowd: CrowdResult;
  parts: { answered: number; failed: number; perCpuSecond: number };
  packager: { msPerStreamSecond: number; layers: number; megabitsPerSecond: number };
  partMs: number;
  waiting: number;
}

/** Tables for the screen; JSON. */
export function presentHls(measured: HlsMeasured): Report {
  const { player, peer, webrtc, crowd, parts, packager, partMs, waiting } = measured;
  const verdict = (met: boolean) => (met ? "pass" : "miss");
  const rows = [
    ["capture to render, p50", `${player.p50Ms} ms`, "1000 ms or less", verdict(player.p50Ms <= 1000)],
    ["capture to render, p95", `${player.p95Ms} ms`, "1500 ms or less", verdict(player.p95Ms <= 1500)],
    ["the same in bare hls.js, p50", peer === null ? "stood still" : `${peer.p50Ms} ms`, "", ""],
    ["the same in bare hls.js, p95", peer === null ? "stood still" : `${peer.p95Ms} ms`, "", ""],
    ...(
      [
        ["LL-HLS", player],
        ["WebRTC", webrtc],
      ] as const
    ).map(([path, { captureOffP95Ms: off }]) => [
      `currentCaptureTime() off the truth, ${path}, p95`,
      off === null ? "unknown" : `${off} ms`,
      "100 ms or less",
      verdict(off !== null && off <= 100),
    ]),
    ["playlist requests held open", crowd.held, "10000 or more", verdict(crowd.held >= 10_000)],
    ["of them failed, all rounds", crowd.failed, "0", verdict(crowd.failed === 0)],
    ["parts per CPU-second", parts.perCpuSecond, "", ""],
    ["packaging, CPU per second of media", `${packager.msPerStreamSecond.toFixed(1)} ms`, "", ""],
  ];
  const notes = [
    `parts of ${partMs} ms, ${player.samples} pictures of ${player.width}x${player.height}; at the end ` +
      `${Math.round(player.bufferedS * 1000)} ms buffered at rate ${player.playbackRate}, ${player.stalls} stalls` +
      (peer === null ? "" : ` (hls.js: ${Math.round(peer.bufferedS * 1000)} ms, ${peer.stalls})`),
    `crowd: ${waiting} connections; from the first answer of a round to the last ${crowd.spreadMs} ms (median)`,
    `packaging: ${packager.layers} layers and sound, ${packager.megabitsPerSecond} Mbit/s`,
  ];
  return {
    text: [formatTable(["LL-HLS", "measured", "target", ""], rows), notes.join("\n")].join("\n\n"),
    json: {
      liveEdgeP50Ms: player.p50Ms,
      liveEdgeP95Ms: player.p95Ms,
      bareHlsJsP50Ms: peer?.p50Ms ?? null,
      captureOffP95Ms: player.captureOffP95Ms,
      captureOffWebRtcP95Ms: webrtc.captureOffP95Ms,
      blockingRequestsHeld: crowd.held,
      requestsPerCpuSecond: parts.perCpuSecond,
      packagerMsPerStreamSecond: packager.msPerStreamSecond,
      details: { ...measured },
    },
  };
}
