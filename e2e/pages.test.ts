import { createRequire } from "node:module";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { App } from "./harness/app.ts";
import { launchChromium, openWindow, pictureMoves } from "./harness/chromium.ts";
import { Person } from "./harness/people.ts";
import { goLive } from "./harness/studio.ts";
import { until } from "./harness/until.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

let app: App;
let browser: Browser;
let ada: Person;
let admin: Person;

beforeAll(async () => {
  [app, browser] = await Promise.all([App.start(), launchChromium()]);
  ada = await Person.signUp(app.url, "ada");
  admin = await Person.logIn(app.url, app.admin);
  await ada.createRoom("atelier", "Drawing hands");
  await ada.createRoom("attic");
  await goLive(await openWindow(browser, ada), app.url, "atelier");
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

const LOOKS: [string, BrowserContextOptions][] = [
  ["a desk, light", { viewport: { width: 1440, height: 900 }, colorScheme: "light" }],
  [
    "a phone, dark",
    { viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true, isMobile: true },
  ],
];

const PAGES: [string, () => Person | undefined, (page: Page) => Promise<unknown>][] = [
  ["/", () => undefined, (page) => page.getByText("Drawing hands").first().waitFor()],
  ["/log-in", () => undefined, (page) => page.getByRole("heading").first().waitFor()],
  ["/sign-up", () => undefined, (page) => page.getByRole("heading").first().waitFor()],
  ["/r/atelier", () => undefined, (page) => pictureMoves(page)],
  ["/r/attic", () => undefined, (page) => page.getByText("The show has not started").first().waitFor()],
  ["/studio", () => ada, (page) => page.getByText("Drawing hands").first().waitFor()],
  ["/studio/attic", () => ada, (page) => page.getByRole("button", { name: "Go live" }).first().waitFor()],
  ["/admin", () => admin, (page) => page.getByText("media-1").first().waitFor()],
  ["/no/such/page", () => undefined, (page) => page.getByRole("heading").first().waitFor()],
];

describe.each(LOOKS)("every page on %s", (_name, look) => {
  test.each(PAGES)(
    "%s has no accessibility fault, no sideways scrolling and no error",
    async (path, person, ready) => {
      const window = await openWindow(browser, person(), { ...look, reducedMotion: "reduce" });
      const page = await window.newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      await page.goto(`${app.url}${path}`);
      await ready(page);
      await page.addScriptTag({ path: AXE }).catch(() => page.evaluate(readAxe()));
      const faults = await page.evaluate(async () => {
        const axe = (globalThis as unknown as { axe: typeof import("axe-core") }).axe;
        const { violations } = await axe.run(document, { resultTypes: ["violations"] });
        return violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`,
        );
      });
      expect(faults).toEqual([]);
      expect(errors).toEqual([]);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
      ).toBeLessThanOrEqual(0);
      await window.close();
    },
  );
});

describe("using it", () => {
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
    await until(() => whep.length === 1);
    expect(whep[0]).toBe("POST /whep/atelier?paused=1");
    expect((await ada.room("atelier")).viewers).toBe(0);
    await card.click();
    await pictureMoves(page);
    expect(whep).toHaveLength(2);
    expect(whep[1]).toMatch(/^PUT \/sessions\/.+\/slots$/);
    await until(async () => (await ada.room("atelier")).viewers === 1);
  });
});

/** The page's content security policy keeps foreign scripts out; the debugger may run them all the same. */
function readAxe(): string {
  return createRequire(import.meta.url)("node:fs").readFileSync(AXE, "utf8") as string;
}
