import { createClient, type Publication } from "@sameroom/client";
import type { MintedToken } from "@sameroom/contract";
import Hls from "hls.js";
import { startClockCamera } from "../../testing/playback/camera.ts";
import { type Readings, readLatencies } from "../glass/reader.ts";

/** What the host's and the player's page can do; called from outside. */
export interface HlsPage {
  publish(room: string): Promise<void>;
  /** Plays a multivariant playlist in hls.js as it comes, but for low latency. Resolves with the first picture. */
  play(playlist: string): Promise<void>;
  read(count: number): Promise<Readings>;
  /** What hls.js itself says. */
  status(): {
    latencyS: number;
    targetLatencyS: number | null;
    stalls: number;
    level: number;
    errors: string[];
  };
}

let publication: Publication | undefined;
let player: Hls | undefined;
let stalls = 0;
const errors: string[] = [];
const video = document.createElement("video");
Object.assign(video, { muted: true, autoplay: true, playsInline: true });

const page: HlsPage = {
  async publish(room) {
    const client = createClient({
      url: location.origin,
      getToken: async (name) => {
        const query = new URLSearchParams({ room: name, role: "host", participant: "user:host" });
        return (await (await fetch(`/token?${query}`)).json()) as MintedToken;
      },
    });
    publication = client.publish(room, {
      video: startClockCamera(),
      audio: await client.devices.microphone(),
    });
    return new Promise((resolve, reject) => {
      publication!.on("state", (state) => state === "live" && resolve());
      publication!.on("failure", (failure) => failure.retrying || reject(new Error(failure.message)));
    });
  },
  play(playlist) {
    document.body.append(video);
    player = new Hls({ lowLatencyMode: true });
    player.on(Hls.Events.ERROR, (_event, { details }) => {
      errors.push(details);
      if (details === Hls.ErrorDetails.BUFFER_STALLED_ERROR) stalls += 1;
    });
    player.loadSource(playlist);
    player.attachMedia(video);
    return new Promise((resolve) => video.requestVideoFrameCallback(() => resolve()));
  },
  read: (count) => readLatencies(video, count),
  status: () => ({
    latencyS: player?.latency ?? 0,
    targetLatencyS: player?.targetLatency ?? null,
    stalls,
    level: player?.currentLevel ?? -1,
    errors: errors.slice(-20),
  }),
};

Object.assign(window, { hls: page });
