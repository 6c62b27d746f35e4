import type { BrowserContext, Page } from "playwright-core";
import { wordsOn } from "./chromium.ts";
import { until } from "./until.ts";

/** Opens the studio of a room and goes live, as a person would. */
export async function goLive(window: BrowserContext, url: string, room: string): Promise<Page> {
  const page = await window.newPage();
  await page.goto(`${url}/studio/${room}`);
  await pressGoLive(page);
  return page;
}

export async function pressGoLive(page: Page): Promise<void> {
  const button = page.getByRole("button", { name: /^(Go live|Take over|Go on)$/ }).first();
  await until(
    async () => (await button.isVisible()) && (await button.isEnabled()),
    () => wordsOn(page),
  );
  const takesOver = (await button.textContent()) === "Take over";
  await button.click();
  if (takesOver) await page.getByRole("dialog").getByRole("button", { name: "Take over" }).click();
  await page.getByRole("button", { name: /^End/ }).first().waitFor();
}

export async function endShow(page: Page): Promise<void> {
  await page.getByRole("button", { name: /^End/ }).first().click();
  await page.getByRole("dialog").getByRole("button", { name: "End the show" }).click();
}

export async function watch(window: BrowserContext, url: string, room: string): Promise<Page> {
  const page = await window.newPage();
  await page.goto(`${url}/r/${room}`);
  return page;
}
