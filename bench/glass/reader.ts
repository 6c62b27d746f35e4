import { machineClockMs } from "../../testing/playback/camera.ts";
import { ClockReader } from "../../testing/playback/clock-reader.ts";

/** With fewer than wanted after this long, what there is has to do. */
const GIVE_UP_MS = 30_000;
/** Fewer tell nothing. */
const LEAST = 50;

/** What was read off a player. */
export interface Readings {
  /** Capture to render of each picture that could be read, ms. */
  latencies: number[];
  /** What the player says of each of them, minus what the picture says, ms; only where the player knew. */
  captureOff: number[];
  /** Pictures that could not. */
  unreadable: number;
  /** Size of the last picture. */
  width: number;
  height: number;
}

/**
 * Reads the burnt-in clock of the next `count` pictures the player shows, or of those of half a minute. `captureTime`: when the player says the picture on screen was
 * captured, ms since 1970. Runs in the page.
 */
export async function readLatencies(
  video: HTMLVideoElement,
  count: number,
  captureTime: () => number | null = () => null,
): Promise<Readings> {
  const clock = new ClockReader();
  const readings: Readings = { latencies: [], captureOff: [], unreadable: 0, width: 0, height: 0 };
  const end = performance.now() + GIVE_UP_MS;
  while (readings.latencies.length < count) {
    if (performance.now() > end) {
      const { length } = readings.latencies;
      if (length < LEAST) throw new Error(`only ${length} readable pictures`);
      break;
    }
    await nextPicture(video);
    const latencyMs = clock.latencyMs(video);
    if (latencyMs === undefined) readings.unreadable += 1;
    else {
      readings.latencies.push(latencyMs);
      const told = captureTime();
      if (told !== null) readings.captureOff.push(told - (machineClockMs() - latencyMs));
    }
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
