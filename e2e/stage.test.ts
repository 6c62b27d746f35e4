import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { App } from "./harness/app.ts";
import { openWindow, pictureMoves } from "./harness/chromium.ts";
import { guestMoves as moves, guestPicture as picture, guestVoices as voices } from "./harness/company.ts";
import { Person } from "./harness/people.ts";
import { goLive, watch } from "./harness/studio.ts";
import { until } from "./harness/until.ts";

let app: App;
let browsers: Browser[];
let ben: Person;
let host: Page;
let guest: Page;
let viewer: Page;

beforeAll(async () => {
  app = await App.start();
  browsers = await Promise.all([launchChromium(), launchChromium(), launchChromium()]);
  const ada = await Person.signUp(app.url, "ada");
  await ada.createRoom("kitchen", "Cooking with Ada");
  host = await goLive(await openWindow(browsers[0]!, ada), app.url, "kitchen");
  ben = await Person.signUp(app.url, "ben");
  guest = await watch(await openWindow(browsers[1]!, ben), app.url, "kitchen");
  viewer = await watch(await openWindow(browsers[2]!), app.url, "kitchen");
});
afterAll(async () => {
  for (const browser of browsers ?? []) await browser.close();
  await app?.close();
});

/** Width of the place somebody has in the picture, as a part of it. */
const share = (page: Page, participant: string) =>
  page.evaluate((who) => {
    const label = document.querySelector<HTMLElement>(`[data-stage-member^="${who}"]`);
    return label ? Number.parseFloat(label.style.width) / 100 : 0;
  }, participant);
/** WHIP and WHEP sessions a page has opened since it was loaded. */
const sessions = (page: Page) =>
  page.evaluate(
    () =>
      performance
        .getEntriesByType("resource")
        .filter(({ name }) => /\/wh[ie]p\/[^?]+(\?paused=1)?$/.test(name)).length,
  );
const goOnStage = async (page: Page) => {
  const button = page.getByRole("dialog").getByRole("button", { name: "Go on stage" });
  await until(() => button.isEnabled().catch(() => false));
  await button.click();
  await page.getByText("You are on stage").waitFor();
};

describe("a guest on stage", () => {
  test("raises a hand, is invited, checks the devices, and is seen and heard by host and viewer", async () => {
    await pictureMoves(viewer);
    const before = await sessions(viewer);
    await guest.getByRole("button", { name: "Ask to join" }).click();
    await guest.getByLabel(/What is it about/).fill("I have the salt");
    await guest.getByRole("button", { name: "Raise hand" }).click();
    await host.getByText("I have the salt").waitFor();
    await host.getByRole("button", { name: "Invite Ben" }).click();
    await guest.getByRole("heading", { name: "Ada invites you on stage" }).waitFor();
    await guest.getByRole("button", { name: "Get ready" }).click();
    await goOnStage(guest);
    for (const page of [host, viewer]) {
      await moves(page, "Ben");
      await until(async () => (await voices(page)) > 0.001);
    }
    // The guest sees the host and does not hear themselves.
    await pictureMoves(guest);
    expect(await voices(guest)).toBe(0);
    // Nobody negotiated the show anew.
    expect(await sessions(viewer)).toBe(before);
  });

  test("everybody follows the layout the host chooses, and whom they show large", async () => {
    await until(async () => (await share(viewer, "user:")) > 0.5);
    await host.getByRole("radio", { name: "Grid" }).click({ force: true });
    for (const page of [viewer, guest]) await until(async () => (await share(page, "user:")) === 0.5);
    await host.getByRole("radio", { name: "Picture in picture" }).click({ force: true });
    await host.getByRole("button", { name: "Show Ben large" }).click();
    await until(async () => (await picture(viewer, "Ben").boundingBox())!.width > 300);
    await host.getByRole("radio", { name: "Spotlight" }).click({ force: true });
  });

  test("turns a tablet, and is on stage as before", async () => {
    const before = await sessions(guest);
    const size = guest.viewportSize()!;
    await guest.setViewportSize({ width: 820, height: 1180 });
    await guest.getByRole("tab", { name: "About" }).waitFor();
    await pictureMoves(guest);
    await guest.getByText("You are on stage").waitFor();
    await guest.setViewportSize(size);
    await moves(viewer, "Ben");
    expect(await guest.getByRole("dialog").count()).toBe(0);
    expect(await sessions(guest)).toBe(before);
  });

  test("is silent for everybody when the host mutes them, and heard again", async () => {
    await host.getByRole("button", { name: "Mute Ben" }).click();
    await guest.getByText("The host has muted you").first().waitFor();
    await until(async () => (await voices(viewer)) === 0);
    expect(await guest.getByRole("button", { name: "The host has muted you" }).isDisabled()).toBe(true);
    await host.getByRole("button", { name: "Let Ben speak" }).click();
    await guest.getByRole("button", { name: "Unmute microphone" }).click();
    await until(async () => (await voices(viewer)) > 0.001);
  });

  test("who is lost keeps the seat, and takes it again", async () => {
    await guest.reload();
    await viewer.getByText("is reconnecting").waitFor();
    await guest.getByRole("dialog").waitFor();
    await goOnStage(guest);
    await viewer.getByText("is reconnecting").waitFor({ state: "detached" });
    await moves(viewer, "Ben");
  });

  test("the stage outlives control, and media plays on meanwhile", async () => {
    app.kill("control");
    await moves(viewer, "Ben");
    const lost = host.getByText("Connection lost");
    await lost.waitFor();
    await lost.waitFor({ state: "detached" });
    await host.getByRole("button", { name: "Mute Ben" }).waitFor();
    await moves(viewer, "Ben");
  });

  test("runs the room when the owner hands it over, until it is taken back", async () => {
    await host.getByRole("button", { name: "Hand the room to Ben" }).click();
    const told = [guest.getByText("The room is yours"), viewer.getByText("Ben runs the room now")];
    const hear = Promise.all(told.map((notice) => notice.waitFor()));
    await host.getByRole("dialog").getByRole("button", { name: "Hand it over" }).click();
    await hear;
    await guest.getByRole("radio", { name: "Grid" }).click({ force: true });
    await until(async () => (await share(viewer, "user:")) === 0.5);
    // One desk: what one of them decides the other sees.
    const open = (page: Page) => page.getByRole("checkbox", { name: "Others may challenge me" });
    await open(guest).click();
    await until(async () => !(await open(host).isChecked()));
    await guest.getByRole("button", { name: "Challenge" }).click();
    await guest.getByText("Nobody else is live and open to challenges").waitFor();
    await guest.keyboard.press("Escape");
    await guest.getByText("Nobody else is live who takes raids").waitFor();
    const over = guest.getByText("The owner runs the room again").waitFor();
    await host.getByRole("button", { name: "Take the room back from Ben" }).click();
    await over;
    await open(guest).waitFor({ state: "detached" });
    await host.getByRole("radio", { name: "Spotlight" }).click({ force: true });
  });

  test("is off the stage when the host says so, and so are camera and microphone", async () => {
    await host.getByRole("button", { name: "Take Ben off the stage" }).click();
    await picture(viewer, "Ben").waitFor({ state: "detached" });
    await guest.getByRole("button", { name: "Ask to join" }).waitFor();
    await pictureMoves(viewer);
    const token = await ben.request("POST", "/api/rooms/kitchen/tokens", { role: "guest" });
    expect(token.status).toBe(403);
  });
});
