import { createClient, type Publication, type Watch } from "@sameroom/client";
import type { MintedToken } from "@sameroom/contract";
import Hls from "hls.js";
import { startClockCamera } from "../../testing/playback/camera.ts";
import { type Readings, readLatencies } from "../glass/reader.ts";

/** `sdk`: as our own pages play it; `webrtc`: the same over WebRTC; `hls.js`: as hls.js comes, but for low latency. */
export type PlayerName = "sdk" | "webrtc" | "hls.js";

/** What the host's and the player's page can do; called from outside. */
export interface HlsPage {
  publish(room: string): Promise<void>;
  /** Plays a multivariant playlist. Resolves with the first picture. */
  play(playlist: string, player: PlayerName): Promise<void>;
  read(count: number): Promise<Readings>;
  status(): { playbackRate: number; bufferedS: number; stalls: number };
}

let publication: Publication | undefined;
let player: Hls | Watch | undefined;
let captureTime: () => number | null = () => null;
let stalls = 0;
const video = document.createElement("video");
// As large as the window: the SDK asks for no more than the element shows.
video.style.cssText = "position: fixed; inset: 0; width: 100vw; height: 100vh";
Object.assign(video, { muted: true, autoplay: true, playsInline: true });

/** A client whose room tokens the page's server mints, for this playlist. */
function openClient(role: "host" | "viewer", playlist: string | null) {
  return createClient({
    url: location.origin,
    getToken: async (room) => {
      const query = new URLSearchParams({ room, role, participant: `user:${role}` });
      const minted = (await (await fetch(`/token?${query}`)).json()) as MintedToken;
      return playlist === null ? minted : { ...minted, playback: { playlist, audio: "" } };
    },
  });
}

const page: HlsPage = {
  async publish(room) {
    const client = openClient("host", null);
    publication = client.publish(room, {
      video: startClockCamera(),
      audio: await client.devices.microphone(),
    });
    return new Promise((resolve, reject) => {
      publication!.on("state", (state) => state === "live" && resolve());
      publication!.on("failure", (failure) => failure.retrying || reject(new Error(failure.message)));
    });
  },
  async play(playlist, name) {
    document.body.append(video);
    const shown = new Promise<void>((resolve) => video.requestVideoFrameCallback(() => resolve()));
    if (name !== "hls.js") {
      const path = name === "sdk" ? "hls" : "webrtc";
      const watch = openClient("viewer", playlist).watch("hls", { path });
      watch.attach(video);
      captureTime = () => watch.currentCaptureTime();
      player = watch;
    } else {
      player = new Hls({ lowLatencyMode: true });
      player.loadSource(playlist);
      player.attachMedia(video);
    }
    await shown;
    video.addEventListener("waiting", () => {
      stalls += 1;
    });
  },
  read: (count) => readLatencies(video, count, captureTime),
  status: () => ({
    playbackRate: video.playbackRate,
    bufferedS:
      video.buffered.length === 0 ? 0 : video.buffered.end(video.buffered.length - 1) - video.currentTime,
    stalls,
  }),
};

Object.assign(window, { hls: page });
