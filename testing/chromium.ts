import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--use-fake-ui-for-media-stream",
  "--use-fake-device-for-media-stream",
  "--autoplay-policy=no-user-gesture-required",
  "--auto-select-desktop-capture-source=Entire screen",
];

export interface LaunchOptions {
  executablePath?: string;
  /** Starts it elsewhere, e.g. in a network namespace: gives the path of a program that does. */
  wrap?: (executablePath: string) => string;
  /** Trusted with camera and microphone though it has no TLS. */
  secureOrigin?: string;
  /** Host candidates carry addresses instead of mDNS names. */
  plainAddresses?: boolean;
}

/** Debian's Chromium, or the one of `SAMEROOM_CHROMIUM`, with fake devices and a fresh profile. */
export async function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  const { wrap, secureOrigin, plainAddresses = false } = options;
  const executablePath = options.executablePath ?? process.env.SAMEROOM_CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    throw new Error(`no Chromium at ${executablePath}: apt-get install chromium, or set SAMEROOM_CHROMIUM`);
  }
  const args = [...ARGUMENTS];
  if (secureOrigin !== undefined) args.push(`--unsafely-treat-insecure-origin-as-secure=${secureOrigin}`);
  if (plainAddresses) args.push("--disable-features=WebRtcHideLocalIpsWithMdns");
  return chromium.launch({ executablePath: wrap?.(executablePath) ?? executablePath, args });
}
