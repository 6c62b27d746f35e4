import type { Environment } from "../environment.ts";
import type { Unsubscribe } from "../types.ts";

const INTERVAL_MS = 50;
/** Speech sits well below full scale: this loudness fills the meter. */
const FULL_SCALE_RMS = 0.35;
/** 43 ms at 48 kHz: nearly all that is said between two looks. */
const WINDOW_SAMPLES = 2048;

type LevelEnvironment = Pick<Environment, "createAudioContext" | "createStream" | "every">;

/** Measures how loud a track is, 0..1, about 20 times a second, until the returned function is called. */
export function measureLevel(
  environment: LevelEnvironment,
  track: MediaStreamTrack,
  listener: (level: number) => void,
): Unsubscribe {
  const context = environment.createAudioContext();
  const source = context.createMediaStreamSource(environment.createStream([track]));
  const analyser = context.createAnalyser();
  analyser.fftSize = WINDOW_SAMPLES;
  source.connect(analyser);
  const samples = new Float32Array(WINDOW_SAMPLES);
  const stopTimer = environment.every(INTERVAL_MS, () => {
    // Suspended until somebody has clicked on the page (autoplay policy).
    if (context.state === "suspended") context.resume().catch(() => undefined);
    analyser.getFloatTimeDomainData(samples);
    listener(levelOf(samples));
  });
  let stopped = false;
  return () => {
    if (stopped) return;
    stopped = true;
    stopTimer();
    source.disconnect();
    context.close().catch(() => undefined);
  };
}

/** Loudness of samples as a meter shows it: 0 is silence, 1 is loud; the square root spreads quiet speech. */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.min(1, Math.sqrt(Math.sqrt(sum / samples.length) / FULL_SCALE_RMS));
}
