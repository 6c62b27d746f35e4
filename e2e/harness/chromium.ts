import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import type { Person } from "./people.ts";
import { until } from "./until.ts";

/** A window of its own profile, logged in as `person` when given. */
export async function openWindow(
  browser: Browser,
  person?: Person,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    permissions: ["camera", "microphone"],
    ...options,
  });
  context.setDefaultTimeout(60_000);
  if (person !== undefined) await context.addCookies([person.cookie]);
  return context;
}

/** What a page's player shows at this moment. */
export interface Picture {
  width: number;
  height: number;
  /** Seconds played. */
  time: number;
  /** Changes with every different picture. */
  fingerprint: string;
  /** Frames decoded. */
  frames: number;
}

/** Looks at the biggest video of the page. */
export function lookAt(page: Page): Promise<Picture> {
  return page.evaluate(readPicture);
}

/** Runs in the page, in any browser. */
export function readPicture(): Picture {
  const video = [...document.querySelectorAll("video")].sort((a, b) => b.videoWidth - a.videoWidth)[0];
  if (video === undefined || video.videoWidth === 0) {
    return { width: 0, height: 0, time: 0, fingerprint: "", frames: 0 };
  }
  const canvas = document.createElement("canvas");
  canvas.width = 64;
  canvas.height = 36;
  const context = canvas.getContext("2d")!;
  context.drawImage(video, 0, 0, 64, 36);
  let sum = 0;
  for (const byte of context.getImageData(0, 0, 64, 36).data) sum = (sum * 31 + byte) >>> 0;
  return {
    width: video.videoWidth,
    height: video.videoHeight,
    time: video.currentTime,
    fingerprint: String(sum),
    frames: video.getVideoPlaybackQuality().totalVideoFrames,
  };
}

/** Resolves once the picture has changed `times` times since now. */
export async function pictureMoves(page: Page, times = 3): Promise<void> {
  let last = await lookAt(page);
  let changes = 0;
  await until(
    async () => {
      const next = await lookAt(page);
      if (next.width > 0 && next.fingerprint !== last.fingerprint) changes += 1;
      last = next;
      return changes >= times;
    },
    async () => ({ ...last, page: await wordsOn(page) }),
  );
}

/** Resolves once the player has played `seconds` more of its show, whether the picture moves in it or is held. */
export async function playsOn(page: Page, seconds: number): Promise<void> {
  const { time } = await lookAt(page);
  await until(
    async () => (await lookAt(page)).time > time + seconds,
    async () => ({ ...(await lookAt(page)), page: await wordsOn(page) }),
  );
}

/** What a page says, for the report of a failure. */
export async function wordsOn(page: Page): Promise<string> {
  return (await page.locator("body").ariaSnapshot()).slice(0, 2000);
}

/** Loudest moment of what the page's player plays, 0..1 RMS, over 40 readings. */
export function loudness(page: Page): Promise<number> {
  return page.evaluate(async () => {
    type Capturing = HTMLVideoElement & { captureStream(): MediaStream };
    const videos = [...document.querySelectorAll("video")];
    const streaming = videos.find(({ srcObject }) => srcObject instanceof MediaStream);
    // What comes over HTTP is no stream until it is captured.
    const stream = (streaming?.srcObject ?? (videos[0] as Capturing).captureStream()) as MediaStream;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(new MediaStream(stream.getAudioTracks())).connect(analyser);
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
