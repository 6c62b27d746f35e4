import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../../testing/chromium.ts";
import { latencyOf } from "../../testing/percentile.ts";
import { type Benchmark, integerFlag, wordFlag } from "../benchmark.ts";
import { MediaWorker } from "../harness/media-worker.ts";
import { type PageServer, servePage } from "../harness/page-server.ts";
import { sleep } from "../harness/until.ts";
import { formatTable } from "../measure/table.ts";
import type { GlassPage } from "./page.ts";
import type { PeerSummary } from "./summary.ts";

declare global {
  interface Window {
    glass: GlassPage;
  }
}

/** How long the estimate may take to rise to what the full picture needs; after that the size is reported as it is. */
const FULL_SIZE_LIMIT_MS = 20_000;
const HALVES = ["direct", "sameroom"] as const;
type Half = (typeof HALVES)[number];

interface HalfResult {
  latencies: number[];
  unreadable: number;
  sizes: Set<string>;
  /** One of each round. */
  summaries: { sender: PeerSummary; receiver: PeerSummary }[];
}

/** Capture to render between two Chromium pages, through Sameroom and directly. */
export const glass: Benchmark = {
  summary: "Chromium to Chromium, capture to render: through Sameroom and over a direct connection",
  flags: {
    rounds: "rounds of both halves; default 5",
    samples: "pictures read in each half of a round; default 90",
    settle: "seconds from the first full-size picture to the first sample; default 2",
    audio: "on or off; default off: with sound, Chromium holds the picture back for it",
  },
  async run(context) {
    const rounds = integerFlag(context, "rounds", { fallback: 5, min: 1, max: 20 });
    const samples = integerFlag(context, "samples", { fallback: 90, min: 10, max: 2000 });
    const settle = integerFlag(context, "settle", { fallback: 2, min: 0, max: 30 });
    const audio = wordFlag(context, "audio", { fallback: "off", words: ["on", "off"] });
    const worker = await MediaWorker.start();
    let server: PageServer | undefined;
    let browser: Browser | undefined;
    try {
      server = await servePage({ script: "glass/page.ts", mint: worker.mint.bind(worker) });
      browser = await launchChromium({ executablePath: context.chromiumPath, plainAddresses: true });
      const host = await openPage(browser, server.url);
      const viewer = await openPage(browser, server.url);
      await host.evaluate((withAudio) => window.glass.startDevices(withAudio), audio === "on");
      const results: Record<Half, HalfResult> = { direct: emptyResult(), sameroom: emptyResult() };
      for (let round = 0; round < rounds; round++) {
        // Whatever grows or shrinks over the run meets both alike.
        for (const half of round % 2 === 0 ? HALVES : HALVES.toReversed()) {
          if (half === "direct") await connectDirect(host, viewer);
          else await connectThrough(host, viewer, `glass-${round}`);
          await measureHalf({ host, viewer, result: results[half], samples, settleMs: settle * 1000 });
          const { p50Ms } = latencyOf(results[half].latencies.slice(-samples));
          context.say(`round ${round + 1}/${rounds}, ${half}: p50 ${p50Ms} ms`);
        }
      }
      return present(results);
    } finally {
      await browser?.close();
      await server?.close();
      await worker.close();
    }
  },
};

async function openPage(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 720 },
    permissions: ["microphone", "camera"],
  });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function connectDirect(host: Page, viewer: Page): Promise<void> {
  const offer = await host.evaluate(() => window.glass.offerDirect());
  const answer = await viewer.evaluate((sdp) => window.glass.answerDirect(sdp), offer);
  await host.evaluate((sdp) => window.glass.acceptDirect(sdp), answer);
}

async function connectThrough(host: Page, viewer: Page, room: string): Promise<void> {
  await host.evaluate((name) => window.glass.publish(name), room);
  await viewer.evaluate((name) => window.glass.watch(name), room);
}

interface HalfOptions {
  host: Page;
  viewer: Page;
  result: HalfResult;
  samples: number;
  settleMs: number;
}

async function measureHalf({ host, viewer, result, samples, settleMs }: HalfOptions): Promise<void> {
  // The first pictures pay for connecting, and bandwidth estimation begins low.
  await viewer.evaluate(() => window.glass.read(1));
  await viewer.evaluate((limitMs) => window.glass.fullSize(limitMs), FULL_SIZE_LIMIT_MS);
  await sleep(settleMs);
  const pages = [host, viewer];
  await Promise.all(pages.map((page) => page.evaluate(() => window.glass.mark())));
  const readings = await viewer.evaluate((count) => window.glass.read(count), samples);
  const [sender, receiver] = await Promise.all(
    pages.map((page) => page.evaluate(() => window.glass.summary())),
  );
  result.latencies.push(...readings.latencies);
  result.unreadable += readings.unreadable;
  result.sizes.add(`${readings.width}x${readings.height}`);
  result.summaries.push({ sender: sender!, receiver: receiver! });
  await Promise.all(pages.map((page) => page.evaluate(() => window.glass.leave())));
}

function emptyResult(): HalfResult {
  return { latencies: [], unreadable: 0, sizes: new Set(), summaries: [] };
}

function present(results: Record<Half, HalfResult>) {
  const sameroom = latencyOf(results.sameroom.latencies);
  const direct = latencyOf(results.direct.latencies);
  const gap = (name: "p50Ms" | "p95Ms") => (sameroom[name] - direct[name]).toFixed(1);
  const latencies = formatTable(
    ["capture to render", "samples", "p50 ms", "p95 ms", "pictures"],
    [
      [
        "direct",
        results.direct.latencies.length,
        direct.p50Ms,
        direct.p95Ms,
        [...results.direct.sizes].join(),
      ],
      [
        "Sameroom",
        results.sameroom.latencies.length,
        sameroom.p50Ms,
        sameroom.p95Ms,
        [...results.sameroom.sizes].join(),
      ],
      ["difference", "", gap("p50Ms"), gap("p95Ms"), "target: p50 below 15, p95 below 30"],
    ],
  );
  const side = (half: Half, name: "sender" | "receiver") => results[half].summaries.map((one) => one[name]);
  const columns: ["sender" | "receiver", keyof PeerSummary][] = [
    ["sender", "encodeMs"],
    ["sender", "pacerMs"],
    ["sender", "framesPerSecond"],
    ["sender", "mbitsPerSecond"],
    ["receiver", "assemblyMs"],
    ["receiver", "jitterBufferMs"],
    ["receiver", "jitterBufferMinimumMs"],
    ["receiver", "jitterBufferTargetMs"],
    ["receiver", "decodeMs"],
    ["receiver", "processingMs"],
    ["receiver", "freezes"],
    ["receiver", "nacks"],
  ];
  const where = formatTable(
    ["mean of rounds", ...columns.map(([, column]) => column)],
    HALVES.map((half) => [half, ...columns.map(([name, column]) => meanOf(side(half, name), column))]),
  );
  return {
    text: `${latencies}\n\n${where}`,
    json: {
      sameroom,
      direct,
      details: Object.fromEntries(
        HALVES.map((half) => {
          const { latencies: samplesMs, unreadable, sizes, summaries } = results[half];
          const tenths = samplesMs.map((sample) => Math.round(sample * 10) / 10);
          return [half, { unreadable, sizes: [...sizes], rounds: summaries, samplesMs: tenths }];
        }),
      ),
    },
  };
}

function meanOf(summaries: readonly PeerSummary[], column: keyof PeerSummary): number | string {
  const values = summaries.map((summary) => summary[column]).filter((value) => typeof value === "number");
  if (values.length === 0) return "-";
  return Math.round((values.reduce((sum, value) => sum + value, 0) / values.length) * 10) / 10;
}
