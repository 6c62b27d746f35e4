import type { SessionProtocol } from "@sameroom/contract";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { LiveOrigin } from "../hls/live-origin.ts";
import type { Transcoders } from "../transcode/transcoders.ts";
import type { MediaCounters } from "./media-counters.ts";
import type { MediaNode } from "./media-node.ts";

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
}

/** Prometheus metrics of one worker: the process, the sessions, how viewers fare, LL-HLS, everything the wire counts. */
export function createMetrics(node: MediaNode, { linked, live, transcoders }: MetricsSources): Registry {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: "sameroom_media_sessions",
    help: "Peer connections by what they do",
    labelNames: ["kind"],
    registers,
    collect() {
      const { publishers, viewers } = node.counts;
      this.set({ kind: "publisher" }, publishers);
      this.set({ kind: "viewer" }, viewers);
    },
  });
  new Gauge({
    name: "sameroom_media_publishers",
    help: "Publishers by how their media comes",
    labelNames: ["protocol"],
    registers,
    collect() {
      this.reset();
      for (const protocol of INGEST_PROTOCOLS) this.set({ protocol }, 0);
      for (const session of node.publisherSessions) this.inc({ protocol: session.protocol });
    },
  });
  new Gauge({
    name: "sameroom_media_bridges",
    help: "Encoders whose sound or picture is encoded anew for WebRTC viewers now",
    labelNames: ["kind"],
    registers,
    collect() {
      const open = { sound: 0, picture: 0 };
      for (const { bridges } of node.publisherSessions) for (const kind of bridges) open[kind] += 1;
      for (const [kind, count] of Object.entries(open)) this.set({ kind }, count);
    },
  });
  new Gauge({
    name: "sameroom_media_control_linked",
    help: "1 while the link to control is up",
    registers,
    collect() {
      this.set(linked() ? 1 : 0);
    },
  });
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
  new Gauge({
    name: "sameroom_media_redundant_viewers",
    help: "Viewers whose audio is sent with redundancy",
    registers,
    collect() {
      let count = 0;
      for (const viewer of node.viewerSessions) if (viewer.redundant) count += 1;
      this.set(count);
    },
  });
  new Gauge({
    name: "sameroom_media_hls",
    help: "LL-HLS: shows that are served, requests that wait, bytes of media in memory",
    labelNames: ["what"],
    registers,
    collect() {
      this.set({ what: "shows" }, live?.shows ?? 0);
      this.set({ what: "waiting" }, live?.waiting ?? 0);
      this.set({ what: "bytes" }, live?.byteLength ?? 0);
    },
  });
  new Gauge({
    name: "sameroom_media_transcodes",
    help: "Transcodes by kind, and the processes they run in",
    labelNames: ["what"],
    registers,
    collect() {
      for (const [what, count] of Object.entries(transcoders.counts)) this.set({ what }, count);
    },
  });
  for (const [name, help, label, values] of COUNTERS) {
    new Counter({
      name: `sameroom_media_${name}`,
      help,
      labelNames: [label],
      registers,
      collect() {
        this.reset();
        for (const [value, counter] of Object.entries(values))
          this.inc({ [label]: value }, node.counters[counter]);
      },
    });
  }
  new Gauge({
    name: "sameroom_media_wire",
    help: "What the wire counts since its start, by name",
    labelNames: ["counter"],
    registers,
    collect() {
      for (const [counter, value] of Object.entries(node.wire.stats())) this.set({ counter }, value);
    },
  });
  return registry;
}
