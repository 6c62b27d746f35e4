import { startClockCamera } from "./camera.ts";
import { rememberPeers } from "./peers.ts";
import { Recorder } from "./recorder.ts";
import type { Recording } from "./recording.ts";

/** What a page of the web app can do for a test once this script was put into it before its own. */
export interface PlaybackPage {
  /** From now on the camera is a picture with the time burnt in; microphones stay what they are. */
  burnClockIntoCamera(): void;
  /** Begins to write down what is shown; again: starts over. */
  record(): void;
  /** What was written down since the last time. */
  take(): Recording;
  /** The newest connection of the page. */
  peer(): RTCPeerConnection | undefined;
}

const peers = rememberPeers();
let recorder: Recorder | undefined;

const page: PlaybackPage = {
  burnClockIntoCamera() {
    const devices = navigator.mediaDevices;
    const original = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (constraints) => {
      if (!constraints?.video) return original(constraints);
      const { video: _, ...others } = constraints;
      const sound = others.audio ? (await original(others)).getTracks() : [];
      return new MediaStream([startClockCamera(), ...sound]);
    };
  },
  record() {
    recorder?.close();
    recorder = new Recorder(() => peers.newest());
  },
  take: () => recorder?.take() ?? { frames: [], counters: [] },
  peer: () => peers.newest(),
};

Object.assign(window, { playback: page });
