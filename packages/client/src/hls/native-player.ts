import type { HlsCounters, HlsLevel, HlsPlayer, HlsPlayerOptions, HlsTimes } from "./hls-player.ts";

/** Apple's players stay about this far behind the newest part. */
const TARGET_MS = 3000;

type DatedVideo = HTMLVideoElement & { getStartDate?: () => Date };

/** The browser's own HLS, where it has no Media Source Extensions: iPhones. It chooses sizes by itself and names none. */
export class NativePlayer implements HlsPlayer {
  readonly #element: DatedVideo;
  readonly #ended = new AbortController();
  #wantedUnixMs: number | undefined;
  readonly levels: readonly HlsLevel[] = [];
  readonly level = null;
  readonly goesLiveSoon = true;
  readonly loading = null;
  readonly best = null;
  readonly audioUrl = null;
  readonly mayHaveMissedSound = false;

  static isSupported(element: HTMLVideoElement): boolean {
    return element.canPlayType("application/vnd.apple.mpegurl") !== "";
  }

  constructor(options: HlsPlayerOptions) {
    this.#element = options.element;
    const { element, url, rewrite, onEnded, onFault, startSeconds } = options;
    const { signal } = this.#ended;
    this.#wantedUnixMs = options.startUnixMs;
    element.addEventListener("ended", () => onEnded(), { signal });
    element.addEventListener(
      "error",
      () => {
        const { code } = element.error ?? {};
        // The browser does not tell a missing playlist from one it cannot read.
        onFault(code === MediaError.MEDIA_ERR_DECODE ? "media" : "network");
      },
      { signal },
    );
    element.addEventListener(
      "loadedmetadata",
      () => {
        if (startSeconds !== undefined) element.currentTime = startSeconds;
        if (this.#wantedUnixMs !== undefined) this.seekTo(this.#wantedUnixMs);
      },
      { signal },
    );
    element.src = rewrite(url);
  }

  get liveUnixMs(): number | null {
    const startUnixMs = this.#startUnixMs();
    const { seekable } = this.#element;
    if (startUnixMs === undefined || seekable.length === 0) return null;
    return startUnixMs + seekable.end(seekable.length - 1) * 1000;
  }

  choose(): void {}

  times(): HlsTimes | null {
    const startUnixMs = this.#startUnixMs();
    const { liveUnixMs } = this;
    const { seekable, currentTime, readyState } = this.#element;
    if (startUnixMs === undefined || liveUnixMs === null || readyState < 2) return null;
    return {
      fromUnixMs: startUnixMs + seekable.start(0) * 1000,
      liveUnixMs,
      atUnixMs: startUnixMs + currentTime * 1000,
      targetMs: TARGET_MS,
    };
  }

  counters(): HlsCounters {
    const { currentTime, videoWidth, videoHeight } = this.#element;
    return {
      position: currentTime,
      bytes: 0,
      framesDecoded: this.#element.getVideoPlaybackQuality?.().totalVideoFrames ?? 0,
      width: videoWidth,
      height: videoHeight,
      estimate: null,
      roundTripMs: null,
      videoCodec: null,
      audioCodec: null,
    };
  }

  seekTo(unixMs: number): void {
    const startUnixMs = this.#startUnixMs();
    this.#wantedUnixMs = startUnixMs === undefined ? unixMs : undefined;
    if (startUnixMs !== undefined) this.#element.currentTime = Math.max(0, (unixMs - startUnixMs) / 1000);
  }

  goLive(): void {
    const { seekable } = this.#element;
    this.#wantedUnixMs = undefined;
    if (seekable.length === 0) return;
    this.#element.currentTime = Math.max(0, seekable.end(seekable.length - 1) - TARGET_MS / 1000);
  }

  close(): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    this.#element.removeAttribute("src");
    this.#element.load();
  }

  #startUnixMs(): number | undefined {
    const startUnixMs = this.#element.getStartDate?.().getTime();
    return startUnixMs === undefined || Number.isNaN(startUnixMs) ? undefined : startUnixMs;
  }
}
