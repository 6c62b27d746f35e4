import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import type { HlsPlayer, HlsPlayerOptions } from "./hls/hls-player.ts";
import type { Screen } from "./screen/screen.ts";
import { VideoScreen } from "./screen/video-screen.ts";
import { followElement } from "./watch/follow-element.ts";
import type { PictureSize } from "./watch/picture-size.ts";

/** `online`: the network came back, or is another one; `visible`: the page did. */
export type Wake = "online" | "visible";

/** What the SDK needs of the browser, in one place, so that its state machines can be driven without one. */
export interface Environment {
  /** false where there is no WebRTC at all. */
  readonly hasWebRtc: boolean;
  /** undefined on pages that were not loaded securely. */
  readonly mediaDevices: MediaDevices | undefined;
  fetch: typeof fetch;
  createPeerConnection(configuration: RTCConfiguration): RTCPeerConnection;
  /** Video codecs this browser can send, or undefined when it does not say. */
  sendableVideoCodecs(): RTCRtpCodec[] | undefined;
  /** MediaRecorder is there and writes this. */
  canRecord(mimeType: string): boolean;
  createRecorder(stream: MediaStream, options: MediaRecorderOptions): MediaRecorder;
  createStream(tracks?: MediaStreamTrack[]): MediaStream;
  createAudioContext(): AudioContext;
  createSocket(url: string, options: Partial<ManagerOptions & SocketOptions>): Socket;
  /** Monotonic ms. */
  nowMs(): number;
  /** Wall clock, ms since 1970. */
  unixMs(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** One-shot timer; the returned function cancels it. */
  after(delayMs: number, callback: () => void): () => void;
  /** Repeating timer; the returned function stops it. */
  every(intervalMs: number, callback: () => void): () => void;
  /** A good moment to try again. The returned function stops listening. */
  onWake(callback: (why: Wake) => void): () => void;
  /** The page is going away. The returned function stops listening. */
  onPageHide(callback: () => void): () => void;
  /** Hidden pages may not decode video. */
  isPageVisible(): boolean;
  /** Tells the size of an element on screen in device pixels, now and on every change; the returned function ends it. */
  followElement(element: HTMLElement, onSize: (size: PictureSize) => void): () => void;
  createScreen(element: HTMLVideoElement, options: { autoplay: boolean }): Screen;
  /** What plays HLS here takes Opus. */
  playsOpus(): boolean;
  /** Loads what plays HLS here. Rejects with `network.unreachable` or `media.unsupported`. */
  openHls(options: HlsPlayerOptions): Promise<HlsPlayer>;
}

/** Network Information: not in every browser; `type` only on phones. */
type NetworkNavigator = Navigator & { connection?: EventTarget & { type?: string } };

/** By Media Source Extensions, or what iPhones have of them. Browsers that play HLS by themselves get AAC. */
function playsOpus(): boolean {
  const { ManagedMediaSource: managed } = globalThis as { ManagedMediaSource?: typeof MediaSource };
  const source = managed ?? (typeof MediaSource === "undefined" ? undefined : MediaSource);
  return source?.isTypeSupported('audio/mp4; codecs="opus"') ?? false;
}

/** The real browser. */
export function browserEnvironment(): Environment {
  const listen = (target: EventTarget | undefined, event: string, callback: () => void) => {
    target?.addEventListener(event, callback);
    return () => target?.removeEventListener(event, callback);
  };
  const page = typeof window === "undefined" ? undefined : window;
  const view = typeof document === "undefined" ? undefined : document;
  return {
    hasWebRtc: typeof RTCPeerConnection !== "undefined",
    mediaDevices: typeof navigator === "undefined" ? undefined : navigator.mediaDevices,
    fetch: (...args) => globalThis.fetch(...args),
    createPeerConnection: (configuration) => new RTCPeerConnection(configuration),
    sendableVideoCodecs: () => RTCRtpSender.getCapabilities?.("video")?.codecs,
    canRecord: (mimeType) => typeof MediaRecorder !== "undefined" && MediaRecorder.isTypeSupported(mimeType),
    createRecorder: (stream, options) => new MediaRecorder(stream, options),
    createStream: (tracks = []) => new MediaStream(tracks),
    createAudioContext: () => new AudioContext(),
    createSocket: (url, options) => io(url, options),
    nowMs: () => performance.now(),
    // Not `timeOrigin + now()`: a machine that slept has stopped the one and not the other.
    unixMs: () => Date.now(),
    random: Math.random,
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    every(intervalMs, callback) {
      const timer = setInterval(callback, intervalMs);
      return () => clearInterval(timer);
    },
    onWake(callback) {
      const offOnline = listen(page, "online", () => callback("online"));
      // Also fires for every new estimate of the network's speed, where only another kind of network matters.
      const connection =
        typeof navigator === "undefined" ? undefined : (navigator as NetworkNavigator).connection;
      let kind = connection?.type;
      const offChange = listen(connection, "change", () => {
        if (connection?.type === kind) return;
        kind = connection?.type;
        if (kind !== "none") callback("online");
      });
      const offVisible = listen(view, "visibilitychange", () => {
        if (view?.visibilityState === "visible") callback("visible");
      });
      return () => {
        offOnline();
        offChange();
        offVisible();
      };
    },
    onPageHide: (callback) => listen(page, "pagehide", callback),
    isPageVisible: () => view?.visibilityState !== "hidden",
    followElement,
    createScreen: (element, options) => new VideoScreen(element, options),
    playsOpus,
    openHls: async (options) => (await import("./hls/open-hls-player.ts")).openHlsPlayer(options),
  };
}
