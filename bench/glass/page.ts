import { createClient, type Publication, type Watch } from "@sameroom/client";
import type { MintedToken } from "@sameroom/contract";
import { PICTURE, startClockCamera } from "../../testing/playback/camera.ts";
import { rememberPeers } from "../../testing/playback/peers.ts";
import { answerDirect, offerDirect } from "./direct.ts";
import { type Readings, readLatencies } from "./reader.ts";
import { type PeerSummary, summarizePeer } from "./summary.ts";

/** What both pages of the benchmark can do; called from outside. */
export interface GlassPage {
  startDevices(withAudio: boolean): Promise<void>;
  publish(room: string): Promise<void>;
  watch(room: string): Promise<void>;
  offerDirect(): Promise<string>;
  answerDirect(offer: string): Promise<string>;
  acceptDirect(answer: string): Promise<void>;
  /** Resolves when the player shows the camera's full size, or after `limitMs`. */
  fullSize(limitMs: number): Promise<void>;
  read(count: number): Promise<Readings>;
  /** Stops measuring delays of the beginning: what `summary` says is from here on. */
  mark(): Promise<void>;
  summary(): Promise<PeerSummary>;
  leave(): Promise<void>;
}

const peers = rememberPeers();
const participant = `user:${Math.random().toString(36).slice(2)}`;
let role = "viewer";
const client = createClient({
  url: location.origin,
  getToken: async (room) => {
    const query = new URLSearchParams({ room, role, participant });
    return (await (await fetch(`/token?${query}`)).json()) as MintedToken;
  },
});
let video: MediaStreamTrack;
let audio: MediaStreamTrack | null;
let player: HTMLVideoElement | undefined;
let publication: Publication | undefined;
let watching: Watch | undefined;
let direct: RTCPeerConnection | undefined;
let marked: RTCStatsReport | undefined;

function play(stream: MediaStream): void {
  player?.remove();
  player = document.createElement("video");
  player.muted = true;
  player.autoplay = true;
  player.playsInline = true;
  player.srcObject = stream;
  document.body.append(player);
}

const page: GlassPage = {
  async startDevices(withAudio) {
    role = "host";
    video = startClockCamera();
    audio = withAudio ? await client.devices.microphone() : null;
  },
  publish(room) {
    publication = client.publish(room, { video, audio });
    return new Promise((resolve, reject) => {
      publication!.on("state", (state) => state === "live" && resolve());
      publication!.on("failure", (failure) => reject(new Error(failure.message)));
    });
  },
  async watch(room) {
    watching = client.watch(room);
    play(watching.stream);
  },
  async offerDirect() {
    const { peer, sdp } = await offerDirect(video, audio);
    direct = peer;
    return sdp;
  },
  async answerDirect(offer) {
    // Before it has tracks, as with the SDK's stream: Chromium smooths what it plays from a stream that came with
    // remote tracks, at the price of a display tick or two, and the halves must not differ in that.
    const stream = new MediaStream();
    play(stream);
    const { peer, sdp } = await answerDirect(offer, stream);
    direct = peer;
    return sdp;
  },
  async acceptDirect(answer) {
    await direct!.setRemoteDescription({ type: "answer", sdp: answer });
  },
  async fullSize(limitMs) {
    const end = performance.now() + limitMs;
    while (player!.videoWidth < PICTURE.width && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  },
  read: (count) => readLatencies(player!, count),
  async mark() {
    marked = await peers.newest()?.getStats();
  },
  async summary() {
    return summarizePeer(marked, await peers.newest()!.getStats());
  },
  async leave() {
    direct?.close();
    watching?.close();
    await publication?.stop();
    player?.remove();
    [direct, watching, publication, player] = [undefined, undefined, undefined, undefined];
  },
};

Object.assign(window, { glass: page });
