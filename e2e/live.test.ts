import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { App } from "./harness/app.ts";
import { lookAt, loudness, openWindow, pictureMoves } from "./harness/chromium.ts";
import { Person } from "./harness/people.ts";
import { endShow, goLive, watch } from "./harness/studio.ts";
import { until } from "./harness/until.ts";

let app: App;
let browser: Browser;
let ada: Person;
let host: Page;
let viewers: Page[];

beforeAll(async () => {
  [app, browser] = await Promise.all([App.start(), launchChromium()]);
  ada = await Person.signUp(app.url, "ada");
  await ada.createRoom("kitchen", "Cooking with Ada");
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

describe("a broadcast from the browser studio", () => {
  test("the host goes live and two viewers see moving pictures and hear sound", async () => {
    host = await goLive(await openWindow(browser, ada), app.url, "kitchen");
    viewers = await Promise.all([1, 2].map(async () => watch(await openWindow(browser), app.url, "kitchen")));
    for (const viewer of viewers) {
      await pictureMoves(viewer);
      expect((await lookAt(viewer)).width).toBeGreaterThanOrEqual(320);
      expect(await loudness(viewer)).toBeGreaterThan(0.001);
    }
  });

  test("the room is live for everybody, with its viewers counted once each", async () => {
    await until(async () => (await ada.room("kitchen")).viewers === 2);
    const list = (await (await fetch(`${app.url}/api/rooms`)).json()) as {
      rooms: { slug: string; state: string }[];
    };
    expect(list.rooms).toMatchObject([{ slug: "kitchen", state: "live" }]);
  });

  test("the viewer's badge shows a latency of well under two seconds", async () => {
    const badge = viewers[0]!.getByText(/\d+\.\d{2}\ss$/).first();
    await badge.waitFor();
    const seconds = Number.parseFloat(/\d+\.\d+/.exec((await badge.textContent()) ?? "")?.[0] ?? "");
    expect(seconds).toBeGreaterThanOrEqual(0);
    expect(seconds).toBeLessThan(2);
  });

  test("viewers are told when the host mutes and turns the camera off", async () => {
    await host.getByRole("button", { name: "Turn camera off" }).first().click();
    await viewers[0]!.getByText("The camera is off").first().waitFor();
    await host.getByRole("button", { name: "Turn camera on" }).first().click();
    await pictureMoves(viewers[0]!);
    await host.getByRole("button", { name: "Mute microphone" }).first().click();
    await viewers[1]!
      .getByText(/muted|microphone is off/i)
      .first()
      .waitFor();
    await host.getByRole("button", { name: "Unmute microphone" }).first().click();
  });

  test("viewers see the shared screen, are told so, and see the camera again afterwards", async () => {
    await host.getByRole("button", { name: "Share screen" }).first().click();
    await viewers[0]!.getByText("Host is sharing the screen").first().waitFor();
    await pictureMoves(viewers[0]!);
    await host.getByRole("button", { name: "Stop sharing the screen" }).first().click();
    await viewers[0]!.getByText("Host stopped sharing the screen").first().waitFor();
    await pictureMoves(viewers[0]!);
  });

  test("when the host ends the show every viewer sees it at once, with a way home", async () => {
    await endShow(host);
    for (const viewer of viewers) {
      await viewer.getByRole("heading", { name: "That was Cooking with Ada" }).waitFor();
      await viewer
        .getByRole("link", { name: /home|who is live/i })
        .first()
        .waitFor();
    }
    expect((await ada.room("kitchen")).state).toBe("ended");
    await viewers[0]!
      .getByRole("link", { name: /Back home|who is live/i })
      .first()
      .click();
    await until(() => new URL(viewers[0]!.url()).pathname === "/");
  });

  test("the same page shows the next broadcast without a reload", async () => {
    await host.close();
    host = await goLive(await openWindow(browser, ada), app.url, "kitchen");
    await pictureMoves(viewers[1]!);
    await endShow(host);
  });
});

describe("starting and ending the server", () => {
  test("it ends cleanly and leaves no process behind; a second start finds accounts and rooms again", async () => {
    expect(app.processes().length).toBeGreaterThanOrEqual(3);
    expect(await app.end()).toBe(0);
    expect(app.processes()).toEqual([]);
    await app.boot();
    expect(app.output).not.toMatch(/^ +password +\S+$/m);
    expect((await ada.room("kitchen")).title).toBe("Cooking with Ada");
  });
});
