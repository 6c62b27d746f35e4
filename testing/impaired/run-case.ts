import type { NetworkClient } from "../network/network.ts";
import { machineClockMs } from "../playback/camera.ts";
import type { Recording, Span } from "../playback/recording.ts";
import { endFault, type NetworkCase, prepareCase, startFault } from "./cases.ts";

/** How long the estimate may take to rise to the top layer; after that the case is run as it is. */
const TOP_LAYER_LIMIT_MS = 25_000;
/**
 * Good network before the fault, once the picture is at its size; before that the latency of a jitter buffer that settles, which
 * is not the case's. Who only looks whether it works needs less of all.
 */
const PACES = {
  measured: { settleMs: 3000, beforeMs: 5000, mostAfterS: Number.POSITIVE_INFINITY },
  seen: { settleMs: 1000, beforeMs: 1000, mostAfterS: 5 },
} as const;

/** What the player says of the watch, and when, ms since 1970. */
export interface WatchStateChange {
  atMs: number;
  state: string;
}

/** A viewer's page. */
export interface Viewer {
  /** Watches and begins to record. Called once the network is good. */
  watch(): Promise<void>;
  /** Width of the picture on screen, 0 without one. */
  width(): Promise<number>;
  take(): Promise<Recording & { sessions: number; states: WatchStateChange[] }>;
}

export interface CaseOptions {
  viewer: Viewer;
  client: NetworkClient;
  /** Width of the top layer. */
  topWidth: number;
  /** How long the fault lasts where the case does not say, s. */
  seconds: number;
  pace?: keyof typeof PACES;
}

/** One case, recorded. */
export interface CaseRun {
  recording: Recording;
  before: Span;
  /** The fault. Where it is a moment: the time after it. */
  during: Span;
  /** When the network was good (again): at the end of the fault, or of the change. */
  goodAtMs: number;
  endMs: number;
  /** Width on screen when the fault set in. */
  widthBefore: number;
  /** WHEP sessions opened; 1 when the first survived. */
  sessions: number;
  states: WatchStateChange[];
  /** Packets lost, overflowed and delivered towards the viewer during the fault. */
  link: { lost: number; overflowed: number; delivered: number };
}

/** A new viewer: good network, fault, good network. */
export async function runCase(fault: NetworkCase, options: CaseOptions): Promise<CaseRun> {
  const { viewer, client, topWidth, seconds, pace = "measured" } = options;
  const { settleMs, beforeMs: goodMs, mostAfterS } = PACES[pace];
  await prepareCase(client, fault);
  await viewer.watch();
  await waitForTopLayer(viewer, topWidth);
  await sleep(settleMs);
  const beforeMs = machineClockMs();
  await sleep(goodMs);
  const widthBefore = await viewer.width();
  const countersBefore = await client.links[0]!.counters();
  const faultMs = machineClockMs();
  await startFault(client, fault);
  if (fault.bad !== undefined) await sleep((fault.lastsS ?? seconds) * 1000);
  const { down } = await client.links[0]!.counters();
  await endFault(client, fault);
  const goodAtMs = fault.bad === undefined ? faultMs : machineClockMs();
  await sleep(Math.min(fault.afterS, mostAfterS) * 1000);
  const endMs = machineClockMs();
  const { sessions, states, ...recording } = await viewer.take();
  const since = (name: "lost" | "overflowed" | "delivered") => down[name] - countersBefore.down[name];
  return {
    recording,
    before: { fromMs: beforeMs, toMs: faultMs },
    during: { fromMs: faultMs, toMs: fault.bad === undefined ? endMs : goodAtMs },
    goodAtMs,
    endMs,
    widthBefore,
    sessions,
    states,
    link: { lost: since("lost"), overflowed: since("overflowed"), delivered: since("delivered") },
  };
}

async function waitForTopLayer(viewer: Viewer, topWidth: number): Promise<void> {
  const end = performance.now() + TOP_LAYER_LIMIT_MS;
  while (performance.now() < end) {
    if ((await viewer.width()) >= topWidth) return;
    await sleep(100);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
