import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SELF_SIGNED } from "@sameroom/http/testing";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { freePorts } from "../testing/free-ports.ts";
import { App } from "./harness/app.ts";
import { loudness, openWindow, pictureMoves } from "./harness/chromium.ts";
import { Person } from "./harness/people.ts";
import { goLive, watch } from "./harness/studio.ts";
import { until } from "./harness/until.ts";

const ROOM = "kiln";

let directory: string;
let app: App;
let browser: Browser;
let ada: Person;
let rtmpsPort: number | undefined;

beforeAll(async () => {
  // The certificate is one nobody vouches for; `fetch` knows no other way to accept it.
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  directory = await mkdtemp(join(tmpdir(), "sameroom-https-"));
  const [{ cert, key }] = SELF_SIGNED;
  await writeFile(join(directory, "cert.pem"), cert);
  await writeFile(join(directory, "key.pem"), key);
  [rtmpsPort] = await freePorts(1);
  const environment = {
    SAMEROOM_TLS_CERT_FILE: join(directory, "cert.pem"),
    SAMEROOM_TLS_KEY_FILE: join(directory, "key.pem"),
    // The platform that the show goes on to is another room of the same server, whose certificate is trusted by name.
    SAMEROOM_RTMPS_PORT: String(rtmpsPort),
    SAMEROOM_RESTREAM_PRIVATE: "true",
    NODE_EXTRA_CA_CERTS: join(directory, "cert.pem"),
  };
  [app, browser] = await Promise.all([App.start({ environment, demo: true }), launchChromium()]);
  ada = await Person.signUp(app.url, "ada");
  await ada.createRoom(ROOM);
  await goLive(await openSecure(ada), app.url, ROOM);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
  await rm(directory, { recursive: true, force: true });
});

const openSecure = (person?: Person): Promise<BrowserContext> =>
  openWindow(browser, person, { ignoreHTTPSErrors: true });

/** Protocols that requests of these addresses went over, as the page's browser tells. */
function protocolsOf(page: Page, path: string): Promise<string[]> {
  return page.evaluate((part) => {
    const entries = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
    const ours = entries.filter(({ name }) => name.includes(part));
    return [...new Set(ours.map(({ nextHopProtocol }) => nextHopProtocol))].filter((one) => one !== "");
  }, path);
}

describe("over HTTPS without a proxy", () => {
  test("a host goes live and is watched by WebRTC; the page comes by HTTP/2", async () => {
    const viewer = await watch(await openSecure(), app.url, ROOM);
    await pictureMoves(viewer);
    expect(await protocolsOf(viewer, "/assets/")).toEqual(["h2"]);
    // Control counts both.
    const second = await openSecure();
    await watch(second, app.url, ROOM);
    await until(async () => (await ada.room(ROOM)).viewers >= 2);
    await second.close();
    await viewer.context().close();
  });

  test("a browser without WebRTC watches over LL-HLS, with picture and sound", async () => {
    const window = await openSecure();
    await window.addInitScript(() => Reflect.deleteProperty(globalThis, "RTCPeerConnection"));
    const viewer = await watch(window, app.url, ROOM);
    await pictureMoves(viewer);
    await until(async () => (await loudness(viewer)) > 0.001);
    await window.close();
  });

  test("a show goes on over RTMPS to another room, and is seen there", async () => {
    await ada.createRoom("elsewhere");
    const key = await ada.makeStreamKey("elsewhere");
    const target = { name: "Elsewhere", url: `rtmps://localhost:${rtmpsPort}/live`, key };
    expect((await ada.request("POST", `/api/rooms/${ROOM}/restream-targets`, target)).status).toBe(201);
    await until(
      async () => (await ada.room("elsewhere")).state === "live",
      async () => (await ada.request("GET", `/api/rooms/${ROOM}/restream-targets`)).text(),
    );
    const viewer = await watch(await openSecure(), app.url, "elsewhere");
    await pictureMoves(viewer);
    // Sound that WebRTC viewers need is made from now on.
    await until(async () => (await loudness(viewer)) > 0.001);
    await viewer.context().close();
  });

  test("the demo's publisher gets in over WHIP", async () => {
    await until(
      async () => /the demo broadcast is live/.test(app.output),
      () => app.output,
    );
  });
});
