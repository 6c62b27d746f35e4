import type { Environment } from "../../environment.ts";
import { recorderType } from "./recorder-type.ts";

/** Short, for little delay; each is a message. */
const TIMESLICE_MS = 100;
const KEYFRAME_INTERVAL_MS = 2000;
const AUDIO_BITRATE = 128_000;

/** In newer browsers; others keep to their own interval. */
type RecorderOptions = MediaRecorderOptions & { videoKeyFrameIntervalDuration?: number };

export interface LiveRecorderOptions {
  environment: Environment;
  video: MediaStreamTrack | null;
  audio: MediaStreamTrack | null;
  maxVideoBitrate: number;
  /** A piece of the recording; `begins`: the first one. */
  onChunk: (bytes: Uint8Array, begins: boolean) => void;
}

/** One run of a MediaRecorder over tracks that do not change; without a track, or a format that the server reads, nothing comes. */
export class LiveRecorder {
  #recorder: MediaRecorder | undefined;

  constructor(options: LiveRecorderOptions) {
    const { environment, video, audio } = options;
    const tracks = [video, audio].filter((track) => track !== null && track.readyState !== "ended");
    const canRecord = (type: string) => environment.canRecord(type);
    const mimeType = recorderType(canRecord, { hasVideo: video !== null });
    if (mimeType === undefined || tracks.length === 0) return;
    const settings: RecorderOptions = {
      mimeType,
      videoBitsPerSecond: options.maxVideoBitrate,
      audioBitsPerSecond: AUDIO_BITRATE,
      videoKeyFrameIntervalDuration: KEYFRAME_INTERVAL_MS,
    };
    const recorder = environment.createRecorder(
      environment.createStream(tracks as MediaStreamTrack[]),
      settings,
    );
    this.#recorder = recorder;
    this.#listen(recorder, options.onChunk);
    recorder.start(TIMESLICE_MS);
  }

  /** Nothing comes any more. Idempotent. */
  stop(): void {
    const recorder = this.#recorder;
    this.#recorder = undefined;
    if (recorder !== undefined && recorder.state !== "inactive") recorder.stop();
  }

  #listen(recorder: MediaRecorder, onChunk: LiveRecorderOptions["onChunk"]): void {
    let begins = true;
    let reading = Promise.resolve();
    recorder.addEventListener("dataavailable", ({ data }) => {
      if (data.size === 0) return;
      // One after the other: blobs are read asynchronously.
      reading = reading.then(async () => {
        const bytes = new Uint8Array(await data.arrayBuffer());
        if (this.#recorder !== recorder) return;
        onChunk(bytes, begins);
        begins = false;
      });
    });
  }
}
