import { existsSync } from "node:fs";
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { readPicture } from "./chromium.ts";
import type { Person } from "./people.ts";
import { until } from "./until.ts";

/** Fake devices, sound without a click, candidates on loopback; and no traffic of Firefox's own. */
const PREFERENCES = {
  "media.navigator.streams.fake": true,
  "media.navigator.permission.disabled": true,
  "media.autoplay.default": 0,
  "media.peerconnection.ice.loopback": true,
  "media.peerconnection.ice.obfuscate_host_addresses": false,
  "media.gmp-manager.updateEnabled": false,
  "app.normandy.enabled": false,
  "app.update.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "http://127.0.0.1:9",
  "toolkit.telemetry.enabled": false,
};

/** Debian's Firefox by WebDriver BiDi, with fake devices and a fresh profile. */
export async function launchFirefox(): Promise<Browser> {
  const executablePath =
    process.env.SAMEROOM_FIREFOX ?? ["/usr/bin/firefox-esr", "/usr/bin/firefox"].find(existsSync);
  if (executablePath === undefined || !existsSync(executablePath)) {
    throw new Error("no Firefox: apt-get install firefox-esr, or set SAMEROOM_FIREFOX");
  }
  return puppeteer.launch({
    browser: "firefox",
    executablePath,
    headless: true,
    extraPrefsFirefox: PREFERENCES,
    timeout: 60_000,
  });
}

/** A page of a profile of its own, logged in as `person` when given. */
export async function openFirefoxPage(browser: Browser, person?: Person): Promise<Page> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.setViewport({ width: 1280, height: 800 });
  if (person !== undefined) {
    const { name, value, url } = person.cookie;
    await context.setCookie({ name, value, domain: new URL(url).hostname, path: "/", httpOnly: true });
  }
  return page;
}

/** Resolves once the picture has changed `times` times since now. */
export async function firefoxPictureMoves(page: Page, times = 3): Promise<void> {
  let last = await page.evaluate(readPicture);
  let changes = 0;
  await until(
    async () => {
      const next = await page.evaluate(readPicture);
      if (next.width > 0 && next.fingerprint !== last.fingerprint) changes += 1;
      last = next;
      return changes >= times;
    },
    async () => ({ ...last, page: await firefoxWords(page) }),
  );
}

/** What a page says, for the report of a failure. */
export async function firefoxWords(page: Page): Promise<string> {
  return (await page.evaluate(() => document.body.textContent)).slice(0, 2000);
}

/** Clicks the first button whose words match, once it is enabled. */
export async function clickButton(page: Page, words: RegExp): Promise<void> {
  await until(
    () =>
      page.evaluate(
        (source, flags) => {
          const pattern = new RegExp(source, flags);
          const button = [...document.querySelectorAll("button")].find(
            (each) =>
              !each.disabled && pattern.test((each.getAttribute("aria-label") ?? each.textContent).trim()),
          );
          button?.click();
          return button !== undefined;
        },
        words.source,
        words.flags,
      ),
    () => firefoxWords(page),
  );
}
