import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { App } from "./harness/app.ts";
import { accessibilityFaults } from "./harness/axe.ts";
import { openWindow, wordsOn } from "./harness/chromium.ts";
import { Person } from "./harness/people.ts";
import { until } from "./harness/until.ts";

const ROOM = "kiln";
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

let app: App;
let browser: Browser;
let mara: Person;
let host: Page;
let bo: Page;
let guest: Page;

beforeAll(async () => {
  [app, browser] = await Promise.all([App.start(), launchChromium()]);
  mara = await Person.signUp(app.url, "mara");
  const other = await Person.signUp(app.url, "bob");
  await mara.createRoom(ROOM);
  const open = async (person: Person | undefined, path: string, look = {}) => {
    const page = await (await openWindow(browser, person, look)).newPage();
    await page.goto(`${app.url}${path}`);
    await box(page).waitFor();
    return page;
  };
  [host, bo, guest] = await Promise.all([
    open(mara, `/studio/${ROOM}`),
    open(other, `/r/${ROOM}`),
    open(undefined, `/r/${ROOM}`, PHONE),
  ]);
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

const box = (page: Page) => page.getByRole("textbox", { name: "Message" });
const log = (page: Page) => page.getByRole("log");

/** Writes as a person does, and waits until the message is no longer on its way. */
async function say(page: Page, text: string): Promise<void> {
  await box(page).fill(text);
  await box(page).press("Enter");
  await until(
    async () => (await page.locator("[data-pending]").count()) === 0,
    () => wordsOn(page),
  );
}

const message = (page: Page, text: string) =>
  log(page).getByRole("article").filter({ hasText: text }).first();
const sees = (page: Page, text: string) => message(page, text).waitFor();

async function menuOf(page: Page, text: string): Promise<void> {
  await message(page, text).hover();
  await message(page, text)
    .getByRole("button", { name: /what to do$/ })
    .click();
}

describe("a chat", () => {
  test("is read by everybody in the room, at the studio, at a desk and on a phone, by the one order", async () => {
    await say(bo, "hello from the desk");
    await say(guest, "hello from a phone");
    await say(host, "welcome, both of you");
    for (const page of [host, bo, guest]) await sees(page, "welcome, both of you");
    const order = await Promise.all(
      [host, bo, guest].map((page) =>
        log(page)
          .getByRole("article")
          .evaluateAll((articles) => articles.map((article) => article.textContent)),
      ),
    );
    expect(order[0]).toHaveLength(3);
    expect(order[1]).toEqual(order[0]);
    expect(order[2]).toEqual(order[0]);
  });

  test("answers, calls by name, follows links safely and turns shortcodes into emoji", async () => {
    await menuOf(bo, "hello from a phone");
    await bo.getByRole("menuitem", { name: "Answer" }).click();
    await box(bo).pressSequentially("which glaze? @mar");
    await bo.getByRole("option", { name: "Mara" }).waitFor();
    await box(bo).press("Enter");
    await box(bo).pressSequentially("https://example.org/a :fire:");
    await box(bo).press("Enter");
    await sees(host, "which glaze? @Mara https://example.org/a 🔥");
    const seen = message(host, "which glaze?");
    await seen.getByText("hello from a phone").waitFor();
    expect(await seen.getByRole("link").getAttribute("rel")).toBe("noopener noreferrer nofollow ugc");
    expect(await seen.getByText("@Mara").getAttribute("class")).toContain("bg-dusk");
  });

  test("is run by staff: pinned, deleted, slowed down; others are not offered it", async () => {
    await say(host, "kiln opens at ten");
    await menuOf(host, "kiln opens at ten");
    await host.getByRole("menuitem", { name: "Pin" }).click();
    await guest.getByRole("region", { name: "Pinned message" }).getByText("kiln opens at ten").waitFor();
    await say(bo, "something to regret");
    await sees(guest, "something to regret");
    await menuOf(host, "something to regret");
    await host.getByRole("menuitem", { name: "Delete" }).click();
    await log(guest).getByText("Message deleted").waitFor();
    expect(await log(guest).getByText("something to regret").count()).toBe(0);
    await menuOf(guest, "which glaze?");
    expect(await guest.getByRole("menuitem").allInnerTexts()).not.toContain("Pin");
    await guest.keyboard.press("Escape");
    await host.getByRole("button", { name: "Chat rules" }).click();
    await host.getByLabel("Who may write").selectOption("accounts");
    await guest.getByText("Log in to write.").waitFor();
    await host.getByLabel("Who may write").selectOption("everybody");
    await box(guest).waitFor();
    await host.keyboard.press("Escape");
  });

  test("goes on after the connection was lost, with what was written meanwhile, once", async () => {
    await bo.context().setOffline(true);
    app.kill("control");
    await bo.getByText("Connection lost").waitFor();
    await box(bo).fill("written in the dark");
    await box(bo).press("Enter");
    await bo.locator("[data-pending=sending]").waitFor();
    await bo.context().setOffline(false);
    await sees(guest, "written in the dark");
    await until(async () => (await bo.locator("[data-pending]").count()) === 0);
    expect(await log(bo).getByText("written in the dark").count()).toBe(1);
    expect(await log(bo).getByText("hello from the desk").count()).toBe(1);
  });

  test("carries reactions to everybody", async () => {
    await bo.getByRole("button", { name: "Applause" }).click();
    await guest.locator("[data-reactions] span").first().waitFor({ state: "attached" });
  });

  test("keeps the reader's place while others write, and says how much is new", async () => {
    for (let line = 1; line <= 24; line++) await say(host, `line ${line} of the story`);
    await sees(bo, "line 24 of");
    await log(bo).evaluate((element) => {
      element.scrollTop -= 300;
    });
    await bo.getByRole("button", { name: "To the newest" }).waitFor();
    const place = () =>
      log(bo).evaluate((element) => {
        const { top } = element.getBoundingClientRect();
        const rows = [...element.querySelectorAll("article")];
        const first = rows.find((row) => row.getBoundingClientRect().top >= top + 40);
        return `${first?.textContent} ${Math.round((first?.getBoundingClientRect().top ?? 0) - top)}`;
      });
    const before = await place();
    for (let line = 25; line <= 29; line++) await say(host, `line ${line} of the story`);
    await bo.getByRole("button", { name: "5 new messages" }).waitFor();
    expect(await place()).toBe(before);
    await bo.getByRole("button", { name: "5 new messages" }).click();
    await sees(bo, "line 29 of");
  });

  test("shows who has subscribed, bought on the page, with a badge", async () => {
    const tier = { name: "Kiln friend", amount: 499, offered: true };
    expect((await mara.request("PUT", "/api/channel/tiers/1", tier)).ok).toBe(true);
    await bo.reload();
    await bo.getByRole("button", { name: "Subscribe", exact: true }).first().click();
    await bo.getByRole("button", { name: /^Subscribe for / }).click();
    await bo.getByRole("button", { name: /^Pretend to pay / }).click();
    await bo.getByText("Kiln friend").first().waitFor();
    await bo.goto(`${app.url}/r/${ROOM}`);
    await box(bo).waitFor();
    await say(bo, "in good company");
    await message(host, "in good company").getByText("Subscriber").waitFor({ state: "attached" });
  });

  test("has no accessibility fault, with its pickers open either", async () => {
    expect(await accessibilityFaults(guest)).toEqual([]);
    await bo.getByRole("button", { name: "Emoji" }).click();
    await bo.getByRole("combobox", { name: "Search emoji" }).fill("rocket");
    await bo.getByRole("option", { name: "rocket", exact: true }).waitFor();
    expect(await accessibilityFaults(bo, ["dark"])).toEqual([]);
    await bo.keyboard.press("Enter");
    expect(await box(bo).inputValue()).toBe("🚀");
  });
});
