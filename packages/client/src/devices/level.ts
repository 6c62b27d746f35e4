import type { Unsubscribe } from "../types.ts";

const INTERVAL_MS = 50;
/** Speech sits well below full scale: this loudness fills the meter. */
const FULL_SCALE_RMS = 0.35;

/** Measures how loud a track is, 0..1, about 20 times a second, until the returned function is called. */
export function measureLevel(track: MediaStreamTrack, listener: (level: number) => void): Unsubscribe {
  const context = new AudioContext();
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    if (context.state === "suspended") void context.resume();
    analyser.getFloatTimeDomainData(samples);
    let sum = 0;
    for (const sample of samples) sum += sample * sample;
    listener(Math.min(1, Math.sqrt(Math.sqrt(sum / samples.length) / FULL_SCALE_RMS)));
  }, INTERVAL_MS);
  return () => {
    clearInterval(timer);
    source.disconnect();
    void context.close();
  };
}
