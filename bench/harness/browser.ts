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
  // Both halves of a comparison see plain host candidates.
  "--disable-features=WebRtcHideLocalIpsWithMdns",
];

/** Chromium with fake devices and a fresh profile; `secureOrigin` is trusted though it has no TLS. */
export async function launchBrowser(
  executablePath: string,
  options: { secureOrigin?: string } = {},
): Promise<Browser> {
  if (!existsSync(executablePath)) {
    throw new Error(`no Chromium at ${executablePath}: apt-get install chromium, or set SAMEROOM_CHROMIUM`);
  }
  const { secureOrigin } = options;
  const args = [
    ...ARGUMENTS,
    ...(secureOrigin === undefined ? [] : [`--unsafely-treat-insecure-origin-as-secure=${secureOrigin}`]),
  ];
  return chromium.launch({ executablePath, args });
}
