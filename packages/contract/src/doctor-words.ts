import type { Finding, FindingCode, FindingValues, Severity } from "./doctor.ts";

/** What a finding is called and what to do about it, for a host who knows OBS and nothing else. */
export interface FindingWords {
  title: string;
  /** What viewers notice. */
  viewers: string;
  /** What the server does about it; only where it does. */
  repair?: string;
  /** What to change in the encoder. */
  advice: string;
}

type Described = Pick<Finding, "code" | "repaired" | "values">;

/** The words for a finding, with its numbers filled in. */
export function findingWords({ code, repaired, values }: Described): FindingWords {
  const { repair, ...words } = FINDING_WORDS[code](values);
  return repaired && repair !== undefined ? { ...words, repair } : words;
}

/** From the worst to the least. */
export const SEVERITIES: readonly Severity[] = ["problem", "warning", "info"];

/** The one place of these words. Values may be missing: then nothing is said of them. */
export const FINDING_WORDS: Record<FindingCode, (values: FindingValues) => FindingWords> = {
  "b-frames": () => ({
    title: "B-frames",
    viewers: "Browsers cannot play B-frames live: without help the picture jumps back and forth.",
    repair: "The picture is encoded anew for live viewers, which costs this server power.",
    advice: "In OBS: Settings, Output, Advanced mode: set Max B-frames to 0, or x264 Tune to zerolatency.",
  }),
  "keyframes-far": ({ seconds }) => ({
    title: `Keyframes are far apart${with_(seconds, (s) => `: ${s} seconds`)}`,
    viewers: "Who comes in waits longer for the first picture, and changing quality takes longer.",
    repair: "The picture is encoded anew for live viewers, with keyframes when they need them.",
    advice: "In OBS: Settings, Output, Advanced mode: set Keyframe Interval to 2 s instead of 0 (auto).",
  }),
  "keyframes-uneven": ({ shortestSeconds, longestSeconds }) => ({
    title: "Keyframes come unevenly",
    viewers: `Playback over HTTP starts and changes quality less smoothly${with_(
      longestSeconds,
      (longest) => ` (keyframes ${shortestSeconds} to ${longest} seconds apart)`,
    )}.`,
    advice:
      "In OBS: set Keyframe Interval to 2 s; with x264 add scenecut=0 to x264 Options. Other encoders: a fixed, closed GOP.",
  }),
  "frame-rate-variable": ({ framesPerSecond }) => ({
    title: "Uneven frame rate",
    viewers: `Motion stutters, though nothing is lost on the way${with_(
      framesPerSecond,
      (rate) => ` (${rate} pictures a second on average)`,
    )}.`,
    advice:
      "In OBS: look at View, Stats for frames missed or skipped: the computer is too busy. Choose a lower frame rate or a faster preset; elsewhere a constant frame rate.",
  }),
  "sound-missing": () => ({
    title: "No sound",
    viewers: "They see the picture and hear nothing.",
    advice:
      "In OBS: Settings, Audio: choose a microphone or desktop device, and check that audio track 1 is on.",
  }),
  "sound-silent": () => ({
    title: "The sound is silent",
    viewers: "There is sound, but nothing can be heard in it.",
    advice:
      "Check the mute buttons in OBS' Audio Mixer, the microphone's own switch, and which device is chosen.",
  }),
  "sound-clipped": ({ peakDbfs }) => ({
    title: "The sound is too loud",
    viewers: `It is distorted${with_(peakDbfs, (peak) => ` (peaks at ${peak} dBFS)`)}.`,
    advice:
      "Turn the loudest source down until OBS' meters stay out of the red, or add a Limiter filter at -3 dB.",
  }),
  "sound-skew": ({ milliseconds }) => ({
    title: "Sound and picture are apart",
    viewers:
      typeof milliseconds === "number"
        ? `The sound is stamped about ${Math.abs(milliseconds)} ms ${milliseconds > 0 ? "late" : "early"}: lips and words may not match.`
        : "Lips and words may not match.",
    advice:
      "In OBS: Edit, Advanced Audio Properties: set Sync Offset to 0, then correct it by ear; restart the stream.",
  }),
  "clock-drift": ({ partsPerMillion }) => ({
    title: "The encoder's clock runs wrong",
    viewers: "Nothing, as long as it is made up for.",
    repair: `Times are corrected as they come${with_(partsPerMillion, (ppm) => ` (${ppm} parts in a million)`)}.`,
    advice:
      "Use one sound device for everything, at 48 kHz, and let the operating system set its clock by network time.",
  }),
  "upload-loss": ({ lossRatio, repairedRatio }) => ({
    title: "Your network loses data",
    viewers: `The picture breaks or stands still for moments${with_(lossRatio, (loss) => ` (${percent(loss)} lost)`)}.`,
    repair: `Lost packets are asked for again${with_(repairedRatio, (share) => `: ${percent(share)} came only so`)}.`,
    advice:
      "Use a cable instead of Wi-Fi, stop other uploads; over SRT a latency of 500 ms or more gives repairs time.",
  }),
  "upload-slow": ({ lateSeconds }) => ({
    title: "Your upload is too slow",
    viewers: `The show runs behind and stops again and again${with_(lateSeconds, (s) => ` (${s} seconds late)`)}.`,
    advice:
      "Lower the bitrate in OBS: Settings, Output (try half), stop other uploads, or turn on Dynamically change bitrate under Advanced, Network.",
  }),
  "bitrate-low": ({ bitrateBps, neededBps }) => ({
    title: "Low bitrate for this picture size",
    viewers: "Blocks and blur, most of all when things move.",
    advice: `In OBS: Settings, Output: raise the bitrate${with_(
      neededBps,
      (needed) => ` from ${megabits(bitrateBps)} to about ${megabits(needed)}`,
    )}, or choose a smaller output resolution.`,
  }),
  "bitrate-high": ({ bitrateBps, neededBps }) => ({
    title: "Higher bitrate than this picture needs",
    viewers: "Viewers with slow lines wait or see a smaller picture; everybody pays for more data.",
    advice: `In OBS: Settings, Output: ${
      with_(neededBps, (needed) => `about ${megabits(needed)} instead of ${megabits(bitrateBps)} is`) ||
      "a lower bitrate is"
    } enough.`,
  }),
  "codec-bridged": ({ codec }) => ({
    title: `${String(codec ?? "This codec").toUpperCase()} is not for every viewer`,
    viewers: "Browsers do not take it live, and over HTTP only some devices play it.",
    repair: "The picture is encoded anew as H.264 for live viewers, which costs this server power.",
    advice: "In OBS: Settings, Output: choose an H.264 encoder (x264, NVENC H.264, Apple VT H264).",
  }),
  "codec-unsupported": ({ codec }) => ({
    title: `This server cannot take ${codec ?? "what the encoder sends"}`,
    viewers: "This part of the show is missing.",
    advice: "In OBS: Settings, Output: choose H.264 for the picture and AAC for the sound.",
  }),
  "two-encoders": () => ({
    title: "A second encoder sends with the same key",
    viewers: "Nothing, as long as it is kept out.",
    repair: "The one that was first stays on air; the other is turned away whenever it tries.",
    advice: "Stop streaming in the other encoder, or make a new stream key and give it to one of them only.",
  }),
};

function with_(value: string | number | undefined, words: (value: string | number) => string): string {
  return value === undefined ? "" : words(value);
}

function percent(ratio: string | number): string {
  const value = Number(ratio) * 100;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} %`;
}

function megabits(bps: string | number | undefined): string {
  return bps === undefined ? "less" : `${(Number(bps) / 1e6).toFixed(1)} Mbit/s`;
}
