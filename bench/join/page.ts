import { createClient, type Publication } from "@sameroom/client";
import { startClockCamera } from "../../testing/playback/camera.ts";
import { rememberPeers } from "../../testing/playback/peers.ts";

/** One join, ms after the click; null: not seen, or over before the click. */
export interface Join {
  firstFrameMs: number;
  tokenMs: number | null;
  /** The answer to the offer (cold), or to "send now" (warm). */
  answeredMs: number | null;
  iceMs: number | null;
  /** DTLS is done. */
  connectedMs: number | null;
}

/** What the pages of the benchmark can do; called from outside. */
export interface JoinPage {
  /** Goes live with the clock picture. */
  publish(room: string): Promise<void>;
  /** Connects without a picture; resolves when it stands. */
  warmUp(room: string): Promise<void>;
  /** The click. Uses what was warmed up. Resolves with the first frame on screen. */
  join(room: string): Promise<Join>;
}

const FIRST_FRAME_LIMIT_MS = 15_000;
const peers = rememberPeers();
let client = createClient();
let publication: Publication | undefined;

const page: JoinPage = {
  publish(room) {
    publication = client.publish(room, { video: startClockCamera(), audio: null });
    return new Promise((resolve, reject) => {
      publication!.on("state", (state) => state === "live" && resolve());
      publication!.on("failure", (failure) => reject(new Error(failure.message)));
    });
  },
  async warmUp(room) {
    client = createClient();
    client.warmUp(room);
    await until(() => peers.newest()?.connectionState === "connected");
    // Later than the moment it stands: nobody hovers and clicks in one.
    await new Promise((resolve) => setTimeout(resolve, 250));
  },
  async join(room) {
    const video = document.createElement("video");
    video.muted = true;
    video.autoplay = true;
    document.body.append(video);
    const firstFrame = new Promise<number>((resolve, reject) => {
      setTimeout(() => reject(new Error("no first frame")), FIRST_FRAME_LIMIT_MS);
      video.requestVideoFrameCallback(() => resolve(performance.now()));
    });
    performance.clearResourceTimings();
    const before = peers.newest();
    const clickedMs = performance.now();
    const watch = client.watch(room);
    video.srcObject = watch.stream;
    const marks = followPeer(before, clickedMs);
    const firstFrameMs = (await firstFrame) - clickedMs;
    const fetched = (pattern: RegExp) => {
      const entries = performance.getEntriesByType("resource").filter(({ name }) => pattern.test(name));
      const last = entries.at(-1) as PerformanceResourceTiming | undefined;
      return last === undefined ? null : last.responseEnd - clickedMs;
    };
    const join = {
      firstFrameMs,
      tokenMs: fetched(/\/tokens$/),
      answeredMs: fetched(/\/whep\/|\/slots$/),
      ...(await marks()),
    };
    client.close();
    client = createClient();
    video.remove();
    return join;
  },
};

/** Notes when the connection that the click makes gets through ICE and DTLS. */
function followPeer(before: RTCPeerConnection | undefined, clickedMs: number) {
  const marks = { iceMs: null as number | null, connectedMs: null as number | null };
  const timer = setInterval(() => {
    const peer = peers.newest();
    if (peer === undefined || peer === before) return;
    clearInterval(timer);
    const follow = () => {
      const sinceClick = performance.now() - clickedMs;
      if (/connected|completed/.test(peer.iceConnectionState)) marks.iceMs ??= sinceClick;
      if (peer.connectionState === "connected") marks.connectedMs ??= sinceClick;
    };
    peer.addEventListener("iceconnectionstatechange", follow);
    peer.addEventListener("connectionstatechange", follow);
    follow();
  }, 1);
  return async () => {
    clearInterval(timer);
    return marks;
  };
}

async function until(check: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!check()) {
    if (performance.now() > end) throw new Error("the warmed-up connection does not stand");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

Object.assign(window, { joinPage: page });
