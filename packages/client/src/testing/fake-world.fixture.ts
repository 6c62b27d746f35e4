import { problem } from "@sameroom/contract";
import { Manager } from "socket.io-client";
import { vi } from "vitest";
import { createClientIn } from "../client.ts";
import type { Environment, Wake } from "../environment.ts";
import type { SameroomClient } from "../types.ts";
import { FakeHlsPlayer, FakeScreen } from "./fake-hls.fixture.ts";
import { type FakeNetwork, FakePeer, FakeTrack } from "./fake-peer.fixture.ts";
import { FakeRecorder } from "./fake-recorder.fixture.ts";

export interface RecordedRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}
type Refusal = Parameters<typeof problem>[0] | "unreachable" | "hangs";

/** A browser, a network and a server in one, on vitest's fake timers: what a client sees of all three. */
export class FakeWorld implements FakeNetwork {
  readonly peers: FakePeer[] = [];
  readonly requests: RecordedRequest[] = [];
  readonly sessions = new Map<string, { paused: boolean }>();
  /** What requests of a method and path get instead of success; a function may count. */
  refuse: (method: string, path: string) => Refusal | undefined = () => undefined;
  onAir = { video: true, audio: true, decoding: true };
  voices: Record<string, number> = {};
  soundWaitsMs = 0;
  simulcast: FakeNetwork["simulcast"] = "works";
  source = { width: 0, height: 0 };
  /** STUN and TURN servers in minted tokens. */
  iceServers: unknown = [];
  /** What `GET` and `PUT /sessions/:session/slots` answer; undefined: nothing that can be understood. */
  slots: object | undefined;
  /** Open streams of `GET /sessions/:session/events`; a request for one is a 404 while undefined. */
  eventStreams: ReadableStreamDefaultController<Uint8Array>[] | undefined;
  /** Elements that are followed, and who wants to know. */
  readonly followed = new Map<HTMLElement, (size: { width: number; height: number }) => void>();
  visible = true;
  playsOpus = false;
  hasWebRtc = true;
  /** MediaRecorder is there. */
  records = false;
  readonly recorders: FakeRecorder[] = [];
  readonly screens: FakeScreen[] = [];
  readonly players: FakeHlsPlayer[] = [];
  /** Address of the show over HTTP in minted tokens; null: none. */
  playlist: string | null = null;
  prefer: "webrtc" | "hls" = "webrtc";
  /** Text at other addresses of the media server. */
  texts = new Map<string, string>();
  /** What `GET /api/recordings/…` answers. */
  recording: object | undefined;
  readonly #startedUnixMs = Date.now() - 60_000;
  readonly wakes = new Set<(why: Wake) => void>();
  readonly pageHides = new Set<() => void>();
  #udp = true;
  #upMs = 0;
  #changedAtMs = Date.now();
  #waiting: (() => void)[] = [];
  #minted = 0;

  get udp(): boolean {
    return this.#udp;
  }

  set udp(works: boolean) {
    this.#upMs = this.udpUpMs();
    this.#changedAtMs = Date.now();
    this.#udp = works;
    if (works) for (const callback of this.#waiting.splice(0)) callback();
  }

  get screen(): FakeScreen {
    return this.screens.at(-1)!;
  }

  get player(): FakeHlsPlayer {
    return this.players.at(-1)!;
  }

  get peer(): FakePeer {
    return this.peers.at(-1)!;
  }

  nowMs(): number {
    return Date.now();
  }

  /** How long UDP has worked in all. */
  udpUpMs(): number {
    return this.#upMs + (this.#udp ? Date.now() - this.#changedAtMs : 0);
  }

  whenUdpWorks(callback: () => void): void {
    if (this.#udp) queueMicrotask(callback);
    else this.#waiting.push(callback);
  }

  isPaused(session: string): boolean {
    return this.sessions.get(session)?.paused ?? true;
  }

  /** How many requests of a method went to paths that begin so. */
  count(method: string, path = "/"): number {
    return this.requests.filter((request) => request.method === method && request.path.startsWith(path))
      .length;
  }

  client(): SameroomClient {
    return createClientIn(this.environment(), { url: "http://app.test" });
  }

  wake(why: Wake): void {
    for (const callback of [...this.wakes]) callback(why);
  }

  environment(): Environment {
    return {
      hasWebRtc: this.hasWebRtc,
      mediaDevices: undefined,
      fetch: (input, init) => this.#fetch(String(input), init ?? {}),
      createPeerConnection: (configuration) => {
        const peer = new FakePeer(this, configuration);
        this.peers.push(peer);
        return peer as unknown as RTCPeerConnection;
      },
      sendableVideoCodecs: () => undefined,
      canRecord: (mimeType) => this.records && mimeType === "video/webm;codecs=vp8,opus",
      createRecorder: (stream, options) => {
        const recorder = new FakeRecorder(stream, options);
        this.recorders.push(recorder);
        return recorder as unknown as MediaRecorder;
      },
      createStream: (tracks) => new FakeStream(tracks) as unknown as MediaStream,
      createAudioContext: () => {
        throw new Error("no sound here");
      },
      // None of them ever connects.
      createSocket: (url: string) => {
        const socket = new Manager(url, { autoConnect: false }).socket("/");
        socket.connect = () => socket;
        return socket;
      },
      nowMs: () => Date.now(),
      unixMs: () => Date.now(),
      random: () => 0.5,
      after: (delayMs, callback) => {
        const timer = setTimeout(callback, delayMs);
        return () => clearTimeout(timer);
      },
      every: (intervalMs, callback) => {
        const timer = setInterval(callback, intervalMs);
        return () => clearInterval(timer);
      },
      onWake: (callback) => {
        this.wakes.add(callback);
        return () => void this.wakes.delete(callback);
      },
      onPageHide: (callback) => {
        this.pageHides.add(callback);
        return () => void this.pageHides.delete(callback);
      },
      isPageVisible: () => this.visible,
      followElement: (element, onSize) => {
        this.followed.set(element, onSize);
        return () => void this.followed.delete(element);
      },
      createScreen: () => {
        const screen = new FakeScreen();
        this.screens.push(screen);
        return screen;
      },
      playsOpus: () => this.playsOpus,
      openHls: async (options) => {
        const player = new FakeHlsPlayer(options, this.#startedUnixMs);
        this.players.push(player);
        return player;
      },
    };
  }

  async #fetch(input: string, init: RequestInit): Promise<Response> {
    const url = new URL(input);
    const path = url.pathname + url.search;
    const method = init.method ?? "GET";
    const headers = Object.fromEntries(new Headers(init.headers));
    this.requests.push({ method, path, headers, body: String(init.body ?? "") });
    const refusal = this.refuse(method, path);
    if (refusal === "unreachable") throw new TypeError("Failed to fetch");
    if (refusal === "hangs") return hang(init.signal);
    if (refusal !== undefined) {
      const document = problem(refusal);
      return Response.json(document, { status: document.status });
    }
    if (path === "/clock") return Response.json({ unixMs: Date.now() });
    if (path.endsWith("/tokens")) return Response.json(this.#mint(), { status: 201 });
    if (method === "POST") return this.#open(url);
    const text = this.texts.get(path);
    if (text !== undefined) return new Response(text);
    if (path.startsWith("/api/recordings/") && this.recording !== undefined)
      return Response.json(this.recording);
    if (path.startsWith("/live/")) return Response.json(problem("playback.not_live"), { status: 404 });
    const id = url.pathname.split("/")[2]!;
    if (!this.sessions.has(id)) return Response.json(problem("media.session_not_found"), { status: 404 });
    if (path.endsWith("/events")) return this.#openEvents(init.signal);
    if (method === "PUT") {
      const { paused } = JSON.parse(String(init.body)) as { paused?: boolean };
      if (paused !== undefined) this.sessions.set(id, { paused });
    }
    if (path.endsWith("/slots")) return Response.json(this.slots ?? {});
    if (method === "DELETE") this.sessions.delete(id);
    return new Response(
      method === "PATCH" ? `a=ice-ufrag:server${this.requests.length}\r\na=ice-pwd:new\r\n` : "{}",
    );
  }

  #mint() {
    this.#minted += 1;
    const expiresAt = new Date(Date.now() + 300_000).toISOString();
    return {
      token: `token${this.#minted}`,
      expiresAt,
      mediaUrl: "http://media.test",
      iceServers: this.iceServers,
      playback: this.playlist === null ? null : { playlist: this.playlist, audio: "" },
      prefer: this.prefer,
    };
  }

  #openEvents(signal: AbortSignal | null | undefined): Response {
    const streams = this.eventStreams;
    if (streams === undefined) return Response.json(problem("request.not_found"), { status: 404 });
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        streams.push(controller);
        signal?.addEventListener("abort", () => controller.error(new DOMException("aborted", "AbortError")));
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }

  /** Sends a server-sent event on the newest stream. */
  sendEvent(type: string, data: unknown): void {
    const text = `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
    this.eventStreams!.at(-1)!.enqueue(new TextEncoder().encode(text));
  }

  #open(url: URL): Response {
    const id = `session${this.requests.length}`;
    this.sessions.set(id, { paused: url.searchParams.get("paused") === "1" });
    const answer = `v=0\r\na=session:${id}\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=ice-ufrag:server0\r\na=ice-pwd:old\r\n`;
    return new Response(answer, { status: 201, headers: { location: `/sessions/${id}`, etag: '"e"' } });
  }
}

function hang(signal: AbortSignal | null | undefined): Promise<Response> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
  });
}

class FakeStream {
  readonly #tracks: Set<FakeTrack>;

  constructor(tracks: MediaStreamTrack[] = []) {
    this.#tracks = new Set(tracks as unknown as FakeTrack[]);
  }

  addTrack(track: FakeTrack): void {
    this.#tracks.add(track);
  }

  removeTrack(track: FakeTrack): void {
    this.#tracks.delete(track);
  }

  getTracks(): FakeTrack[] {
    return [...this.#tracks];
  }
}

export const fakeTrack = (kind: "audio" | "video", lines?: number) =>
  new FakeTrack(kind, lines) as unknown as MediaStreamTrack;

/** Lets fake time pass, and everything that waits on promises happen. */
export const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
