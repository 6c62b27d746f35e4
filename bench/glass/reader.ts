import { machineClockMs, PICTURE } from "./camera.ts";
import { decodePattern, elapsedSince, PATTERN_BLOCKS } from "./pattern.ts";

const GIVE_UP_MS = 30_000;

/** What was read off a player. */
export interface Readings {
  /** Capture to render of each picture that could be read, ms. */
  latencies: number[];
  /** Pictures that could not. */
  unreadable: number;
  /** Size of the last picture. */
  width: number;
  height: number;
}

/** Reads the burnt-in clock of the next `count` pictures the player shows. Runs in the page. */
export async function readLatencies(video: HTMLVideoElement, count: number): Promise<Readings> {
  const canvas = document.createElement("canvas");
  canvas.width = PATTERN_BLOCKS;
  canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true, alpha: false })!;
  context.imageSmoothingEnabled = false;
  const readings: Readings = { latencies: [], unreadable: 0, width: 0, height: 0 };
  const end = performance.now() + GIVE_UP_MS;
  while (readings.latencies.length < count) {
    if (performance.now() > end) throw new Error(`only ${readings.latencies.length} readable pictures`);
    await nextPicture(video);
    const nowMs = machineClockMs();
    // Layers below the top one are smaller: the row is at the same share of the height.
    const scale = video.videoHeight / PICTURE.height;
    const middle = (PICTURE.clockTop + PICTURE.clockHeight / 2) * scale;
    context.drawImage(video, 0, middle, video.videoWidth, 1, 0, 0, PATTERN_BLOCKS, 1);
    const pixels = context.getImageData(0, 0, PATTERN_BLOCKS, 1).data;
    const drawn = decodePattern(Array.from({ length: PATTERN_BLOCKS }, (_, index) => pixels[index * 4] ?? 0));
    if (drawn === undefined) readings.unreadable += 1;
    else readings.latencies.push(elapsedSince(drawn, nowMs));
    readings.width = video.videoWidth;
    readings.height = video.videoHeight;
  }
  return readings;
}

function nextPicture(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no picture for 10 s")), 10_000);
    video.requestVideoFrameCallback(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
