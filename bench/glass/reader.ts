import { ClockReader } from "../../testing/playback/clock-reader.ts";

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
  const clock = new ClockReader();
  const readings: Readings = { latencies: [], unreadable: 0, width: 0, height: 0 };
  const end = performance.now() + GIVE_UP_MS;
  while (readings.latencies.length < count) {
    if (performance.now() > end) throw new Error(`only ${readings.latencies.length} readable pictures`);
    await nextPicture(video);
    const latencyMs = clock.latencyMs(video);
    if (latencyMs === undefined) readings.unreadable += 1;
    else readings.latencies.push(latencyMs);
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
