import type { Locator, Page } from "playwright-core";
import { wordsOn } from "./chromium.ts";
import { until } from "./until.ts";

/** The picture of somebody beside the host, as a page shows it. */
export function guestPicture(page: Page, name: string): Locator {
  return page.getByLabel(`Picture of ${name}`, { exact: true }).first();
}

/** Resolves when that picture has changed a few times. */
export async function guestMoves(page: Page, name: string): Promise<void> {
  const frames = () =>
    guestPicture(page, name)
      .evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames)
      .catch(() => 0);
  const before = await frames();
  await until(
    async () => (await frames()) > before + 5,
    () => wordsOn(page),
  );
}

/** The loudest of two seconds of all voices beside the host's, 0..1. */
export function guestVoices(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    for (const { srcObject } of document.querySelectorAll("audio"))
      if (srcObject instanceof MediaStream) context.createMediaStreamSource(srcObject).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let loudest = 0;
    for (let reading = 0; reading < 40; reading++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      analyser.getFloatTimeDomainData(samples);
      loudest = Math.max(loudest, Math.hypot(...samples) / Math.sqrt(samples.length));
    }
    await context.close();
    return loudest;
  });
}
