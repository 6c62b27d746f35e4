import type {
  HlsCounters,
  HlsFault,
  HlsLevel,
  HlsPlayer,
  HlsPlayerOptions,
  HlsTimes,
} from "../hls/hls-player.ts";
import type { Screen } from "../screen/screen.ts";

/** An element of its own that remembers what it was asked to show. */
export class FakeScreen implements Screen {
  readonly element = { currentTime: 0 } as HTMLVideoElement;
  paused = false;
  onPaused: (paused: boolean) => void = () => {};
  shown: MediaStream | null = null;
  held = false;
  closed = false;

  hold(): void {
    this.held = true;
  }

  release(): void {
    this.held = false;
  }

  show(stream: MediaStream): void {
    this.shown = stream;
  }

  play(): void {}

  clear(): void {
    this.shown = null;
  }

  close(): void {
    this.closed = true;
    this.held = false;
  }
}

const LEVELS: readonly HlsLevel[] = [
  { id: "f", width: 1280, height: 720, framesPerSecond: 30, bitrate: 2_500_000 },
  { id: "q", width: 320, height: 180, framesPerSecond: 30, bitrate: 250_000 },
];

/** Plays a show that has been on since `fromUnixMs`, two seconds behind, on vitest's clock. */
export class FakeHlsPlayer implements HlsPlayer {
  readonly options: HlsPlayerOptions;
  readonly #openedAtMs = Date.now();
  readonly levels = LEVELS;
  audioUrl: string | null = "http://media.test/live/kitchen/e1/aac/index.m3u8";
  mayHaveMissedSound = false;
  level: string | null = "f";
  loading: string | null = "f";
  best: string | null = null;
  goesLiveSoon = true;
  closed = false;
  stalled = false;
  /** The newest there is to play; undefined: now. */
  newestUnixMs: number | undefined;
  /** How far behind the newest, ms. */
  behindMs: number;
  fromUnixMs: number;

  constructor(options: HlsPlayerOptions, fromUnixMs: number) {
    this.options = options;
    this.fromUnixMs = fromUnixMs;
    this.behindMs = options.startUnixMs === undefined ? 2000 : Date.now() - options.startUnixMs;
  }

  choose(id: string | null): void {
    this.level = id ?? "f";
    this.loading = this.level;
    this.options.onLevels();
  }

  get liveUnixMs(): number {
    return this.newestUnixMs ?? Date.now();
  }

  times(): HlsTimes {
    const liveUnixMs = Date.now();
    return { fromUnixMs: this.fromUnixMs, liveUnixMs, atUnixMs: liveUnixMs - this.behindMs, targetMs: 2000 };
  }

  counters(): HlsCounters {
    const playedMs = this.stalled ? 0 : Date.now() - this.#openedAtMs;
    return {
      position: playedMs / 1000,
      bytes: playedMs * 100,
      framesDecoded: Math.floor(playedMs / 33),
      width: 1280,
      height: 720,
      estimate: 5_000_000,
      roundTripMs: 20,
      videoCodec: "avc1.42e01f",
      audioCodec: "opus",
    };
  }

  seekTo(unixMs: number): void {
    this.behindMs = Date.now() - unixMs;
  }

  goLive(): void {
    this.behindMs = 2000;
  }

  fail(fault: HlsFault): void {
    this.options.onFault(fault);
  }

  close(): void {
    this.closed = true;
  }
}
