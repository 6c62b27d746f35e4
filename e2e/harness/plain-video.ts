import type { BrowserContext, Page } from "playwright-core";

/** What a `video` element of somebody else's page says of itself. */
export interface PlainVideo {
  /** Seconds that were played. */
  time: number;
  frames: number;
  /** Bytes of sound that were decoded. */
  soundBytes: number;
  width: number;
  hasEnded: boolean;
  error: string | null;
}

/** A page with nothing but a `video` whose source is an address: the browser's own player. */
export async function openPlainVideo(window: BrowserContext, url: string): Promise<Page> {
  const page = await window.newPage();
  await page.setContent("<video muted autoplay></video>");
  await page.locator("video").evaluate((video, source) => {
    (video as HTMLVideoElement).src = source;
  }, url);
  return page;
}

/** Looks at it. After an error it begins again: Chromium gives live shows up of which it has played all there is. */
export function lookAtPlainVideo(page: Page): Promise<PlainVideo> {
  return page.locator("video").evaluate((element) => {
    const video = element as HTMLVideoElement & { webkitAudioDecodedByteCount: number };
    const look = {
      time: video.currentTime,
      frames: video.getVideoPlaybackQuality().totalVideoFrames,
      soundBytes: video.webkitAudioDecodedByteCount,
      width: video.videoWidth,
      hasEnded: video.ended,
      error: video.error?.message ?? null,
    };
    if (video.error !== null) video.load();
    return look;
  });
}
