import { encodePattern, PATTERN_BLOCKS } from "./pattern.ts";

/** The picture: 720p, a clock of blocks across its middle, something moving around it. Runs in the page. */
export const PICTURE = {
  width: 1280,
  height: 720,
  clockTop: 340,
  clockHeight: 40,
  framesPerSecond: 30,
} as const;
const BLOCK = PICTURE.width / PATTERN_BLOCKS;

/** This machine's clock, the same in all pages. */
export function machineClockMs(): number {
  return performance.timeOrigin + performance.now();
}

/** A camera whose every frame says when it was drawn. */
export function startClockCamera(): MediaStreamTrack {
  const canvas = document.createElement("canvas");
  canvas.width = PICTURE.width;
  canvas.height = PICTURE.height;
  document.body.append(canvas);
  const context = canvas.getContext("2d", { alpha: false })!;
  let drawnAt = Number.NEGATIVE_INFINITY;
  const draw = () => {
    requestAnimationFrame(draw);
    // A display of 60 Hz ticks twice a frame.
    if (performance.now() - drawnAt < 1000 / PICTURE.framesPerSecond - 4) return;
    drawnAt = performance.now();
    drawScene(context, drawnAt);
    drawClock(context, machineClockMs());
  };
  draw();
  return canvas.captureStream(PICTURE.framesPerSecond).getVideoTracks()[0]!;
}

function drawScene(context: CanvasRenderingContext2D, timeMs: number): void {
  context.fillStyle = "#345";
  context.fillRect(0, 0, PICTURE.width, PICTURE.height);
  for (let index = 0; index < 24; index++) {
    const angle = timeMs / 900 + index;
    context.fillStyle = `hsl(${index * 15} 70% 55%)`;
    const [x, y] = [640 + Math.cos(angle * 0.7 + index) * 560, 360 + Math.sin(angle + index * 2) * 300];
    context.fillRect(x, y, 70, 50);
  }
}

function drawClock(context: CanvasRenderingContext2D, timeMs: number): void {
  for (const [index, white] of encodePattern(timeMs).entries()) {
    context.fillStyle = white ? "#fff" : "#000";
    context.fillRect(index * BLOCK, PICTURE.clockTop, BLOCK, PICTURE.clockHeight);
  }
}
