import type { WatchPath } from "@sameroom/client";
import { FfmpegEncoder } from "../../testing/ffmpeg/publish.ts";
import { percentile } from "../../testing/percentile.ts";
import { type Benchmark, type BenchmarkContext, integerFlag } from "../benchmark.ts";
import { launchBrowser } from "../harness/browser.ts";
import { type PageServer, servePage } from "../harness/page-server.ts";
import { SameroomApp } from "../harness/sameroom-app.ts";
import { sleep } from "../harness/until.ts";
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
      measured[name] = await measureWay(context, name, { samples, seconds });
      context.say(`${name}: done`);
    }
    return presentIngest(measured);
  },
};

/** One way, on a server of its own. */
async function measureWay(
  context: BenchmarkContext,
  name: string,
  { samples, seconds }: { samples: number; seconds: number },
): Promise<MeasuredWay> {
  const app = await SameroomApp.start();
  const open: { close(): Promise<void> }[] = [app];
  try {
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
    open.push(server);
    const media = childNamed(app.pid, "media");
    const idle = await cpuMsPerSecond(media, seconds);
    const encoder = await FfmpegEncoder.publish(WAYS[name]!(app, ROOM, key));
    open.push({ close: () => encoder.kill() });
    await sleep(5000);
    const unwatched = (await cpuMsPerSecond(media, seconds)) - idle;
    const webrtc = await watch(context, server, {
      ...{ path: "webrtc", samples },
      meanwhile: async () => (await cpuMsPerSecond(media, seconds)) - idle,
    });
    const hls = await watch(context, server, { path: "hls", samples });
    return {
      glassP50Ms: { webrtc: webrtc.p50Ms, hls: hls.p50Ms },
      glassP95Ms: { webrtc: webrtc.p95Ms, hls: hls.p95Ms },
      cpuMsPerStreamSecond: { unwatched, watched: webrtc.meanwhile! },
    };
  } finally {
    for (const each of open.reverse()) await each.close();
  }
}

async function watch(
  context: BenchmarkContext,
  server: PageServer,
  options: { path: WatchPath; samples: number; meanwhile?: () => Promise<number> },
): Promise<{ p50Ms: number; p95Ms: number; meanwhile: number | undefined }> {
  const { path, samples } = options;
  const browser = await launchBrowser(context.chromiumPath);
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 720 } })).newPage();
    await page.goto(server.url);
    await page.evaluate(([room, way]) => window.ingest.watch(room, way), [ROOM, path] as const);
    await sleep(SETTLE_S[path] * 1000);
    const { latencies } = await page.evaluate((count) => window.ingest.read(count), samples);
    const meanwhile = await options.meanwhile?.();
    const at = (share: number) => Math.round(percentile(latencies, share));
    return { p50Ms: at(0.5), p95Ms: at(0.95), meanwhile };
  } finally {
    await browser.close();
  }
}
