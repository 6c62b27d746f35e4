import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { App } from "./harness/app.ts";
import { burnClockIntoCamera, measureLatency } from "./harness/burnt-clock.ts";
import { openWindow, pictureMoves } from "./harness/chromium.ts";
import { Person } from "./harness/people.ts";
import { goLive, watch } from "./harness/studio.ts";

let app: App;
let browser: Browser;

beforeAll(async () => {
  [app, browser] = await Promise.all([App.start(), launchChromium()]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

test("what the camera saw is on the viewer's screen within two seconds, by the clock in the picture", async () => {
  const ada = await Person.signUp(app.url, "ada");
  await ada.createRoom("clock");
  const window = await openWindow(browser, ada);
  await burnClockIntoCamera(window);
  await goLive(window, app.url, "clock");
  const viewer = await watch(await openWindow(browser), app.url, "clock");
  await pictureMoves(viewer);
  const latencies = (await measureLatency(viewer, 40)).sort((left, right) => left - right);
  // Sanity only: the speed itself is measured by `npm run bench -- glass`.
  expect(latencies[0]).toBeGreaterThan(0);
  expect(latencies[20]).toBeLessThan(2000);
});
