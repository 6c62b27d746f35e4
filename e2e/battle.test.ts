import { randomUUID } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { App } from "./harness/app.ts";
import { accessibilityFaults } from "./harness/axe.ts";
import { openWindow, pictureMoves } from "./harness/chromium.ts";
import { guestMoves, guestPicture, guestVoices } from "./harness/company.ts";
import { FfmpegPublisher } from "./harness/ffmpeg-publisher.ts";
import { Person } from "./harness/people.ts";
import { goLive, watch } from "./harness/studio.ts";
import { until } from "./harness/until.ts";

let app: App;
let browser: Browser;
let encoder: FfmpegPublisher;
let ada: Person;
let cyd: Person;
/** Ben's studio. */
let studio: Page;
/** Cyd, in Ben's room. */
let viewer: Page;

beforeAll(async () => {
  [app, browser] = await Promise.all([App.start(), launchChromium()]);
  ada = await Person.signUp(app.url, "ada");
  const ben = await Person.signUp(app.url, "ben");
  cyd = await Person.signUp(app.url, "cyd");
  await ada.createRoom("kitchen", "Cooking with Ada");
  await ben.createRoom("garden", "Planting with Ben");
  const purchase = randomUUID();
  await cyd.request("POST", "/api/wallet/purchases", { id: purchase, package: "handful" });
  await cyd.request("POST", `/api/payments/sandbox/${purchase}`, { outcome: "pay" });
  encoder = await FfmpegPublisher.start(app.mediaUrl, "kitchen", await ada.makeStreamKey("kitchen"));
  studio = await goLive(await openWindow(browser, ben), app.url, "garden");
  viewer = await watch(await openWindow(browser, cyd), app.url, "garden");
  await pictureMoves(viewer);
});
afterAll(async () => {
  await encoder?.stop();
  await browser?.close();
  await app?.close();
});

/** Says something over a socket of one's own; as host in Ada's room. */
async function say(person: Person, name: string, input: object): Promise<unknown> {
  const { token } =
    person === ada ? await person.mint("kitchen", { role: "host" }) : await person.mint("garden");
  const socket = io(app.url, { auth: { token }, transports: ["websocket"], forceNew: true });
  try {
    return await socket.timeout(20_000).emitWithAck(name, input);
  } finally {
    socket.close();
  }
}
const phase = async (name: string) => {
  for (const page of [studio, viewer]) await page.locator(`[data-battle="${name}"]`).waitFor();
};
const points = async (page: Page, room: string) =>
  (await page.locator(`[data-points="${room}"]`).textContent())?.trim();

describe("a battle of a host in the studio and one with an encoder", { timeout: 300_000 }, () => {
  test("joins the shows: the viewer sees and hears both, gifts are points, one wins", async () => {
    // The penalty lasts until the second round.
    const challenge = { room: "garden", durationS: 40, penaltyS: 600 };
    expect(await say(ada, "battle.challenge", challenge)).toMatchObject({ ok: true });
    await studio.getByRole("button", { name: "Accept the battle with Ada" }).click();
    await phase("running");
    const gift = { id: randomUUID(), gift: "rose", count: 3 };
    expect(await say(cyd, "gift.send", gift)).toMatchObject({ ok: true });
    for (const page of [studio, viewer]) {
      await until(async () => (await points(page, "garden")) === "3");
      await guestMoves(page, "Ada");
    }
    expect(await points(viewer, "kitchen")).toBe("0");
    await viewer.getByLabel("Top supporters of Ben").getByText("Cyd").waitFor();
    await pictureMoves(viewer);
    await until(async () => (await guestVoices(viewer)) > 0.001);
    await phase("result");
    await viewer.getByText("Ben wins the battle, 3 to 0").waitFor();
    expect(await accessibilityFaults(viewer, ["light"])).toEqual([]);
  });

  test("a host silences the other in the own room, plays again, gives up, and the rooms part", async () => {
    await studio.getByRole("button", { name: "Mute Ada here" }).click();
    await until(async () => (await guestVoices(viewer)) === 0);
    await studio.getByRole("button", { name: "Another round" }).click();
    expect(await say(ada, "battle.again", { again: true })).toMatchObject({ ok: true });
    await phase("running");
    expect(await points(viewer, "garden")).toBe("0");
    await studio.getByRole("button", { name: "Give up" }).click();
    await studio.getByRole("dialog").getByRole("button", { name: "Give up" }).click();
    await viewer.getByText("Ada wins: the other side is gone").waitFor();
    await guestPicture(viewer, "Ada").waitFor({ state: "detached" });
    await pictureMoves(viewer);
    await studio.getByRole("button", { name: "Match me" }).waitFor();
  });
});
