import type { LayersEvent } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import { canSimulcast, preferCodecs, type VideoCodec } from "./codec-preference.ts";
import { encodingsOf, type PlannedLayer, planLayers, RIDS } from "./layer-plan.ts";

export interface SendingOptions {
  environment: Pick<Environment, "sendableVideoCodecs">;
  tracks: { video: MediaStreamTrack | null; audio: MediaStreamTrack | null };
  /** Bits per second. */
  maxVideoBitrate: number;
  simulcast: boolean;
  videoCodec: VideoCodec | undefined;
}

/** Before anything is known of a picture. */
const USUAL_LINES = 720;

/**
 * The two send-only sections of a publisher; a null track keeps its section for later. Sections and encodings stay, what
 * they send may change: nothing is renegotiated. All changes go through one queue, for the browser refuses parameters
 * that were read before another change.
 */
export class Sending {
  readonly #peer: RTCPeerConnection;
  readonly #options: SendingOptions;
  readonly #video: RTCRtpTransceiver;
  readonly #audio: RTCRtpTransceiver;
  #lines: number;
  #unwanted: ReadonlySet<string> = new Set();
  #queue: Promise<void> = Promise.resolve();

  /** Adds the sections to a fresh connection. */
  constructor(peer: RTCPeerConnection, options: SendingOptions) {
    const { environment, tracks, videoCodec } = options;
    this.#peer = peer;
    this.#options = options;
    this.#lines = linesOf(tracks.video) ?? USUAL_LINES;
    this.#video = this.#addVideo();
    this.#audio = peer.addTransceiver(tracks.audio ?? "audio", { direction: "sendonly" });
    preferCodecs(this.#video, environment.sendableVideoCodecs(), videoCodec);
    void this.#apply();
    peer.addEventListener("signalingstatechange", () => {
      // The answer decides how many encodings are left, and switches those on that were offered paused.
      if (peer.signalingState === "stable") void this.#apply();
    });
  }

  /** The layers sent when all are wanted and the network takes them, highest first. */
  get layers(): { rid: string; scaleResolutionDownBy: number }[] {
    const rids = ridsOf(this.#video.sender.getParameters());
    return this.#plan(rids.length)
      .flatMap((layer, index) => {
        if (layer === undefined) return [];
        return [{ rid: rids[index] ?? "single", scaleResolutionDownBy: layer.scaleResolutionDownBy }];
      })
      .reverse();
  }

  async replaceTrack(kind: "audio" | "video", track: MediaStreamTrack | null): Promise<void> {
    await this.#enqueue(async () => {
      const { sender } = kind === "video" ? this.#video : this.#audio;
      await sender.replaceTrack(track);
      if (kind === "video") this.#lines = linesOf(track) ?? this.#lines;
    });
    if (kind === "video") await this.#apply();
  }

  /** What the browser says of the picture it encodes: windows are resized, and some tracks do not tell before. */
  setSourceLines(lines: number): void {
    if (lines <= 0 || lines === this.#lines) return;
    this.#lines = lines;
    void this.#apply();
  }

  /** Which layers somebody wants. A layer that is not named is wanted. */
  setWanted({ sections }: LayersEvent): void {
    const section = sections.find(({ mid }) => mid === this.#video.mid);
    if (section === undefined) return;
    this.#unwanted = new Set(section.layers.filter(({ wanted }) => !wanted).map(({ rid }) => rid));
    void this.#apply();
  }

  /** Several encodings, or one where the browser knows no RIDs: old ones reject the list, or ignore it. */
  #addVideo(): RTCRtpTransceiver {
    const { tracks, simulcast, videoCodec, maxVideoBitrate } = this.#options;
    const add = (sendEncodings: RTCRtpEncodingParameters[]) =>
      this.#peer.addTransceiver(tracks.video ?? "video", { direction: "sendonly", sendEncodings });
    if (simulcast && canSimulcast(videoCodec)) {
      const encodings = encodingsOf(this.#plan(RIDS.length, tracks.video), RIDS, this.#unwanted);
      try {
        return add(encodings.map((encoding, index) => ({ rid: RIDS[index]!, ...encoding })));
      } catch {
        // One layer is what such a browser can do.
      }
    }
    return add([{ maxBitrate: maxVideoBitrate }]);
  }

  #plan(encodings: number, track = this.#video.sender.track): (PlannedLayer | undefined)[] {
    const { maxVideoBitrate } = this.#options;
    return planLayers({ lines: this.#lines, isScreen: isScreen(track), maxVideoBitrate, encodings });
  }

  #apply(): Promise<void> {
    return this.#enqueue(async () => {
      const { sender } = this.#video;
      const parameters = sender.getParameters();
      const before = JSON.stringify(parameters);
      const rids = ridsOf(parameters);
      const wanted = encodingsOf(this.#plan(rids.length), rids, this.#unwanted);
      parameters.encodings = parameters.encodings?.map((encoding, index) => ({
        ...encoding,
        ...wanted[index],
      }));
      // On a weak uplink faces should move rather than be sharp; screens say `detail` or `text` by their content hint.
      parameters.degradationPreference = isScreen(sender.track)
        ? "maintain-resolution"
        : "maintain-framerate";
      if (JSON.stringify(parameters) !== before) await sender.setParameters(parameters);
      // A wish: browsers that reject it decide for themselves.
    }).catch(() => undefined);
  }

  /** Rejects with what `change` threw; the queue goes on. */
  #enqueue(change: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(() => (this.#peer.signalingState === "closed" ? undefined : change()));
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

function ridsOf({ encodings }: Partial<RTCRtpSendParameters>): (string | undefined)[] {
  return (encodings ?? []).map(({ rid }) => rid);
}

function isScreen(track: MediaStreamTrack | null): boolean {
  return track?.contentHint === "detail" || track?.contentHint === "text";
}

/** The shorter side of what a track carries, where it says so. */
function linesOf(track: MediaStreamTrack | null): number | undefined {
  const { width = 0, height = 0 } = track?.getSettings?.() ?? {};
  return Math.min(width, height) || undefined;
}
