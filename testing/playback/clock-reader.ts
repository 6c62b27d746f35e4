import { machineClockMs, PICTURE } from "./camera.ts";
import { decodePattern, elapsedSince, PATTERN_BLOCKS } from "./pattern.ts";

/** Reads the clock that `startClockCamera` burnt into the picture. Runs in the page. */
export class ClockReader {
  readonly #context: CanvasRenderingContext2D;

  constructor() {
    const canvas = document.createElement("canvas");
    canvas.width = PATTERN_BLOCKS;
    canvas.height = 1;
    this.#context = canvas.getContext("2d", { willReadFrequently: true, alpha: false })!;
    this.#context.imageSmoothingEnabled = false;
  }

  /** Capture to now of the picture on screen, ms; undefined when it cannot be read. */
  latencyMs(video: HTMLVideoElement): number | undefined {
    const nowMs = machineClockMs();
    // Layers below the top one are smaller: the row is at the same share of the height.
    const scale = video.videoHeight / PICTURE.height;
    const middle = (PICTURE.clockTop + PICTURE.clockHeight / 2) * scale;
    this.#context.drawImage(video, 0, middle, video.videoWidth, 1, 0, 0, PATTERN_BLOCKS, 1);
    const pixels = this.#context.getImageData(0, 0, PATTERN_BLOCKS, 1).data;
    const drawn = decodePattern(Array.from({ length: PATTERN_BLOCKS }, (_, index) => pixels[index * 4] ?? 0));
    return drawn === undefined ? undefined : elapsedSince(drawn, nowMs);
  }
}
