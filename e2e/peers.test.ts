import { isKeyframeStart } from "@sameroom/protocol";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { App } from "./harness/app.ts";
import { loudness, openWindow, pictureMoves } from "./harness/chromium.ts";
import { FfmpegPublisher } from "./harness/ffmpeg-publisher.ts";
import { decodePicture, firstPicture } from "./harness/h264.ts";
import { mintAsVisitor, Person } from "./harness/people.ts";
import { watch } from "./harness/studio.ts";
import { until } from "./harness/until.ts";
import { WeriftViewer } from "./harness/werift-viewer.ts";

let app: App;
let browser: Browser;
let ada: Person;

beforeAll(async () => {
  [app, browser] = await Promise.all([App.start({ demo: true }), launchChromium()]);
  ada = await Person.signUp(app.url, "ada");
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

describe("the demo broadcast", () => {
  test("is on the home page for a newcomer, who clicks and watches", async () => {
    const page = await (await openWindow(browser)).newPage();
    await page.goto(app.url);
    await page
      .getByRole("link", { name: /Demo broadcast|Come in/ })
      .first()
      .click();
    await pictureMoves(page);
    await page.context().close();
  });

  test("is stopped by the admin from outside, and its viewers see the end", async () => {
    const page = await watch(await openWindow(browser), app.url, "demo");
    await pictureMoves(page);
    const admin = await Person.logIn(app.url, app.admin);
    expect((await admin.request("DELETE", "/api/demo")).status).toBe(204);
    await page.getByRole("heading", { name: /^That was/ }).waitFor();
    await page.context().close();
  });
});

describe("standard peers", () => {
  let publisher: FfmpegPublisher | undefined;
  afterAll(() => publisher?.stop());

  test("FFmpeg publishes by WHIP with the room's stream key, and a browser sees and hears it", async () => {
    await ada.createRoom("tower");
    publisher = await FfmpegPublisher.start(app.mediaUrl, "tower", await ada.makeStreamKey("tower"));
    await until(async () => (await ada.room("tower")).state === "live");
    const page = await watch(await openWindow(browser), app.url, "tower");
    await pictureMoves(page);
    expect(await loudness(page)).toBeGreaterThan(0.001);
    await page.context().close();
  });

  test("werift watches by WHEP: it starts at once on a keyframe that decodes, and no sound is missing", async () => {
    const { token } = (await (await mintAsVisitor(app.url, "tower")).json()) as { token: string };
    const viewer = await WeriftViewer.watch(app.mediaUrl, "tower", token);
    const { audio, video } = viewer.packets;
    await until(() => video.length > 50 && audio.length > 50);
    expect(isKeyframeStart("h264", video[0]!.payload)).toBe(true);
    const picture = firstPicture(video);
    expect(picture).toBeDefined();
    const page = await (await openWindow(browser)).newPage();
    await page.goto(app.url);
    expect(await decodePicture(page, picture!)).toEqual({ width: 1280, height: 720 });
    const numbers = audio.map(({ header }) => header.sequenceNumber);
    const follows = (number: number, index: number) =>
      index === 0 || number === ((numbers[index - 1]! + 1) & 0xffff);
    expect(numbers.every(follows)).toBe(true);
    expect(await viewer.leave()).toBe(200);
    await until(async () => (await ada.room("tower")).viewers === 0);
  });

  test("a viewer sees the end when FFmpeg leaves for good", async () => {
    const page = await watch(await openWindow(browser), app.url, "tower");
    await pictureMoves(page);
    await publisher!.stop();
    await until(async () => ["interrupted", "ended"].includes((await ada.room("tower")).state));
    await ada.request("POST", "/api/rooms/tower/end");
    await page.getByRole("heading", { name: /^That was/ }).waitFor();
  });
});
