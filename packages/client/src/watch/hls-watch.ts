import { type Backoff, createBackoff, Emitter } from "@sameroom/base";
import { type MintedToken, markInRoom, withOpus } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import { ClientError, isPassing, isTokenFault, toClientError, toFailure } from "../errors.ts";
import type { HlsFault, HlsPlayer, HlsTimes } from "../hls/hls-player.ts";
import { hlsQualityOf, levelFor } from "../hls/hls-quality.ts";
import { signedUntil, signLike } from "../hls/signed-address.ts";
import type { Tokens } from "../http/tokens.ts";
import { within } from "../http/within.ts";
import type { Screen } from "../screen/screen.ts";
import type {
  ClientFailure,
  DvrState,
  QualityChoice,
  QualityState,
  WatchDetails,
  WatchState,
  WatchStats,
} from "../types.ts";
import { HlsProgress } from "./hls-progress.ts";
import { HlsStats } from "./hls-stats.ts";
import { NewRenditions, type NewRenditionsOptions } from "./new-renditions.ts";
import type { ServerClock } from "./server-clock.ts";

const LOOK_MS = 250;
/** A signature is renewed this long before it ends. */
const RENEW_BEFORE_MS = 60_000;
/** A renewal that failed is tried again. */
const RENEW_AGAIN_MS = 15_000;
/** How often an empty room is asked whether the show has begun; spread, so that an audience does not ask together. */
const WAITING_MS = 2000;
const ASK_TIMEOUT_MS = 5000;
/** At the live edge: not further behind it than the player wants to be, and this. */
const LIVE_WITHIN_MS = 3000;
/** A player that was told to go back may take so long: until then it is where it was. */
const SEEK_TAKES_MS = 10_000;
/** A player whose show went on by so much while it stood still begins anew, ms: at first there may be nothing to begin with yet. */
const STUCK_MS = 10_000;
const STUCK_AT_FIRST_MS = 20_000;
/** Who fell this far behind without wishing to is taken back to now: players do not catch up with more by playing faster … */
const FAR_BEHIND_MS = 6000;
/** … where that takes a while, because its keyframes are far apart, from this far behind: up to there they play faster … */
const TOO_FAR_BEHIND_MS = 20_000;
/** … and not again at once: a machine that is too slow would do nothing else. */
const TAKE_BACK_EVERY_MS = 10_000;

export type HlsWatchEvents = {
  state: [WatchState];
  failure: [ClientFailure];
  stats: [WatchStats];
  quality: [QualityState];
  dvr: [DvrState | null];
};

export interface HlsWatchOptions {
  environment: Environment;
  tokens: Tokens;
  room: string;
  screen: Screen;
  clock: () => ServerClock | undefined;
  /** The viewer is in the room over Socket.IO as well, and counted there. */
  isInRoom: () => boolean;
  choice: QualityChoice;
  /** Capture time to begin at; default: the newest. */
  startUnixMs?: number;
}

const FAULTS: Record<HlsFault, ClientError> = {
  missing: new ClientError("playback.not_live", "Nothing is live in this room."),
  refused: new ClientError("token.expired", "The address of the show is not valid any more."),
  full: new ClientError("playback.full", "Too many players wait at once. Trying again shortly."),
  network: new ClientError("network.unreachable", "The server cannot be reached."),
  codec: new ClientError(
    "media.codec_unsupported",
    "This browser cannot play the codec this show is sent in.",
  ),
  media: new ClientError("media.connection_failed", "The picture could not be decoded. Trying again."),
};

/** Somebody watching over LL-HLS, through every reconnection, in one element. */
export class HlsWatch extends Emitter<HlsWatchEvents> {
  readonly #options: HlsWatchOptions;
  readonly #backoff: Backoff;
  readonly #progress = new HlsProgress();
  readonly #stats = new HlsStats();
  readonly #newRenditions: NewRenditions;
  #state: WatchState = "connecting";
  #player: HlsPlayer | undefined;
  /** Counts players; what an older one still says is ignored. */
  #attempt = 0;
  #playlist = "";
  #choice: QualityChoice;
  #quality: QualityState;
  #playsAudio = false;
  #audioUrl: string | null = null;
  #tokenRefused = false;
  /** The broadcast is over; its last picture stays. */
  #ended = false;
  /** The viewer wants to be behind. */
  #behind: boolean;
  /** Where they are, or want to be: capture time, ms since 1970. A player that stands still does not know it any more. */
  #placeUnixMs: number | undefined;
  #dvr: DvrState | null = null;
  #soughtAtMs = Number.NEGATIVE_INFINITY;
  #takenBackAtMs = Number.NEGATIVE_INFINITY;
  #dvrToldAtMs = Number.NEGATIVE_INFINITY;
  /** The newest there was when the picture moved last; undefined: not known since then. */
  #movedLiveUnixMs: number | undefined;
  /** Addresses of the broadcast that has ended; empty when they are gone, undefined when not asked yet. */
  #endedAddresses: string | undefined;
  #cancelLook: () => void = () => {};
  #cancelRetry: () => void = () => {};
  #cancelRenewal: () => void = () => {};

  constructor(options: HlsWatchOptions) {
    super();
    this.#options = options;
    const { environment, choice } = options;
    this.#choice = choice;
    this.#behind = options.startUnixMs !== undefined;
    this.#placeUnixMs = options.startUnixMs;
    this.#quality = hlsQualityOf(choice, undefined, false);
    const random = { next: () => environment.random() };
    this.#newRenditions = new NewRenditions({
      environment,
      playlist: () => this.#playlist,
      listed: () => this.#listed(),
      onNew: () => this.#reopen(),
    });
    this.#backoff = createBackoff({ baseMs: 500, maxMs: 10_000, random });
    options.screen.onPaused = (paused) => {
      if (paused) this.#behind = true;
    };
    void this.#open(options.startUnixMs);
    this.#lookLater();
  }

  get state(): WatchState {
    return this.#state;
  }

  get quality(): QualityState {
    return this.#quality;
  }

  get dvr(): DvrState | null {
    return this.#dvr;
  }

  setQuality(choice: QualityChoice): void {
    this.#choice = choice;
    const audio = choice === "audio" && this.#audioUrl !== null;
    if (audio !== this.#playsAudio) {
      this.#playsAudio = audio;
      this.#reopen();
    } else this.#player?.choose(levelFor(choice, this.#player.levels));
    this.#tellQuality();
  }

  /** Capture time of the picture on screen, ms since 1970, or null. */
  captureUnixMs(): number | null {
    return this.#state === "playing" ? (this.#player?.times()?.atUnixMs ?? null) : null;
  }

  details(): WatchDetails {
    const { videoCodec = null, audioCodec = null, estimate = null } = this.#player?.counters() ?? {};
    return {
      path: "hls",
      transport: null,
      serverAddress: this.#playlist === "" ? null : new URL(this.#playlist).hostname,
      videoCodec,
      audioCodec,
      quality: this.#quality,
      stats: this.#stats.current,
      estimate,
      session: null,
    };
  }

  seekTo(captureUnixMs: number): void {
    this.#behind = true;
    this.#soughtAtMs = this.#options.environment.nowMs();
    this.#placeUnixMs = captureUnixMs;
    this.#player?.seekTo(captureUnixMs);
  }

  goLive(): void {
    this.#behind = false;
    this.#player?.goLive();
    this.#options.screen.play();
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#release("closed");
    this.clear();
  }

  #reopen(): void {
    this.#options.screen.hold();
    void this.#open(this.#wantedUnixMs);
  }

  /** Where another player has to begin; undefined: at the newest. */
  get #wantedUnixMs(): number | undefined {
    return this.#behind ? this.#placeUnixMs : undefined;
  }

  async #open(startUnixMs?: number): Promise<void> {
    const { environment, screen } = this.#options;
    this.#attempt += 1;
    const attempt = this.#attempt;
    this.#ended = false;
    this.#cancelRetry();
    this.#dropPlayer();
    try {
      const playlist = await this.#address();
      if (attempt !== this.#attempt) return;
      this.#playlist = playlist;
      const player = await environment.openHls({
        element: screen.element,
        url: this.#playsAudio && this.#audioUrl !== null ? this.#audioUrl : playlist,
        rewrite: (url) => signLike(url, this.#playlist),
        ...(startUnixMs === undefined ? {} : { startUnixMs }),
        isBehind: () => this.#behind,
        onLevels: () => this.#takeLevels(attempt),
        onEnded: () => this.#handleEnd(attempt),
        onFault: (fault) => this.#handleFault(attempt, fault),
      });
      if (attempt !== this.#attempt) return player.close();
      this.#player = player;
      if (startUnixMs !== undefined) this.#soughtAtMs = environment.nowMs();
      this.#progress.restart();
      this.#newRenditions.restart();
      screen.play();
      this.#takeLevels(attempt);
    } catch (thrown) {
      if (attempt === this.#attempt) this.#handleFailure(toClientError(thrown));
    }
  }

  /** The signed playlist, and the next signature before this one ends. */
  async #address(): Promise<string> {
    const { environment, tokens, room } = this.#options;
    const { playback }: Partial<MintedToken> = await tokens.get(room);
    if (!playback) throw new ClientError("media.unsupported", "This server has LL-HLS switched off.");
    const untilUnixMs = signedUntil(playback.playlist);
    this.#cancelRenewal();
    if (untilUnixMs !== undefined && this.#state !== "closed") {
      const inMs = Math.max(RENEW_AGAIN_MS, untilUnixMs - environment.unixMs() - RENEW_BEFORE_MS);
      this.#cancelRenewal = environment.after(Math.min(inMs, 2 ** 31 - 1), () => void this.#renew());
    }
    return this.#marked(playback.playlist);
  }

  #marked(playlist: string): string {
    const { environment, isInRoom } = this.#options;
    const marked = environment.playsOpus() ? withOpus(playlist) : playlist;
    return isInRoom() ? markInRoom(marked) : marked;
  }

  async #renew(): Promise<void> {
    const { tokens, room, environment } = this.#options;
    tokens.forget(room);
    try {
      const playlist = await this.#address();
      if (this.#state !== "closed" && this.#state !== "failed") this.#playlist = playlist;
    } catch {
      // The show goes on until the signature ends; then the refusal says what is the matter.
      if (this.#state !== "closed" && this.#state !== "failed")
        this.#cancelRenewal = environment.after(RENEW_AGAIN_MS, () => void this.#renew());
    }
    if (this.#state === "closed" || this.#state === "failed") this.#cancelRenewal();
  }

  #takeLevels(attempt: number): void {
    const player = this.#player;
    if (attempt !== this.#attempt || player === undefined) return;
    this.#audioUrl = player.audioUrl ?? this.#audioUrl;
    if (this.#choice === "audio" && !this.#playsAudio && this.#audioUrl !== null) {
      this.#playsAudio = true;
      this.#reopen();
      return;
    }
    if (!this.#playsAudio && this.#choice !== "auto") {
      const wanted = levelFor(this.#choice, player.levels);
      if (wanted !== null && wanted !== player.loading) player.choose(wanted);
    }
    this.#tellQuality();
  }

  /** undefined where another player would be in the way. */
  #listed(): ReturnType<NewRenditionsOptions["listed"]> {
    const isShowing = this.#state === "playing" || this.#state === "reconnecting";
    const isAtLiveEdge = isShowing && !this.#behind && !this.#options.screen.paused;
    const player = this.#player;
    if (!isAtLiveEdge || this.#playsAudio || player === undefined) return undefined;
    return { sizes: player.levels.map(({ id }) => id), hasSound: player.audioUrl !== null };
  }

  #tellQuality(): void {
    const player = this.#playsAudio
      ? { levels: this.#quality.layers, level: null, loading: null, best: null }
      : this.#player;
    const quality = hlsQualityOf(this.#choice, player, this.#playsAudio);
    if (JSON.stringify(quality) === JSON.stringify(this.#quality)) return;
    this.#quality = quality;
    this.emit("quality", quality);
  }

  #lookLater(): void {
    this.#cancelLook = this.#options.environment.after(LOOK_MS, () => this.#look());
  }

  #look(): void {
    this.#lookLater();
    const player = this.#player;
    if (player === undefined || this.#ended) return;
    const { environment, screen, clock } = this.#options;
    const nowMs = environment.nowMs();
    const counters = player.counters();
    const times = player.times();
    const { state, frozenMs } = this.#progress.take(counters.position, nowMs, screen.paused);
    if (state === "playing") {
      this.#backoff.reset();
      this.#tokenRefused = false;
      screen.release("rendered");
    }
    if (state === "playing" || (state !== undefined && this.#state !== "waiting")) this.#setState(state);
    const isPlaying = state === "playing" || screen.paused || screen.element.paused;
    if (isPlaying) this.#movedLiveUnixMs = undefined;
    else if (this.#isStuck(player, state === undefined)) {
      this.#reopen();
      return;
    } else if (this.#state === "reconnecting") this.#newRenditions.hurry();
    if (isPlaying && player.mayHaveMissedSound) this.#newRenditions.hurryForSound();
    this.#tellDvr(times, nowMs);
    this.#takeBack(player, times, nowMs);
    const stats = this.#stats.take({
      atMs: nowMs,
      counters,
      times,
      serverUnixMs: clock()?.nowUnixMs() ?? null,
      frozenMs,
      held: this.#quality.reason === "bandwidth",
    });
    if (stats !== undefined) this.emit("stats", stats);
  }

  /** The show goes on, and the player does not. */
  #isStuck({ liveUnixMs }: HlsPlayer, isFirst: boolean): boolean {
    if (liveUnixMs === null) return false;
    this.#movedLiveUnixMs ??= liveUnixMs;
    return liveUnixMs - this.#movedLiveUnixMs > (isFirst ? STUCK_AT_FIRST_MS : STUCK_MS);
  }

  #takeBack(player: HlsPlayer, times: HlsTimes | null, nowMs: number): void {
    if (times === null || this.#behind || nowMs - this.#takenBackAtMs < TAKE_BACK_EVERY_MS) return;
    const { liveUnixMs, atUnixMs, targetMs } = times;
    const farMs = player.goesLiveSoon ? FAR_BEHIND_MS : TOO_FAR_BEHIND_MS;
    if (liveUnixMs - atUnixMs <= Math.max(targetMs + LIVE_WITHIN_MS, farMs)) return;
    this.#takenBackAtMs = nowMs;
    player.goLive();
  }

  #tellDvr(times: HlsTimes | null, nowMs: number): void {
    if (times === null || nowMs - this.#dvrToldAtMs < 900) return;
    this.#dvrToldAtMs = nowMs;
    const { fromUnixMs, liveUnixMs, atUnixMs, targetMs } = times;
    const isLive = liveUnixMs - atUnixMs < targetMs + LIVE_WITHIN_MS;
    const mayBeSeeking = nowMs - this.#soughtAtMs < SEEK_TAKES_MS;
    const isThere = Math.abs(atUnixMs - (this.#placeUnixMs ?? atUnixMs)) < LIVE_WITHIN_MS;
    if (isThere || !mayBeSeeking) this.#placeUnixMs = atUnixMs;
    if (isLive && !mayBeSeeking && !this.#options.screen.paused) this.#behind = false;
    this.#dvr = { fromUnixMs, liveUnixMs, atUnixMs, isLive };
    this.emit("dvr", this.#dvr);
  }

  /** The broadcast is over; the room may go live again. */
  #handleEnd(attempt: number): void {
    if (attempt !== this.#attempt) return;
    this.#ended = true;
    this.#setState("waiting");
    this.#retryLater(WAITING_MS * (0.75 + this.#options.environment.random()), () => this.#askForNext());
  }

  /** A broadcast that is over stays where it is for a while: only another playlist is another show. */
  async #askForNext(): Promise<void> {
    const { environment, tokens, room } = this.#options;
    const attempt = this.#attempt;
    const addresses = await within(environment, ASK_TIMEOUT_MS, async (signal) => {
      const token = await tokens.get(room);
      const { playlist } = token.playback ?? {};
      const address = playlist === undefined ? this.#playlist : this.#marked(playlist);
      const answer = await environment.fetch(address, { signal });
      return answer.ok ? addressesIn(await answer.text()) : "";
    }).catch(() => this.#endedAddresses);
    if (attempt !== this.#attempt) return;
    const isNext =
      addresses !== "" && this.#endedAddresses !== undefined && addresses !== this.#endedAddresses;
    this.#endedAddresses = isNext ? undefined : addresses;
    if (isNext) void this.#open();
    else this.#handleEnd(attempt);
  }

  #handleFault(attempt: number, fault: HlsFault): void {
    if (attempt === this.#attempt) this.#handleFailure(FAULTS[fault]);
  }

  #handleFailure(error: ClientError): void {
    const { environment, tokens, room, screen } = this.#options;
    screen.hold();
    this.#dropPlayer();
    if (error.code === FAULTS.missing.code) {
      screen.release("now");
      this.#setState("waiting");
      this.#retryLater(WAITING_MS * (0.75 + environment.random()), () => void this.#open());
      return;
    }
    const again = isTokenFault(error) && !this.#tokenRefused;
    if (isTokenFault(error)) {
      this.#tokenRefused = true;
      tokens.forget(room);
    }
    if (again) {
      void this.#open(this.#wantedUnixMs);
      return;
    }
    const passing = isPassing(error) || error === FAULTS.codec || error === FAULTS.full;
    if (!passing) {
      this.#release("failed");
      this.emit("failure", toFailure(error, false));
      return;
    }
    if (this.#state !== "connecting") this.#setState("reconnecting");
    this.emit("failure", toFailure(error, true));
    const leastMs = error === FAULTS.codec ? 30_000 : (error.retryAfterS ?? 0) * 1000;
    this.#retryLater(Math.max(leastMs, this.#backoff.nextMs()), () => void this.#open(this.#wantedUnixMs));
  }

  #retryLater(delayMs: number, action: () => void): void {
    this.#cancelRetry();
    this.#cancelRetry = this.#options.environment.after(delayMs, action);
  }

  #dropPlayer(): void {
    this.#newRenditions.stop();
    this.#player?.close();
    this.#player = undefined;
    this.#movedLiveUnixMs = undefined;
    this.#progress.restart();
  }

  #release(state: "failed" | "closed"): void {
    this.#attempt += 1;
    this.#cancelLook();
    this.#cancelRetry();
    this.#cancelRenewal();
    this.#dropPlayer();
    this.#options.screen.onPaused = () => {};
    this.#setState(state);
  }

  #setState(state: WatchState): void {
    if (this.#state === state || this.#state === "closed" || this.#state === "failed") return;
    this.#state = state;
    this.emit("state", state);
  }
}

/** What a multivariant playlist points to, whoever asks for it; measured bandwidths change without another show. */
function addressesIn(playlist: string): string {
  return playlist
    .split(/\r?\n/)
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.replace(/\?.*$/, ""))
    .join("\n");
}
