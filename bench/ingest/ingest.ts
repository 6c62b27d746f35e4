import { spawn } from "node:child_process";
import type { WatchPath } from "@sameroom/client";
import { launchChromium } from "../../testing/chromium.ts";
import { FfmpegEncoder, type Start } from "../../testing/ffmpeg/publish.ts";
import { percentile } from "../../testing/percentile.ts";
import { type Benchmark, type BenchmarkContext, integerFlag } from "../benchmark.ts";
import { type PageServer, servePage } from "../harness/page-server.ts";
import { SameroomApp } from "../harness/sameroom-app.ts";
import { sleep } from "../harness/until.ts";
import { within } from "../harness/within.ts";
import { childNamed, cpuMsPerSecond } from "../measure/process-tree.ts";
import type { IngestPage } from "./page.ts";
import { type MeasuredWay, presentIngest } from "./present.ts";
import { WAYS } from "./ways.ts";

declare global {
  interface Window {
    ingest: IngestPage;
  }
}

const ROOM = "ingest";
/** Until clocks and buffers have settled, s. */
const SETTLE_S = { webrtc: 5, hls: 12 } as const;
/** A way may take so long beside its windows (starting, settling), and so much for a picture that is read, s. */
const SLACK_S = 90;
const SAMPLE_S = 0.1;

/** From an encoder to viewers: how late the picture is, and what a stream costs. */
export const ingest: Benchmark = {
  summary: "encoders by WHIP, RTMP and SRT: capture to render over WebRTC and LL-HLS, CPU of a stream",
  flags: {
    ways: `which, with commas; default ${Object.keys(WAYS).join(",")}`,
    samples: "pictures read off each player; default 150",
    seconds: "length of each window of the CPU measurement; default 10",
  },
  async run(context) {
    const samples = integerFlag(context, "samples", { fallback: 150, min: 10, max: 10_000 });
    const seconds = integerFlag(context, "seconds", { fallback: 10, min: 3, max: 300 });
    const names = (context.flags.ways ?? Object.keys(WAYS).join(",")).split(",");
    const unknown = names.find((name) => !(name in WAYS));
    if (unknown !== undefined) throw new Error(`--ways: ${Object.keys(WAYS).join(", ")}; not ${unknown}`);
    const measured: Record<string, MeasuredWay> = {};
    for (const name of names) {
      try {
        measured[name] = await measureWay(context, name, { samples, seconds });
        context.say(`${name}: done`);
      } catch (thrown) {
        // The others are measured all the same.
        context.say(`${name}: left out, ${(thrown as Error).message}`);
      }
    }
    return presentIngest(measured);
  },
};

/** As if the encoder had a machine of its own, as encoders have: what it is late would count for the server's. Only root may. */
const first: Start = (command, words, options) => spawn("nice", ["-n", "-10", command, ...words], options);

interface Windows {
  samples: number;
  seconds: number;
}
/** Programs and pages of a measurement, in the order they were opened. */
type Opened = { close(): Promise<void> }[];

/** One way, on a server of its own; rejects when it takes longer than it may. */
async function measureWay(context: BenchmarkContext, name: string, windows: Windows): Promise<MeasuredWay> {
  const opened: Opened = [];
  try {
    const limitS = SLACK_S + 3 * windows.seconds + 2 * windows.samples * SAMPLE_S;
    return await within(limitS, name, measure(context, name, { ...windows, opened }));
  } finally {
    for (const each of opened.reverse()) await each.close();
  }
}

async function measure(
  context: BenchmarkContext,
  name: string,
  { samples, seconds, opened }: Windows & { opened: Opened },
): Promise<MeasuredWay> {
  const app = await SameroomApp.start();
  opened.push(app);
  const cookie = await app.createHost(ROOM);
  const session = `${cookie.name}=${cookie.value}`;
  const made = await app.request("POST", `/api/rooms/${ROOM}/stream-key`, session);
  const { key } = (await made.json()) as { key: string };
  const server = await servePage({
    script: "ingest/page.ts",
    mint: async (room) => {
      const minted = await app.mint(room, session);
      const playback = minted.playback && {
        playlist: app.mediaAddress(minted.playback.playlist),
        audio: app.mediaAddress(minted.playback.audio),
      };
      return { ...minted, mediaUrl: app.mediaUrl, playback };
    },
  });
  opened.push(server);
  const media = childNamed(app.pid, "media");
  const idle = await cpuMsPerSecond(media, seconds);
  const encoder = await FfmpegEncoder.publish(WAYS[name]!(app, ROOM, key), first);
  opened.push({ close: () => encoder.kill() });
  await sleep(5000);
  const unwatched = (await cpuMsPerSecond(media, seconds)) - idle;
  const webrtc = await watch(context, server, {
    ...{ path: "webrtc", samples, opened },
    meanwhile: async () => (await cpuMsPerSecond(media, seconds)) - idle,
  });
  const hls = await watch(context, server, { path: "hls", samples, opened });
  return {
    glassP50Ms: { webrtc: webrtc.p50Ms, hls: hls.p50Ms },
    glassP95Ms: { webrtc: webrtc.p95Ms, hls: hls.p95Ms },
    cpuMsPerStreamSecond: { unwatched, watched: webrtc.meanwhile! },
  };
}

async function watch(
  context: BenchmarkContext,
  server: PageServer,
  options: { path: WatchPath; samples: number; opened: Opened; meanwhile?: () => Promise<number> },
): Promise<{ p50Ms: number; p95Ms: number; meanwhile: number | undefined }> {
  const { path, samples, opened } = options;
  const browser = await launchChromium({ executablePath: context.chromiumPath, plainAddresses: true });
  opened.push(browser);
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage();
  await page.goto(server.url);
  await page.evaluate(([room, way]) => window.ingest.watch(room, way), [ROOM, path] as const);
  await sleep(SETTLE_S[path] * 1000);
  const { latencies } = await page.evaluate((count) => window.ingest.read(count), samples);
  const meanwhile = await options.meanwhile?.();
  await browser.close();
  const at = (share: number) => Math.round(percentile(latencies, share));
  return { p50Ms: at(0.5), p95Ms: at(0.95), meanwhile };
}
