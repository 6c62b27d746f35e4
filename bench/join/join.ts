import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium } from "../../testing/chromium.ts";
import { latencyOf, percentile } from "../../testing/percentile.ts";
import { type Benchmark, integerFlag } from "../benchmark.ts";
import { bundleScript } from "../harness/bundle.ts";
import { SameroomApp } from "../harness/sameroom-app.ts";
import { formatTable, grouped } from "../measure/table.ts";
import { type HandshakeRates, measureHandshakes } from "./handshakes.ts";
import type { Join, JoinPage } from "./page.ts";

declare global {
  interface Window {
    joinPage: JoinPage;
  }
}

const ROOM = "join";
/** Bandwidth estimation and the encoder find their pace. */
const PUBLISHER_SETTLE_MS = 3000;

/** Click to first frame in Chromium with the SDK, and what a handshake costs the media process. */
export const join: Benchmark = {
  summary: "click to first frame, cold and warmed up; DTLS handshakes per CPU-second",
  flags: {
    joins: "joins of each kind; default 25",
    batches: "batches of 250 handshakes; default 4",
  },
  async run(context) {
    const joins = integerFlag(context, "joins", { fallback: 25, min: 2, max: 500 });
    const batches = integerFlag(context, "batches", { fallback: 4, min: 1, max: 40 });
    context.say("DTLS handshakes");
    const rates = await measureHandshakes(batches);
    context.say("Sameroom starts");
    const app = await SameroomApp.start();
    let browser: Browser | undefined;
    try {
      browser = await launchChromium({ executablePath: context.chromiumPath, plainAddresses: true });
      const script = await bundleScript("join/page.ts");
      const host = await browser.newContext({ bypassCSP: true });
      await host.addCookies([await app.createHost(ROOM)]);
      const studio = await openPage(host, app.url, script);
      await studio.evaluate((room) => window.joinPage.publish(room), ROOM);
      await studio.waitForTimeout(PUBLISHER_SETTLE_MS);
      const cold: Join[] = [];
      const warm: Join[] = [];
      for (let turn = 0; turn < joins; turn++) {
        // A browser that was never here: no connection is open to the media port, no preflight is remembered.
        const visitor = await browser.newContext({ bypassCSP: true });
        const page = await openPage(visitor, app.url, script);
        cold.push(await page.evaluate((room) => window.joinPage.join(room), ROOM));
        await page.evaluate((room) => window.joinPage.warmUp(room), ROOM);
        warm.push(await page.evaluate((room) => window.joinPage.join(room), ROOM));
        await visitor.close();
        if ((turn + 1) % 5 === 0) context.say(`${turn + 1} of ${joins} joins of each kind`);
      }
      return present(cold, warm, rates);
    } finally {
      await browser?.close();
      await app.close();
    }
  },
};

/** A page of the app's own origin, with the benchmark's script in it. Loading it opens a connection to control. */
async function openPage(context: BrowserContext, origin: string, script: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${origin}/api/rooms/${ROOM}`);
  await page.addScriptTag({ content: script });
  return page;
}

function present(cold: readonly Join[], warm: readonly Join[], rates: HandshakeRates) {
  const frames = (joins: readonly Join[]) => latencyOf(joins.map(({ firstFrameMs }) => firstFrameMs));
  const steps = ["tokenMs", "answeredMs", "iceMs", "connectedMs"] as const;
  const median = (joins: readonly Join[], step: (typeof steps)[number]) => {
    const values = joins.map((one) => one[step]).filter((value) => value !== null);
    return values.length === 0 ? "-" : Math.round(percentile(values, 0.5));
  };
  const row = (name: string, joins: readonly Join[], target: string) => {
    const { p50Ms, p95Ms } = frames(joins);
    return [name, joins.length, ...steps.map((step) => median(joins, step)), p50Ms, p95Ms, target];
  };
  const head = [
    "ms from the click",
    "joins",
    "token",
    "answer",
    "ICE",
    "DTLS",
    "first frame p50",
    "p95",
    "target p50",
  ];
  const table = formatTable(head, [row("cold", cold, "below 300"), row("warmed up", warm, "below 100")]);
  const handshakes = formatTable(
    ["per CPU-second of the media process", "rate", "target"],
    [
      ["DTLS handshakes", grouped(rates.handshakesPerCpuSecond), "1 000 or more"],
      ["whole joins (HTTP, SDP, ICE, DTLS)", grouped(rates.joinsPerCpuSecond), ""],
    ],
  );
  return {
    text: `${table}\n\n${handshakes}`,
    json: {
      coldP50Ms: frames(cold).p50Ms,
      warmP50Ms: frames(warm).p50Ms,
      handshakesPerCpuSecond: Math.round(rates.handshakesPerCpuSecond),
      details: {
        coldP95Ms: frames(cold).p95Ms,
        warmP95Ms: frames(warm).p95Ms,
        joinsPerCpuSecond: Math.round(rates.joinsPerCpuSecond),
        handshakes: rates.handshakes,
        cold,
        warm,
      },
    },
  };
}
