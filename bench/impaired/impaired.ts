import type { Browser, Page } from "playwright-core";
import { launchChromium } from "../../testing/chromium.ts";
import { NETWORK_CASES, type NetworkCaseName } from "../../testing/impaired/cases.ts";
import { runCase, type Viewer } from "../../testing/impaired/run-case.ts";
import { summarizeCase } from "../../testing/impaired/summary.ts";
import { whyNoNetworks } from "../../testing/network/namespaces.ts";
import { Network } from "../../testing/network/network.ts";
import { type Benchmark, type BenchmarkContext, integerFlag, wordFlag } from "../benchmark.ts";
import { MediaWorker } from "../harness/media-worker.ts";
import { type PageServer, servePage } from "../harness/page-server.ts";
import { sleep } from "../harness/until.ts";
import type { ImpairedPage } from "./page.ts";
import { type CaseSummaries, presentCases } from "./present.ts";

declare global {
  interface Window {
    impaired: ImpairedPage;
  }
}

const NAMES = Object.keys(NETWORK_CASES) as NetworkCaseName[];
const ROOM = "impaired";
/** The minute of the target; other cases are shorter. */
const LOSS_S = 60;
const OTHERS_S = 20;
/** The host's own estimate rises, and its layers begin one after the other. */
const PUBLISHER_SETTLE_MS = 12_000;

/** A viewer in Chromium on a bad network, behind a link that this machine makes. */
export const impaired: Benchmark = {
  summary: "a viewer in Chromium on bad networks: freezes, latency, layers, recovery",
  flags: {
    case: `one or more of ${NAMES.join(", ")}, with commas; default all`,
    seconds: `how long each fault lasts; default ${LOSS_S} for loss, ${OTHERS_S} for the others; outage and bandwidth have their own`,
    layers: "1 or 3, that the host sends; default 3",
    audio: "on or off; default on: with sound, Chromium holds the picture back for it",
  },
  async run(context) {
    const names = namesOf(context);
    const audio = wordFlag(context, "audio", { fallback: "on", words: ["on", "off"] });
    const layers = wordFlag(context, "layers", { fallback: "3", words: ["1", "3"] });
    const reason = whyNoNetworks();
    if (reason !== undefined) throw new Error(`no networks can be made here: ${reason}`);
    const network = await Network.open();
    const open: { close(): Promise<void> }[] = [network];
    try {
      const client = await network.addClient();
      const worker = await MediaWorker.start({ address: network.serverAddress });
      open.push(worker);
      const mint = worker.mint.bind(worker);
      const server = await servePage({ script: "impaired/page.ts", everywhere: true, mint });
      open.push(server);
      const [host, hostPage] = await openPage(context.chromiumPath, server);
      open.push(host);
      const sent = { audio: audio === "on", simulcast: layers === "3" };
      await hostPage.evaluate(([room, options]) => window.impaired.publish(room, options), [
        ROOM,
        sent,
      ] as const);
      const [viewers, viewerPage] = await openPage(
        client.wrap(context.chromiumPath),
        server,
        network.serverAddress,
      );
      open.push(viewers);
      const viewer = viewerOn(viewerPage);
      await sleep(PUBLISHER_SETTLE_MS);
      const [topWidth = 0] = await hostPage.evaluate(() => window.impaired.sentWidths());
      const cases: CaseSummaries = {};
      for (const name of names) {
        const seconds = secondsOf(context, name);
        const run = await runCase(NETWORK_CASES[name], { viewer, client, topWidth, seconds });
        const summary = summarizeCase(run);
        cases[name] = summary;
        worker.assertRunning();
        context.say(`${name}: ${summary.freezesPerMinute} freezes/min, p95 ${summary.p95LatencyMs} ms`);
      }
      return presentCases(cases);
    } finally {
      for (const each of open.reverse()) await each.close();
    }
  },
};

async function openPage(
  executablePath: string,
  server: PageServer,
  address = "127.0.0.1",
): Promise<[Browser, Page]> {
  const origin = `http://${address}:${server.port}`;
  const browser = await launchChromium({ executablePath, secureOrigin: origin, plainAddresses: true });
  const context = await browser.newContext({
    viewport: { width: 1280, height: 720 },
    permissions: ["microphone", "camera"],
  });
  const page = await context.newPage();
  await page.goto(origin);
  return [browser, page];
}

function viewerOn(page: Page): Viewer {
  return {
    watch: () => page.evaluate((room) => window.impaired.watch(room), ROOM),
    width: () => page.evaluate(() => window.impaired.width()),
    async take() {
      const taken = await page.evaluate(() => window.impaired.take());
      await page.evaluate(() => window.impaired.leave());
      return taken;
    },
  };
}

function secondsOf(context: BenchmarkContext, name: NetworkCaseName): number {
  const fallback = name === "loss" ? LOSS_S : OTHERS_S;
  return integerFlag(context, "seconds", { fallback, min: 5, max: 600 });
}

function namesOf(context: BenchmarkContext): NetworkCaseName[] {
  const asked = context.flags.case?.split(",") ?? NAMES;
  const unknown = asked.find((name) => !(name in NETWORK_CASES));
  if (unknown !== undefined) throw new Error(`--case: ${unknown} is none of ${NAMES.join(", ")}`);
  return asked as NetworkCaseName[];
}
