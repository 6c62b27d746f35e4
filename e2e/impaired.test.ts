import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { MintedToken } from "@sameroom/contract";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { endFault, NETWORK_CASES, type NetworkCaseName, startFault } from "../testing/impaired/cases.ts";
import { runCase } from "../testing/impaired/run-case.ts";
import { type CaseSummary, summarizeCase } from "../testing/impaired/summary.ts";
import { whyNoNetworks } from "../testing/network/namespaces.ts";
import { openWindow, pictureMoves } from "./harness/chromium.ts";
import {
  burnClock,
  launchChromiumIn,
  type NetworkedApp,
  startNetworkedApp,
  WatchPage,
} from "./harness/network.ts";
import { mintAsVisitor, Person } from "./harness/people.ts";
import { goLive } from "./harness/studio.ts";
import { until } from "./harness/until.ts";
import { WeriftInNetwork } from "./harness/werift-in-network.ts";

const reason = whyNoNetworks();
beforeEach(({ skip }) => skip(reason !== undefined, reason));

const ROOM = "moor";
/** Short: the benchmark `impaired` measures, this is to see that it works. */
const SECONDS = 6;
const ARTIFACTS = fileURLToPath(new URL("artifacts/", import.meta.url));

let place: NetworkedApp;
let hosts: Browser;
let viewers: Browser;
let ada: Person;
let host: Page;
let watcher: WatchPage;
const summaries: Partial<Record<NetworkCaseName, CaseSummary>> = {};

beforeAll(async () => {
  if (reason !== undefined) return;
  place = await startNetworkedApp();
  [hosts, viewers] = await Promise.all([launchChromium(), launchChromiumIn(place.client, place.clientUrl)]);
  ada = await Person.signUp(place.app.url, "ada");
  await ada.createRoom(ROOM);
  const studio = await openWindow(hosts, ada);
  await burnClock(studio);
  host = await goLive(studio, place.app.url, ROOM);
});
afterAll(async () => {
  await viewers?.close();
  await hosts?.close();
  await place?.close();
  mkdirSync(ARTIFACTS, { recursive: true });
  writeFileSync(`${ARTIFACTS}impaired.json`, `${JSON.stringify({ cases: summaries }, null, 2)}\n`);
});

/** Widths the host's connection sends now, widest first. */
function sentWidths(): Promise<number[]> {
  return host.evaluate(async () => {
    const report = await window.playback.peer()!.getStats();
    return [...report.values()]
      .filter(({ type, kind }) => type === "outbound-rtp" && kind === "video")
      .map(({ frameWidth = 0 }) => Number(frameWidth))
      .sort((left, right) => right - left);
  });
}

describe("a viewer that is no browser", () => {
  test("goes on through loss, bursts, reordering and an outage", async () => {
    const { client, clientMediaUrl } = place;
    client.useLink(0);
    await client.shape(NETWORK_CASES.none.good);
    const { token } = (await (await mintAsVisitor(place.app.url, ROOM)).json()) as MintedToken;
    const viewer = WeriftInNetwork.watch(client, clientMediaUrl, ROOM, token);
    try {
      const goesOn = async () => {
        const { video, audio } = viewer.counts;
        await until(
          () => viewer.counts.video > video + 120 && viewer.counts.audio > audio + 50,
          () => viewer.counts,
        );
      };
      await goesOn();
      for (const name of ["loss", "bursts", "reorder"] as const) {
        await startFault(client, NETWORK_CASES[name]);
        await goesOn();
        await endFault(client, NETWORK_CASES[name]);
      }
      await startFault(client, NETWORK_CASES.outage);
      await new Promise((resolve) => setTimeout(resolve, 5000));
      await endFault(client, NETWORK_CASES.outage);
      await goesOn();
      expect(viewer.counts.keyframes).toBeGreaterThan(0);
    } finally {
      await viewer.close();
    }
  });
});

describe("a viewer in Chromium", () => {
  afterEach(async () => {
    await watcher.close();
  });

  /** Watches through a case, on a page of its own, and sees the picture go on afterwards. */
  async function watchThrough(name: NetworkCaseName): Promise<CaseSummary> {
    watcher = new WatchPage(await openWindow(viewers), `${place.clientUrl}/r/${ROOM}`);
    const [topWidth = 0] = await sentWidths();
    const { client } = place;
    const run = await runCase(NETWORK_CASES[name], {
      ...{ viewer: watcher, client, topWidth },
      ...{ seconds: SECONDS, pace: "seen" },
    });
    const summary = summarizeCase(run);
    summaries[name] = summary;
    await pictureMoves(watcher.page, 5);
    expect(watcher.loads).toBe(1);
    expect(await watcher.page.getByText("Your connection was lost").count()).toBe(0);
    const heard = (await watcher.take()).counters;
    await until(async () => {
      heard.push(...(await watcher.take()).counters);
      return (heard.at(-1)?.audioEnergy ?? 0) > (heard[0]?.audioEnergy ?? 0);
    });
    return summary;
  }

  test("goes on through 5 % random loss: what is lost comes again, and nobody reconnects", async () => {
    const { link, counters, sessions } = await watchThrough("loss");
    expect(link.lost).toBeGreaterThan(10);
    expect(counters.retransmitted).toBeGreaterThan(0);
    expect(sessions).toBe(1);
  });

  test("goes on through losses in bursts", async () => {
    const { link, counters } = await watchThrough("bursts");
    expect(link.lost).toBeGreaterThan(10);
    expect(counters.retransmitted).toBeGreaterThan(0);
  });

  test("gets a smaller picture while the network takes no more, and the whole one again", async () => {
    // A host's browser begins with the smallest, and there has to be one below what is watched.
    await until(async () => (await sentWidths())[0]! > 320, sentWidths);
    const { layers } = await watchThrough("bandwidth");
    const before = layers.findLast(({ atMs }) => atMs <= 0)!.width;
    const after = layers.filter(({ atMs }) => atMs > 0).map(({ width }) => width);
    expect(Math.min(...after)).toBeLessThan(before);
    await until(async () => (await watcher.width()) >= before);
  });

  test("goes on through 200 ms of jitter, with pictures in time", async () => {
    const { sessions } = await watchThrough("jitter");
    expect(sessions).toBe(1);
  });

  test("is not disturbed by packets that are overtaken, and such that come twice", async () => {
    const { sessions } = await watchThrough("reorder");
    expect(sessions).toBe(1);
  });

  test("gets the picture back after an outage of five seconds, without a reload", async () => {
    const { freezesPerMinute } = await watchThrough("outage");
    expect(freezesPerMinute).toBeGreaterThan(0);
  });

  test("moves to another network with another address, and the picture with it", async () => {
    await watchThrough("path");
    const before = (await place.client.links[1]!.counters()).down.delivered;
    await until(async () => (await place.client.links[1]!.counters()).down.delivered > before + 50);
  });
});
