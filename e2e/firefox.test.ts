import type { Browser } from "playwright-core";
import type { Browser as Firefox, Page } from "puppeteer-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { App } from "./harness/app.ts";
import { openWindow, pictureMoves } from "./harness/chromium.ts";
import {
  clickButton,
  firefoxPictureMoves,
  firefoxWords,
  launchFirefox,
  openFirefoxPage,
} from "./harness/firefox.ts";
import { mintAsVisitor, Person } from "./harness/people.ts";
import { endShow, goLive, watch } from "./harness/studio.ts";
import { until } from "./harness/until.ts";

let app: App;
let chromium: Browser;
let firefox: Firefox;
let ada: Person;

beforeAll(async () => {
  // Firefox sends from its network interfaces, which do not reach 127.0.0.1: the machine's own addresses do.
  const start = App.start({ environment: { SAMEROOM_BIND: "0.0.0.0" } });
  [app, chromium, firefox] = await Promise.all([start, launchChromium(), launchFirefox()]);
  ada = await Person.signUp(app.url, "ada");
  await ada.createRoom("vulpes");
  await ada.createRoom("chrome");
});
afterAll(async () => {
  await firefox?.close();
  await chromium?.close();
  await app?.close();
});

describe("a host in Firefox", () => {
  let studio: Page;

  beforeAll(async () => {
    studio = await openFirefoxPage(firefox, ada);
    await studio.goto(`${app.url}/studio/vulpes`);
    await clickButton(studio, /^Go live$/);
    await until(
      async () => (await ada.room("vulpes")).state === "live",
      () => firefoxWords(studio),
    );
  });
  afterAll(() => studio?.browserContext().close());

  test("is seen in Chromium", async () => {
    const window = await openWindow(chromium);
    await pictureMoves(await watch(window, app.url, "vulpes"));
    await window.close();
  });

  test("is seen in Firefox", async () => {
    const page = await openFirefoxPage(firefox);
    await page.goto(`${app.url}/r/vulpes`);
    await firefoxPictureMoves(page);
    await page.browserContext().close();
  });
});

describe("a room in a codec that WebRTC in Firefox here does not decode (H.264 without its plug-in)", () => {
  test("the server says so with its own code, and the page plays LL-HLS, or says it in words", async () => {
    const host = await openWindow(chromium, ada);
    const studio = await goLive(host, app.url, "chrome");
    const page = await openFirefoxPage(firefox);
    await page.goto(app.url);
    const { token, mediaUrl } = (await (await mintAsVisitor(app.url, "chrome")).json()) as {
      token: string;
      mediaUrl: string;
    };
    const problem = await page.evaluate(
      async (url, bearer) => {
        const peer = new RTCPeerConnection();
        peer.addTransceiver("video", { direction: "recvonly" });
        peer.addTransceiver("audio", { direction: "recvonly" });
        await peer.setLocalDescription(await peer.createOffer());
        const response = await fetch(url, {
          method: "POST",
          headers: { authorization: `Bearer ${bearer}`, "content-type": "application/sdp" },
          body: peer.localDescription!.sdp,
        });
        peer.close();
        return (await response.json()) as { code: string; detail?: string };
      },
      `${mediaUrl}/whep/chrome`,
      token,
    );
    expect(problem).toMatchObject({
      code: "media.codec_unsupported",
      detail: expect.stringMatching(/H\.?264/i),
    });
    await page.goto(`${app.url}/r/chrome`);
    // Files in H.264 Firefox decodes with the system's library, where there is one.
    const playsFiles = await page.evaluate(() =>
      MediaSource.isTypeSupported('video/mp4; codecs="avc1.42e01f"'),
    );
    if (playsFiles) await firefoxPictureMoves(page);
    else
      await until(
        async () => (await firefoxWords(page)).includes("This browser cannot play the codec"),
        () => firefoxWords(page),
      );
    await page.browserContext().close();
    await endShow(studio);
    await host.close();
  });
});
