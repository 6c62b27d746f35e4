import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../../testing/chromium.ts";
import { percentile } from "../../testing/percentile.ts";
import { type Benchmark, type BenchmarkContext, integerFlag } from "../benchmark.ts";
import { MediaWorker } from "../harness/media-worker.ts";
import { servePage } from "../harness/page-server.ts";
import { sleep, until } from "../harness/until.ts";
import { usageOf } from "../measure/process-usage.ts";
import type { CrowdResult } from "./crowd.ts";
import { readLiveEdge } from "./live-edge.ts";
import { measurePackager } from "./packager.ts";
import type { HlsPage, PlayerName } from "./page.ts";
import type { PartsResult } from "./parts.ts";
import { presentHls } from "./present.ts";
import { runLoad } from "./run-load.ts";

declare global {
  interface Window {
    hls: HlsPage;
  }
}

const ROOM = "hls";
/** Connections that fetch parts at once. */
const FETCHERS = 64;
const FETCH_S = 5;
const CROWD_ROUNDS = 5;

/** What players show of what is live, and how many players the origin carries. */
export const hls: Benchmark = {
  summary:
    "LL-HLS: capture to render in the SDK and in bare hls.js, requests held open, parts per CPU-second, cost of packaging",
  flags: {
    samples: "pictures read off the player; default 300",
    settle: "seconds from the first picture to the first sample; default 15",
    waiting: "playlist requests held at once; default 10000",
    part: "length of a part, ms; default 200",
  },
  async run(context) {
    const samples = integerFlag(context, "samples", { fallback: 300, min: 10, max: 10_000 });
    const settle = integerFlag(context, "settle", { fallback: 15, min: 1, max: 120 });
    const waiting = integerFlag(context, "waiting", { fallback: 10_000, min: 1, max: 15_000 });
    const partMs = integerFlag(context, "part", { fallback: 200, min: 100, max: 1000 });
    const packager = measurePackager({ partMs });
    context.say(`packaging: ${packager.msPerStreamSecond.toFixed(1)} ms of CPU for a second of media`);
    const worker = await MediaWorker.start({
      environment: {
        SAMEROOM_HLS_PART_MS: String(partMs),
        SAMEROOM_HLS_MAX_WAITING: "20000",
        SAMEROOM_HLS_MAX_WAITING_PER_ADDRESS: "20000",
      },
    });
    const open: { close(): Promise<void> }[] = [worker];
    try {
      const server = await servePage({ script: "hls/page.ts", mint: worker.mint.bind(worker) });
      open.push(server);
      const [host, hostPage] = await openPage(context, server.url);
      open.push(host);
      await hostPage.evaluate((room) => window.hls.publish(room), ROOM);
      const path = `/live/${ROOM}/~${await worker.mintPlayback(ROOM)}`;
      await until(
        "the room is packaged",
        async () => (await fetch(`${worker.url}${path}/index.m3u8`)).ok,
        30_000,
      );
      const options = { worker, path, pageUrl: server.url, settle, samples };
      const player = await watch(context, "sdk", options);
      const webrtc = await watch(context, "webrtc", options);
      // As it comes it may stand still for long on a busy machine: that is a result, too.
      const peer = await watch(context, "hls.js", options).catch((error: unknown) => {
        context.say(`hls.js: ${error instanceof Error ? error.message : String(error)}`);
        return null;
      });
      const media = await mediaPlaylist(worker, path);
      context.say(`${waiting} players wait`);
      const port = Number(new URL(worker.url).port);
      const crowd = await runLoad<CrowdResult>(
        "crowd.ts",
        [port, media.path, waiting, CROWD_ROUNDS],
        180_000,
      );
      context.say(`parts, as fast as ${FETCHERS} connections fetch them`);
      const parts = await fetchParts(worker, media.path);
      worker.assertRunning();
      return presentHls({ player, peer, webrtc, crowd, parts, packager, partMs, waiting });
    } finally {
      for (const each of open.reverse()) await each.close();
    }
  },
};

async function watch(
  context: BenchmarkContext,
  name: PlayerName,
  options: { worker: MediaWorker; path: string; pageUrl: string; settle: number; samples: number },
) {
  const { worker, path, pageUrl, settle, samples } = options;
  const [browser, page] = await openPage(context, pageUrl);
  try {
    const playlist = `${worker.url}${path}/index.m3u8`;
    await page.evaluate(([url, player]) => window.hls.play(url, player), [playlist, name] as const);
    context.say(`first picture (${name})`);
    await sleep(settle * 1000);
    const { latencies, captureOff, width, height } = await page.evaluate(
      (count) => window.hls.read(count),
      samples,
    );
    const status = await page.evaluate(() => window.hls.status());
    const at = (share: number) => Math.round(percentile(latencies, share));
    const off = captureOff.map(Math.abs);
    const captureOffP95Ms = off.length === 0 ? null : Math.round(percentile(off, 0.95));
    return {
      p50Ms: at(0.5),
      p95Ms: at(0.95),
      captureOffP95Ms,
      samples: latencies.length,
      width,
      height,
      ...status,
    };
  } finally {
    await browser.close();
  }
}

/** Path of the first picture's media playlist, and what it says now. */
async function mediaPlaylist(worker: MediaWorker, path: string): Promise<{ path: string; text: string }> {
  const multivariant = await (await fetch(`${worker.url}${path}/index.m3u8`)).text();
  const uri = multivariant.split("\n").find((line) => line !== "" && !line.startsWith("#"));
  if (uri === undefined) throw new Error(`no rendition:\n${multivariant}`);
  const text = await (await fetch(`${worker.url}${path}/${uri}`)).text();
  return { path: `${path}/${uri}`, text };
}

async function fetchParts(worker: MediaWorker, playlist: string) {
  const text = await (await fetch(`${worker.url}${playlist}`)).text();
  const base = playlist.slice(0, playlist.lastIndexOf("/"));
  // The newest that are complete stay in memory longest.
  const paths = readLiveEdge(text)
    .parts.slice(-4)
    .map((uri) => `${base}/${uri}`);
  const port = Number(new URL(worker.url).port);
  const before = usageOf(worker.pid).cpuSeconds;
  const { answered, failed } = await runLoad<PartsResult>(
    "parts.ts",
    [port, paths.join(","), FETCHERS, FETCH_S],
    60_000,
  );
  const cpuSeconds = usageOf(worker.pid).cpuSeconds - before;
  return { answered, failed, perCpuSecond: Math.round(answered / cpuSeconds) };
}

async function openPage(context: BenchmarkContext, url: string): Promise<[Browser, Page]> {
  const browser = await launchChromium({ executablePath: context.chromiumPath, plainAddresses: true });
  const page = await (
    await browser.newContext({
      viewport: { width: 1280, height: 720 },
      permissions: ["microphone", "camera"],
    })
  ).newPage();
  await page.goto(url);
  return [browser, page];
}
