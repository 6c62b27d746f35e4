import { setTimeout as sleep } from "node:timers/promises";
import type { DemoTarget } from "../supervisor/demo-control.ts";
import { audioFrameSeconds, openAudioEncoder, openVideoEncoder } from "./encoder.ts";
import { openFrameSource } from "./frame-source.ts";
import { demoPicture, pictureGraph } from "./picture.ts";
import { samplesPerFrame, soundGraph } from "./sound.ts";
import { openWhipOutput } from "./whip-output.ts";

/** Later than this (a suspended machine), frames are left out instead of sent in a burst, seconds. */
const tooLateS = 1;

const VIDEO = 0;
const AUDIO = 1;

/**
 * Publishes picture and sound to `target` until `signal` aborts (resolves) or the connection fails (rejects). Calls
 * `onConnected` once when media flows.
 */
export async function broadcast(
  target: DemoTarget,
  signal: AbortSignal,
  onConnected: () => void,
): Promise<void> {
  const video = await openVideoEncoder(demoPicture);
  const audio = await openAudioEncoder();
  const picture = openFrameSource(pictureGraph(demoPicture));
  const sound = openFrameSource(soundGraph());
  try {
    const output = await openWhipOutput(target, [video.context, audio.context]);
    try {
      onConnected();
      await inRealTime(signal, [
        {
          secondsPerFrame: 1 / demoPicture.framesPerSecond,
          send: (count) =>
            video.encode(picture.next(), BigInt(count), (packet) => output.write(VIDEO, packet)),
        },
        {
          secondsPerFrame: audioFrameSeconds,
          send: (count) =>
            audio.encode(sound.next(), BigInt(count * samplesPerFrame), (packet) =>
              output.write(AUDIO, packet),
            ),
        },
      ]);
    } finally {
      await output.close();
    }
  } finally {
    for (const part of [picture, sound, video, audio]) part.close();
  }
}

interface Track {
  readonly secondsPerFrame: number;
  /** Makes and sends frame number `count`. */
  send(count: number): void;
}

/** Calls each track's `send` at its pace, the track that is due first, until `signal` aborts. */
async function inRealTime(signal: AbortSignal, tracks: readonly Track[]): Promise<void> {
  const counts = tracks.map(() => 0);
  const startMs = performance.now();
  const dueS = (index: number) => counts[index]! * tracks[index]!.secondsPerFrame;
  while (!signal.aborted) {
    let next = 0;
    for (let index = 1; index < tracks.length; index++) if (dueS(index) < dueS(next)) next = index;
    const lateS = (performance.now() - startMs) / 1000 - dueS(next);
    if (lateS > tooLateS) {
      for (const [index, track] of tracks.entries())
        counts[index]! += Math.floor(lateS / track.secondsPerFrame);
    } else if (lateS < 0) {
      await sleep(-lateS * 1000, undefined, { signal }).catch(() => {});
      continue;
    }
    tracks[next]!.send(counts[next]!++);
  }
}
