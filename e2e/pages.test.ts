import type { RecordingList } from "@sameroom/contract";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { App } from "./harness/app.ts";
import { accessibilityFaults, sidewaysScrolling } from "./harness/axe.ts";
import { openWindow, pictureMoves, wordsOn } from "./harness/chromium.ts";
import { Person } from "./harness/people.ts";
import { endShow, goLive, pressGoLive } from "./harness/studio.ts";
import { until } from "./harness/until.ts";

let app: App;
let browser: Browser;
let ada: Person;
let admin: Person;
let host: Page;
let recording: string;

beforeAll(async () => {
  [app, browser] = await Promise.all([App.start(), launchChromium()]);
  ada = await Person.signUp(app.url, "ada");
  admin = await Person.logIn(app.url, app.admin);
  await ada.createRoom("atelier", "Drawing hands");
  await ada.createRoom("attic");
  host = await goLive(await openWindow(browser, ada), app.url, "atelier");
  recording = await record();
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

/** A finished recording of some seconds of the show: its id. */
async function record(): Promise<string> {
  await until(async () => (await ada.request("POST", "/api/rooms/atelier/recording")).ok);
  const newest = async () =>
    ((await (await ada.request("GET", "/api/recordings?room=atelier")).json()) as RecordingList)
      .recordings[0];
  await until(async () => ((await newest())?.durationMs ?? 0) > 3000);
  await ada.request("DELETE", "/api/rooms/atelier/recording");
  await until(async () => (await newest())?.state === "ready");
  return (await newest())!.id;
}

const LOOKS: [string, BrowserContextOptions][] = [
  ["a desk", { viewport: { width: 1440, height: 900 } }],
  ["a phone", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
];

const heading = (page: Page) => page.getByRole("heading").first().waitFor();
const text = (words: string) => (page: Page) => page.getByText(words).first().waitFor();

const PAGES: [string, () => Person | undefined, (page: Page) => Promise<unknown>][] = [
  ["/", () => undefined, text("Drawing hands")],
  ["/log-in", () => undefined, heading],
  ["/sign-up", () => undefined, heading],
  ["/r/atelier", () => undefined, (page) => pictureMoves(page)],
  ["/r/attic", () => undefined, text("The show has not started")],
  ["/studio", () => ada, text("Drawing hands")],
  ["/studio/attic", () => ada, (page) => page.getByRole("button", { name: "Go live" }).first().waitFor()],
  ["/studio/recordings", () => ada, text("Drawing hands")],
  ["/studio/subscriptions", () => ada, text("Tier 3")],
  ["/studio/atelier/moderation", () => ada, heading],
  ["/wallet?view=subscriptions", () => ada, heading],
  ["/replay/:recording", () => undefined, (page) => pictureMoves(page)],
  ["/admin?view=live", () => admin, text("Drawing hands")],
  ["/admin?view=users", () => admin, text("ada")],
  ["/admin?view=workers", () => admin, text("media-1")],
  ["/admin?view=money", () => admin, text("handful")],
  ["/no/such/page", () => undefined, heading],
];

describe.each(LOOKS)("on %s, light and dark,", (_name, look) => {
  test.each(PAGES)(
    "%s has no accessibility fault, no sideways scrolling and no error",
    async (path, person, ready) => {
      const window = await openWindow(browser, person(), { ...look, reducedMotion: "reduce" });
      const page = await window.newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      await page.goto(`${app.url}${path.replace(":recording", recording)}`);
      await ready(page);
      expect(await accessibilityFaults(page)).toEqual([]);
      expect(await sidewaysScrolling(page)).toBeLessThanOrEqual(0);
      expect(errors).toEqual([]);
      await window.close();
    },
  );
});

describe("using it", () => {
  test("a newcomer makes an account and a room, goes live, and a friend comes by the link", async () => {
    const page = await (await openWindow(browser)).newPage();
    await page.goto(app.url);
    await page.getByRole("link", { name: "Go live" }).first().click();
    await page
      .getByRole("link", { name: /Create an account|Sign up/ })
      .first()
      .click();
    await page.getByLabel("Your name").fill("Grace");
    await page.getByLabel("Username").fill("grace");
    await page.getByLabel("Password", { exact: true }).fill("a long enough password");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByLabel("What is the show called?").fill("Compilers at noon");
    await page.getByRole("button", { name: "Create room" }).click();
    await pressGoLive(page);
    const link = await page.getByRole("textbox", { name: "room link" }).first().inputValue();
    const friend = await (await openWindow(browser)).newPage();
    await friend.goto(link);
    await friend.getByRole("heading", { name: "Compilers at noon" }).first().waitFor();
    await pictureMoves(friend);
    await friend.context().close();
    await endShow(page);
    await page.context().close();
  });

  test("a host goes live with the keyboard alone", async () => {
    const page = await (await openWindow(browser, ada)).newPage();
    await page.goto(`${app.url}/studio/attic`);
    const button = page.getByRole("button", { name: "Go live" }).first();
    await button.waitFor();
    await until(() => button.isEnabled());
    await until(async () => {
      await page.keyboard.press("Tab");
      return button.evaluate((element) => element === document.activeElement);
    });
    await page.keyboard.press("Enter");
    await until(async () => (await ada.room("attic")).state === "live");
    expect((await ada.request("POST", "/api/rooms/attic/end")).status).toBe(204);
    await until(async () => (await ada.room("attic")).state === "ended");
    await page.context().close();
  });

  test("resting on a card warms the connection up, and the click uses that very session", async () => {
    const page = await (await openWindow(browser)).newPage();
    const whep: string[] = [];
    page.on("request", (request) => {
      const { pathname, search } = new URL(request.url());
      if (/^\/whep\/|\/slots$/.test(pathname)) whep.push(`${request.method()} ${pathname}${search}`);
    });
    await page.goto(app.url);
    const card = page.getByRole("link", { name: /Drawing hands/ }).first();
    await card.hover();
    await until(
      () => whep.length > 0,
      () => wordsOn(page),
    );
    expect(whep[0]).toBe("POST /whep/atelier?paused=1");
    expect((await ada.room("atelier")).viewers).toBe(0);
    await card.click();
    await pictureMoves(page);
    expect(whep.filter((request) => request.startsWith("POST "))).toHaveLength(1);
    expect(whep).toContainEqual(expect.stringMatching(/^PUT \/sessions\/.+\/slots$/));
    await until(async () => (await ada.room("atelier")).viewers === 1);
    await page.context().close();
  });

  test("the studio on air and the page of a completed show are as accessible as the rest", async () => {
    expect(await accessibilityFaults(host)).toEqual([]);
    const viewer = await (await openWindow(browser)).newPage();
    await viewer.goto(`${app.url}/r/atelier`);
    await pictureMoves(viewer);
    await endShow(host);
    await viewer.getByRole("heading", { name: "That was Drawing hands" }).waitFor();
    expect(await accessibilityFaults(viewer)).toEqual([]);
    expect(await accessibilityFaults(host)).toEqual([]);
  });
});
