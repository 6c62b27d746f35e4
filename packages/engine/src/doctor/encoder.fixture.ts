import { SeededRandom } from "@sameroom/base/testing";
import type { AudioFormat, VideoFormat } from "@sameroom/protocol";
import type { StreamDoctor } from "./stream-doctor.ts";
import type { ExaminedUnit } from "./types.ts";

/** What a made-up encoder does wrong; the default does nothing wrong: 720p30, 2.5 Mbit/s, a keyframe every two seconds. */
export interface EncoderHabits {
  seed?: number;
  framesPerSecond?: number;
  codec?: VideoFormat["codec"];
  width?: number;
  height?: number;
  bitrate?: number;
  /** Whether this picture is a keyframe. */
  isKeyframe?: (index: number) => boolean;
  /** Between two pictures that need no other. */
  bFrames?: number;
  /** The picture never leaves the encoder; keyframes always do. */
  isDropped?: (index: number) => boolean;
  /** Moves a picture in time, ms. */
  moved?: (random: SeededRandom) => number;
  hasSound?: boolean;
  /** By so much the sound's times are too high, ms. */
  soundLateMs?: number;
  /** How long a unit of this moment is on its way, ms. */
  wayMs?: (seconds: number, random: SeededRandom) => number;
}

const SOUND: AudioFormat = {
  ...{ kind: "audio", codec: "aac", codecs: "mp4a.40.2", sampleRate: 44_100, channels: 2 },
  configuration: new Uint8Array(2),
};
const SOUND_STEP_MS = (1024 / 44_100) * 1000;
/** Any moment. */
export const START_MS = 1_700_000_000_000;

/** Lets a doctor watch an encoder from one second of the show to another, ticking each second. */
export function watch(doctor: StreamDoctor, habits: EncoderHabits, fromS: number, toS: number): void {
  const units = [...pictures(habits, fromS, toS), ...sounds(habits, fromS, toS)];
  units.sort((one, other) => one.atMs - other.atMs);
  let tickMs = START_MS + (fromS + 1) * 1000;
  for (const { unit, atMs } of units) {
    for (; tickMs <= atMs; tickMs += 1000) doctor.tick(tickMs);
    doctor.unit(unit, atMs);
  }
  for (; tickMs <= START_MS + toS * 1000; tickMs += 1000) doctor.tick(tickMs);
}

interface Arrival {
  unit: ExaminedUnit;
  atMs: number;
}

function pictures(habits: EncoderHabits, fromS: number, toS: number): Arrival[] {
  const { framesPerSecond = 30, bFrames = 0, isKeyframe, isDropped, moved } = habits;
  const { width = 1280, height = 720, bitrate = 2_500_000, codec = "h264" } = habits;
  const { wayMs = () => 20, seed = 1 } = habits;
  const random = new SeededRandom(seed);
  const format: VideoFormat = {
    ...{ kind: "video", codec, codecs: codec, width, height, configuration: new Uint8Array(4) },
  };
  const stepMs = 1000 / framesPerSecond;
  const arrivals: Arrival[] = [];
  for (let index = Math.round(fromS * framesPerSecond); index < toS * framesPerSecond; index++) {
    // Of B B P the P is sent first: it is shown bFrames later than sent, the others one earlier.
    const place = index % (bFrames + 1);
    const shown = bFrames === 0 ? index : place === 0 ? index + bFrames : index - 1;
    const captureMs = Math.round(START_MS + shown * stepMs + (moved?.(random) ?? 0));
    const dueMs = START_MS + index * stepMs;
    const keyframe = (isKeyframe ?? ((at) => at % Math.round(2 * framesPerSecond) === 0))(index);
    if (!keyframe && isDropped?.(index)) continue;
    const unit = {
      format,
      captureMicros: captureMs * 1000,
      compositionMicros: (captureMs - dueMs) * 1000,
      keyframe,
      data: { byteLength: bitrate / 8 / framesPerSecond },
    };
    arrivals.push({ unit, atMs: dueMs + wayMs(dueMs / 1000 - START_MS / 1000, random) });
  }
  return inOrder(arrivals);
}

function sounds(habits: EncoderHabits, fromS: number, toS: number): Arrival[] {
  const { hasSound = true, soundLateMs = 0, wayMs = () => 20, seed = 1 } = habits;
  if (!hasSound) return [];
  const random = new SeededRandom(seed + 1);
  const arrivals: Arrival[] = [];
  for (let dueMs = fromS * 1000; dueMs < toS * 1000; dueMs += SOUND_STEP_MS) {
    const unit = {
      format: SOUND,
      captureMicros: (START_MS + dueMs + soundLateMs) * 1000,
      ...{ compositionMicros: 0, keyframe: true, data: { byteLength: 400 } },
    };
    arrivals.push({ unit, atMs: START_MS + dueMs + wayMs(dueMs / 1000, random) });
  }
  return inOrder(arrivals);
}

/** One connection: nothing overtakes. */
function inOrder(arrivals: Arrival[]): Arrival[] {
  let lastMs = 0;
  for (const arrival of arrivals) {
    arrival.atMs = Math.max(arrival.atMs, lastMs);
    lastMs = arrival.atMs;
  }
  return arrivals;
}
