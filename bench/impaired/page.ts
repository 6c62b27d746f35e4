import { createClient, type Publication, type Watch } from "@sameroom/client";
import type { MintedToken } from "@sameroom/contract";
import type { WatchStateChange } from "../../testing/impaired/run-case.ts";
import { machineClockMs, startClockCamera } from "../../testing/playback/camera.ts";
import { rememberPeers } from "../../testing/playback/peers.ts";
import { Recorder } from "../../testing/playback/recorder.ts";
import type { Recording } from "../../testing/playback/recording.ts";

/** What the host's and the viewer's page can do; called from outside. */
export interface ImpairedPage {
  publish(room: string, options: { audio: boolean; simulcast: boolean }): Promise<void>;
  /** Watches and begins to record. */
  watch(room: string): Promise<void>;
  /** Width of the picture on screen, 0 without one. */
  width(): Promise<number>;
  /** Sizes the host sends, widest first. */
  sentWidths(): Promise<number[]>;
  /** What was recorded since the last time, and how the watch got on. */
  take(): Promise<Recording & { sessions: number; states: WatchStateChange[] }>;
  leave(): Promise<void>;
}

const peers = rememberPeers();
const participant = `user:${Math.random().toString(36).slice(2)}`;
let role = "viewer";
const client = createClient({
  url: location.origin,
  getToken: async (room) => {
    const query = new URLSearchParams({ room, role, participant });
    const token = (await (await fetch(`/token?${query}`)).json()) as MintedToken;
    // Each page reaches the machine by the address it came from.
    const mediaUrl = new URL(token.mediaUrl);
    mediaUrl.hostname = location.hostname;
    return { ...token, mediaUrl: mediaUrl.origin };
  },
});
let publication: Publication | undefined;
let watching: Watch | undefined;
let recorder: Recorder | undefined;
let player: HTMLVideoElement | undefined;
let sessions = 0;
let states: WatchStateChange[] = [];

const originalFetch = window.fetch;
window.fetch = (input, init) => {
  if (init?.method === "POST" && /\/whep\//.test(String(input))) sessions += 1;
  return originalFetch(input, init);
};

const page: ImpairedPage = {
  async publish(room, { audio: withAudio, simulcast }) {
    role = "host";
    const video = startClockCamera();
    const audio = withAudio ? await client.devices.microphone() : null;
    publication = client.publish(room, { video, audio, simulcast });
    return new Promise((resolve, reject) => {
      publication!.on("state", (state) => state === "live" && resolve());
      publication!.on("failure", (failure) => failure.retrying || reject(new Error(failure.message)));
    });
  },
  async watch(room) {
    watching = client.watch(room);
    player = document.createElement("video");
    Object.assign(player, { muted: true, autoplay: true, playsInline: true, srcObject: watching.stream });
    document.body.append(player);
    sessions = 0;
    states = [];
    const tell = (state: string) => void states.push({ atMs: machineClockMs(), state });
    watching.on("state", tell);
    watching.on("failure", ({ code }) => tell(code));
    recorder = new Recorder(() => peers.newest());
  },
  width: async () => player?.videoWidth ?? 0,
  async sentWidths() {
    const report = await peers.newest()!.getStats();
    const widths = [...report.values()]
      .filter(({ type, kind, active }) => type === "outbound-rtp" && kind === "video" && active !== false)
      .map(({ frameWidth = 0 }) => Number(frameWidth));
    return widths.sort((left, right) => right - left);
  },
  take: async () => ({ ...recorder!.take(), sessions, states }),
  async leave() {
    recorder?.close();
    watching?.close();
    await publication?.stop();
    player?.remove();
  },
};

Object.assign(window, { impaired: page });
