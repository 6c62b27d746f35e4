import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { App } from "./harness/app.ts";
import { lookAt, loudness, openWindow, pictureMoves } from "./harness/chromium.ts";
import { Person } from "./harness/people.ts";
import { endShow, goLive, watch } from "./harness/studio.ts";
import { until } from "./harness/until.ts";

let app: App;
let browser: Browser;
let ada: Person;

beforeAll(async () => {
  [app, browser] = await Promise.all([App.start(), launchChromium()]);
  ada = await Person.signUp(app.url, "ada");
  await ada.createRoom("kitchen");
  await ada.createRoom("attic");
  await ada.createRoom("cellar");
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

const banner = (host: Page, words: string) => host.getByText(words).first();

async function shows(viewer: Page): Promise<void> {
  await pictureMoves(viewer);
  // The first moments of a show may be small, and its sound a moment behind.
  await until(async () => (await lookAt(viewer)).width >= 320);
  await until(async () => (await loudness(viewer)) > 0.001);
}

/** What this window's pages know of WebRTC. */
async function withoutWebRtc(window: BrowserContext): Promise<void> {
  await window.addInitScript("delete globalThis.RTCPeerConnection");
}

/** Answers lead nowhere, as behind a firewall. */
async function withWebRtcBlocked(window: BrowserContext): Promise<void> {
  await window.addInitScript(`{
    const { setRemoteDescription } = RTCPeerConnection.prototype;
    RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
      return setRemoteDescription.call(this, { type, sdp: sdp.replace(/^a=candidate:.*\\r\\n/gm, "") });
    };
  }`);
}

describe("a host without WebRTC", () => {
  test("is told so, is seen and heard, and comes back after a lost connection", async () => {
    const window = await openWindow(browser, ada);
    await withoutWebRtc(window);
    const host = await goLive(window, app.url, "kitchen");
    await banner(host, "This browser has no WebRTC").waitFor();
    const viewer = await watch(await openWindow(browser), app.url, "kitchen");
    await shows(viewer);
    await window.setOffline(true);
    await host.getByText("Your connection was lost").first().waitFor();
    await window.setOffline(false);
    await until(async () => !(await host.getByText("Your connection was lost").first().isVisible()));
    await pictureMoves(viewer);

    await endShow(host);
    await viewer.getByRole("heading", { name: "That was The kitchen show" }).waitFor();
  });
});

describe("a host and a viewer without WebRTC", () => {
  test("meet over LL-HLS", async () => {
    const [window, other] = await Promise.all([openWindow(browser, ada), openWindow(browser)]);
    await Promise.all([withoutWebRtc(window), withoutWebRtc(other)]);
    const host = await goLive(window, app.url, "attic");
    await shows(await watch(other, app.url, "attic"));
    await endShow(host);
  });
});

describe("a host whose network blocks WebRTC", () => {
  test("goes on over the recorder by itself, is told so, and is seen", async () => {
    const window = await openWindow(browser, ada);
    await withWebRtcBlocked(window);
    const host = await goLive(window, app.url, "cellar");
    await banner(host, "Your network blocks WebRTC").waitFor();
    await shows(await watch(await openWindow(browser), app.url, "cellar"));
    await endShow(host);
  });
});
