import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { App } from "./harness/app.ts";
import { lookAt, openWindow, pictureMoves } from "./harness/chromium.ts";
import { Person } from "./harness/people.ts";
import { goLive, pressGoLive, watch } from "./harness/studio.ts";
import { UdpPath } from "./harness/udp-path.ts";
import { until } from "./harness/until.ts";

let app: App;
let browser: Browser;
let ada: Person;
let host: Page;
let viewer: Page;
let hostPath: UdpPath;
let viewerPath: UdpPath;
let loads = 0;

/** The picture moves again, on a page that was never reloaded. */
async function recovers(page: Page): Promise<void> {
  await pictureMoves(page, 5);
  expect(loads).toBe(1);
}

beforeAll(async () => {
  [app, browser] = await Promise.all([App.start({ graceS: 12 }), launchChromium()]);
  ada = await Person.signUp(app.url, "ada");
  await ada.createRoom("tower");
  hostPath = await UdpPath.open(2, app.udpPort);
  viewerPath = await UdpPath.open(3, app.udpPort);

  host = await (await openWindow(browser, ada)).newPage();
  await hostPath.route(host);
  await host.goto(`${app.url}/studio/tower`);
  await pressGoLive(host);

  viewer = await (await openWindow(browser)).newPage();
  viewer.on("load", () => {
    loads += 1;
  });
  await viewerPath.route(viewer);
  await viewer.goto(`${app.url}/r/tower`);
  await pictureMoves(viewer);
});
afterAll(async () => {
  await browser?.close();
  hostPath?.close();
  viewerPath?.close();
  await app?.close();
});

describe("when something breaks", () => {
  test("a viewer who loses the network gets the picture back without a reload", async () => {
    viewerPath.cut = true;
    await viewer.getByText("Your connection was lost").first().waitFor();
    viewerPath.cut = false;
    await recovers(viewer);
  });

  test("viewers read that the host is reconnecting, and the show goes on when the host is back", async () => {
    hostPath.cut = true;
    await viewer.getByText("The host is reconnecting").first().waitFor();
    expect((await ada.room("tower")).state).toBe("interrupted");
    hostPath.cut = false;
    await until(async () => (await ada.room("tower")).state === "live");
    await recovers(viewer);
    expect((await ada.room("tower")).broadcasts).toHaveLength(1);
  });

  test("with one packet in twenty lost on both sides the picture goes on, and nobody has to reconnect", async () => {
    hostPath.loseOneIn = 20;
    viewerPath.loseOneIn = 20;
    const { frames } = await lookAt(viewer);
    await until(async () => {
      expect(await viewer.getByText("Your connection was lost").count()).toBe(0);
      return (await lookAt(viewer)).frames > frames + 150;
    });
    expect(Math.min(hostPath.lost, viewerPath.lost)).toBeGreaterThan(10);
    hostPath.loseOneIn = 0;
    viewerPath.loseOneIn = 0;
    expect((await ada.room("tower")).state).toBe("live");
  });

  test("pictures go on while control is killed, nobody reconnects, and the room is live when it is back", async () => {
    const sessions: string[] = [];
    for (const page of [host, viewer])
      page.on("request", (request) => {
        if (/\/whip\/|\/whep\/|\/sessions\/[^/]+$/.test(request.url())) sessions.push(request.url());
      });
    const pid = app.pidOf("control");
    app.kill("control");
    const isBack = () => runs(() => app.pidOf("control") !== pid);
    for (let look = 0; look < 8 || !isBack(); look++) {
      const { frames } = await lookAt(viewer);
      await until(async () => (await lookAt(viewer)).frames > frames);
      expect(await viewer.getByText("Your connection was lost").count()).toBe(0);
    }
    const room = () => ada.room("tower").catch(() => undefined);
    await until(async () => (await room())?.state === "live");
    await until(async () => (await room())?.viewers === 1);
    expect((await room())?.broadcasts).toHaveLength(1);
    await recovers(viewer);
    expect(sessions).toEqual([]);
  });

  test("after media is killed the host and the viewers are back by themselves", async () => {
    const pid = app.pidOf("media");
    app.kill("media");
    await until(() => runs(() => app.pidOf("media") !== pid));
    await recovers(viewer);
    await until(async () => (await ada.room("tower")).state === "live");
    expect((await ada.room("tower")).broadcasts).toHaveLength(1);
  });

  test("the same host takes over from another window and viewers keep watching", async () => {
    const second = await goLive(await openWindow(browser, ada), app.url, "tower");
    await pictureMoves(second);
    await recovers(viewer);
    await host.getByText("You are live from another window or device").waitFor();
    await host.getByRole("button", { name: "Take over" }).first().waitFor();
    await recovers(viewer);
    expect(await second.getByRole("button", { name: "Take over" }).count()).toBe(0);
    await host.close();
    await recovers(viewer);
    host = second;
  });

  test("a host who does not come back ends the show when the grace period is over", async () => {
    await host.context().close();
    await viewer.getByText("The host is reconnecting").first().waitFor();
    await viewer.getByRole("heading", { name: /^That was/ }).waitFor();
    expect((await ada.room("tower")).state).toBe("ended");
  });

  test("a viewer who comes to a room that is not on air waits for the host without reloading", async () => {
    await ada.createRoom("garden");
    const early = await watch(await openWindow(browser), app.url, "garden");
    await early.getByText("The show has not started").first().waitFor();
    await goLive(await openWindow(browser, ada), app.url, "garden");
    await pictureMoves(early);
  });
});

function runs(check: () => boolean): boolean {
  try {
    return check();
  } catch {
    return false;
  }
}
