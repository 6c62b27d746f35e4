import { machineClockMs } from "./camera.ts";
import { ClockReader } from "./clock-reader.ts";
import type { ReceiverCounters, Recording } from "./recording.ts";

const COUNTERS_EVERY_MS = 250;

/** Writes down every picture that the page's biggest video shows, and how its connection fares. Runs in the page. */
export class Recorder {
  readonly #peer: () => RTCPeerConnection | undefined;
  readonly #clock = new ClockReader();
  readonly #timer: ReturnType<typeof setInterval>;
  #video: HTMLVideoElement | undefined;
  #recording: Recording = { frames: [], counters: [] };

  /** Begins at once; `peer` is the connection to read, by name because it may be replaced. */
  constructor(peer: () => RTCPeerConnection | undefined) {
    this.#peer = peer;
    this.#timer = setInterval(() => this.#look(), COUNTERS_EVERY_MS);
    this.#look();
  }

  /** Takes what was recorded since the last time. */
  take(): Recording {
    const taken = this.#recording;
    this.#recording = { frames: [], counters: [] };
    return taken;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#video = undefined;
  }

  #look(): void {
    const [biggest] = [...document.querySelectorAll("video")].sort(
      (left, right) => right.videoWidth - left.videoWidth,
    );
    if (biggest !== undefined && biggest !== this.#video) {
      this.#video = biggest;
      this.#follow(biggest);
    }
    void this.#count();
  }

  #follow(video: HTMLVideoElement): void {
    video.requestVideoFrameCallback(() => {
      if (video !== this.#video) return;
      this.#recording.frames.push({
        atMs: machineClockMs(),
        latencyMs: this.#clock.latencyMs(video) ?? null,
        width: video.videoWidth,
      });
      this.#follow(video);
    });
  }

  async #count(): Promise<void> {
    const report = await this.#peer()?.getStats();
    if (report === undefined) return;
    const inbound = [...report.values()].filter(({ type }) => type === "inbound-rtp");
    const video = inbound.find(({ kind }) => kind === "video") ?? {};
    const audio = inbound.find(({ kind }) => kind === "audio") ?? {};
    const counters: ReceiverCounters = {
      atMs: machineClockMs(),
      framesDecoded: video.framesDecoded ?? 0,
      keyframesDecoded: video.keyFramesDecoded ?? 0,
      freezeCount: video.freezeCount ?? 0,
      packetsReceived: video.packetsReceived ?? 0,
      packetsLost: video.packetsLost ?? 0,
      retransmitted: video.retransmittedPacketsReceived ?? 0,
      nacks: video.nackCount ?? 0,
      plis: video.pliCount ?? 0,
      videoBytes: video.bytesReceived ?? 0,
      jitterBufferSeconds: video.jitterBufferDelay ?? 0,
      jitterBufferMinimumSeconds: video.jitterBufferMinimumDelay ?? 0,
      jitterBufferEmitted: video.jitterBufferEmittedCount ?? 0,
      audioSamples: audio.totalSamplesReceived ?? 0,
      audioConcealed: audio.concealedSamples ?? 0,
      audioEnergy: audio.totalAudioEnergy ?? 0,
    };
    this.#recording.counters.push(counters);
  }
}
