import type { SessionProtocol } from "@sameroom/contract";
import { collectDefaultMetrics, Histogram, Registry } from "prom-client";
import type { LiveOrigin } from "../hls/live-origin.ts";
import type { StageComposers } from "../stage/stage-composers.ts";
import type { Transcoders } from "../transcode/transcoders.ts";
import type { MediaCounters } from "./media-counters.ts";
import type { MediaNode } from "./media-node.ts";
import { readCounter, readGauge } from "./read-metrics.ts";

const MEGABIT = 1_000_000;
const ESTIMATE_BUCKETS = [0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32].map((mbps) => mbps * MEGABIT);

/** What has happened since the start: metric, help, label, and the counter for each value of the label. */
const COUNTERS: [string, string, string, Record<string, keyof MediaCounters>][] = [
  [
    "layer_switches_total",
    "Slots that came to another layer",
    "direction",
    { up: "layerUps", down: "layerDowns" },
  ],
  ["probes_total", "Probes of the bandwidth to viewers", "to", { viewer: "probes" }],
  [
    "repairs_total",
    "Packets asked for again by viewers, those of them worth sending, and packets asked of publishers",
    "what",
    { asked: "nackedPackets", resent: "resentPackets", requested: "requestedPackets" },
  ],
  [
    "keyframe_requests_total",
    "Requests for a keyframe by viewers' decoders, and ours to publishers",
    "from",
    { viewer: "decoderRequests", server: "requestedKeyframes" },
  ],
];

const INGEST_PROTOCOLS: readonly SessionProtocol[] = ["whip", "rtmp", "srt", "recorder"];

export interface MetricsSources {
  linked: () => boolean;
  /** What is served over HTTP, if anything is. */
  live: Pick<LiveOrigin, "waiting" | "shows" | "byteLength"> | undefined;
  transcoders: Pick<Transcoders, "counts">;
  /** What is composed, if anything may be. */
  stages: Pick<StageComposers, "running"> | undefined;
}

/** Prometheus metrics of one worker: the process, the sessions, how viewers fare, LL-HLS, everything the wire counts. */
export function createMetrics(
  node: MediaNode,
  { linked, live, transcoders, stages }: MetricsSources,
): Registry {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  readGauge(registry, { name: "sessions", help: "Peer connections by what they do", label: "kind" }, () => [
    ["publisher", node.counts.publishers],
    ["viewer", node.counts.viewers],
  ]);
  const publishers = { name: "publishers", help: "Publishers by how their media comes" };
  readGauge(registry, { ...publishers, label: "protocol" }, () => {
    const counts = new Map<string, number>(INGEST_PROTOCOLS.map((protocol) => [protocol, 0]));
    for (const { protocol } of node.publisherSessions) counts.set(protocol, (counts.get(protocol) ?? 0) + 1);
    return counts;
  });
  const bridges = {
    name: "bridges",
    help: "Encoders whose sound or picture is encoded anew for WebRTC viewers now",
  };
  readGauge(registry, { ...bridges, label: "kind" }, () => {
    const open = { sound: 0, picture: 0 };
    for (const { bridges } of node.publisherSessions) for (const { kind } of bridges) open[kind] += 1;
    return Object.entries(open);
  });
  const bridgeCores = { name: "bridge_cores", help: "Processor time that this takes, in cores" };
  readGauge(registry, { ...bridgeCores, label: "kind" }, () => {
    const cores = { sound: 0, picture: 0 };
    for (const { bridges } of node.publisherSessions)
      for (const { kind, cpuMsPerSecond } of bridges) cores[kind] += cpuMsPerSecond / 1000;
    return Object.entries(cores);
  });
  readGauge(registry, { name: "control_linked", help: "1 while the link to control is up" }, () =>
    linked() ? 1 : 0,
  );
  new Histogram({
    name: "sameroom_media_viewer_estimate_bps",
    help: "Viewers by what their network takes, as measured now",
    buckets: ESTIMATE_BUCKETS,
    registers,
    collect() {
      this.reset();
      for (const { path } of node.viewerSessions) if (path.measured) this.observe(path.estimate.estimateBps);
    },
  });
  const redundant = { name: "redundant_viewers", help: "Viewers whose audio is sent with redundancy" };
  readGauge(registry, redundant, () => {
    let count = 0;
    for (const viewer of node.viewerSessions) if (viewer.redundant) count += 1;
    return count;
  });
  const hls = {
    name: "hls",
    help: "LL-HLS: shows that are served, requests that wait, bytes of media in memory",
  };
  readGauge(registry, { ...hls, label: "what" }, () => [
    ["shows", live?.shows ?? 0],
    ["waiting", live?.waiting ?? 0],
    ["bytes", live?.byteLength ?? 0],
  ]);
  const transcodes = { name: "transcodes", help: "Transcodes by kind, and the processes they run in" };
  readGauge(registry, { ...transcodes, label: "what" }, () => Object.entries(transcoders.counts));
  const composed = {
    name: "composed_stages",
    help: "Stages composed now: how many, their processor time in cores, their pictures a second",
  };
  readGauge(registry, { ...composed, label: "what" }, () => {
    const running = stages?.running ?? [];
    const sum = (of: (one: (typeof running)[number]) => number) =>
      running.reduce((total, one) => total + of(one), 0);
    return [
      ["stages", running.length],
      ["cores", sum(({ cpuMsPerSecond }) => cpuMsPerSecond / 1000)],
      ["pictures", sum(({ picturesPerSecond }) => picturesPerSecond)],
    ];
  });
  for (const [name, help, label, values] of COUNTERS) {
    readCounter(registry, { name, help, label }, () =>
      Object.entries(values).map(([value, counter]) => [value, node.counters[counter]] as const),
    );
  }
  const wire = { name: "wire", help: "What the wire counts since its start, by name" };
  readGauge(registry, { ...wire, label: "counter" }, () => Object.entries(node.wire.stats()));
  return registry;
}
