import { HLS_SPARSE } from "@sameroom/contract";
import Hls, {
  type ErrorData,
  type LevelDetails,
  M3U8Parser,
  type MediaFragment,
  type PlaylistLevelType,
} from "hls.js";
import { CatchUp } from "./catch-up.ts";
import { FollowingPicture, FollowingSound } from "./following.ts";
import type { HlsCounters, HlsFault, HlsLevel, HlsPlayer, HlsPlayerOptions, HlsTimes } from "./hls-player.ts";
import { isSourceLevel, levelIdOf } from "./level-id.ts";
import { LiveBuffers } from "./live-buffers.ts";
import { beginsWithKeyframe, canTakeOver, decodesBefore, endsInMedia, liveEdgeOf } from "./newest.ts";
import { ReadyLevels } from "./ready-levels.ts";
import { hidesSource } from "./renditions-in.ts";

/** Where it begins anew is further behind after each stall, seconds. */
const STALL_COSTS_S = 0.25;
/** A decoder that has to be reset more often than this does not get better by it, ms. */
const RESET_AGAIN_MS = 5000;
const NOT_ZERO_S = 0.001;
const ROUND_TRIPS = 8;
/** Until it is measured, bits a second. With hls.js's own guess it leaves the host's picture before its first part has come. */
const BANDWIDTH_AT_FIRST = 5_000_000;
/** Going to a place that is so far behind its keyframe takes longer than it is worth, seconds. */
const SEEK_DECODES_S = 6;
/** What was watched is kept for a short way back. */
const BACK_BUFFER_S = 30;

/** HLS by hls.js, where there is Media Source Extensions. */
export class HlsJsPlayer implements HlsPlayer {
  readonly #options: HlsPlayerOptions;
  readonly #hls: PatientHls;
  #levels: readonly HlsLevel[] = [];
  #choice: string | null = null;
  /** The choice is made ready while another level plays. */
  #isTurning = false;
  #wantedUnixMs: number | undefined;
  /** The level that is kept to while watching what was before. */
  #sourceLevel: number | undefined;
  #bytes = 0;
  /** The host's picture has too few keyframes to begin with it, or turn to it: what is made of it is preferred. */
  #isSparse = false;
  /** Of the last requests: the shortest was held up least by this machine. */
  readonly #roundTripsMs: number[] = [];
  #resetAtMs = Number.NEGATIVE_INFINITY;
  readonly #catchUp = new CatchUp();
  readonly #ready: ReadyLevels;
  /** The rate we set last; another one is the viewer's wish. */
  #rate = 1;
  #closed = false;

  static isSupported(): boolean {
    return Hls.isSupported();
  }

  constructor(options: HlsPlayerOptions) {
    this.#options = options;
    this.#wantedUnixMs = options.startUnixMs;
    const { rewrite, startSeconds } = options;
    this.#ready = new ReadyLevels({
      look: (url, signal) => this.#look(url, signal),
      nowMs: () => performance.now(),
      after: (delayMs, action) => {
        const timer = setTimeout(action, delayMs);
        return () => clearTimeout(timer);
      },
    });
    this.#hls = new PatientHls({
      lowLatencyMode: true,
      liveDurationInfinity: true,
      bufferController: LiveBuffers,
      streamController: FollowingPicture,
      audioStreamController: FollowingSound,
      liveSyncOnStallIncrease: STALL_COSTS_S,
      abrEwmaDefaultEstimate: BANDWIDTH_AT_FIRST,
      capLevelToPlayerSize: true,
      backBufferLength: BACK_BUFFER_S,
      ...(startSeconds === undefined ? {} : { startPosition: startSeconds }),
      xhrSetup: (xhr, url) => xhr.open("GET", rewrite(url), true),
    });
    this.#hls.instead = (wanted) => this.#readyInstead(wanted);
    this.#listen();
    options.element.addEventListener("ended", this.#ended);
    options.element.addEventListener("timeupdate", this.#moved);
    options.element.addEventListener("seeking", this.#sought);
    this.#hls.loadSource(options.url);
    this.#hls.attachMedia(options.element);
  }

  get levels(): readonly HlsLevel[] {
    return this.#levels;
  }

  get level(): string | null {
    return this.#idAt(this.#hls.currentLevel);
  }

  get loading(): string | null {
    return this.#isTurning ? this.#choice : this.#idAt(this.#hls.loadLevel);
  }

  get best(): string | null {
    const { autoLevelCapping, levels } = this.#hls;
    const id = autoLevelCapping < 0 ? null : this.#idAt(Math.min(autoLevelCapping, levels.length - 1));
    return this.#levels.some((level) => level.id === id) ? id : (this.#levels[0]?.id ?? null);
  }

  get audioUrl(): string | null {
    return this.#hls.allAudioTracks.find(({ url }) => url !== "")?.url ?? null;
  }

  get mayHaveMissedSound(): boolean {
    const { levels, allAudioTracks } = this.#hls;
    if (allAudioTracks.length > 0) return false;
    const known = levels.map(({ uri }) => levelIdOf(uri, ""));
    const reports = this.#details()?.renditionReports ?? [];
    return reports.some(({ URI }) => URI !== undefined && !known.includes(levelIdOf(URI, "")));
  }

  choose(id: string | null): void {
    this.#choice = id;
    this.#turn();
  }

  get liveUnixMs(): number | null {
    const edges = this.#hls.levels.flatMap(({ details }) =>
      details?.hasProgramDateTime ? [liveEdgeOf(details)] : [],
    );
    return edges.length === 0 ? null : Math.max(...edges);
  }

  times(): HlsTimes | null {
    const details = this.#details();
    const first = details?.fragments[0];
    const at = this.#hls.playingDate;
    if (details === undefined || first?.programDateTime == null || at === null) return null;
    if (this.#options.element.readyState < 2) return null;
    return {
      fromUnixMs: first.programDateTime,
      liveUnixMs: liveEdgeOf(details),
      atUnixMs: at.getTime(),
      targetMs: (this.#hls.targetLatency ?? details.targetduration) * 1000,
    };
  }

  counters(): HlsCounters {
    const { element } = this.#options;
    const level = this.#hls.levels[Math.max(0, this.#hls.currentLevel)];
    const estimate = this.#hls.bandwidthEstimate;
    return {
      position: element.currentTime,
      bytes: this.#bytes,
      framesDecoded: element.getVideoPlaybackQuality().totalVideoFrames,
      width: element.videoWidth,
      height: element.videoHeight,
      estimate: this.#bytes > 0 && Number.isFinite(estimate) ? estimate : null,
      roundTripMs: this.#roundTripsMs.length === 0 ? null : Math.min(...this.#roundTripsMs),
      videoCodec: level?.videoCodec ?? null,
      audioCodec: this.#hls.audioTracks[this.#hls.audioTrack]?.audioCodec ?? level?.audioCodec ?? null,
    };
  }

  seekTo(unixMs: number): void {
    const details = this.#details();
    const isMoving = this.#keepToSource();
    if (details?.hasProgramDateTime && !isMoving) this.#seekIn(details, unixMs);
    else this.#wantedUnixMs = unixMs;
  }

  goLive(): void {
    this.#wantedUnixMs = undefined;
    if (this.#sourceLevel !== undefined && this.#choice === null) this.#hls.loadLevel = -1;
    this.#sourceLevel = undefined;
    this.#catchUp.begin();
    const { liveSyncPosition } = this.#hls;
    if (liveSyncPosition !== null) this.#options.element.currentTime = liveSyncPosition;
  }

  get goesLiveSoon(): boolean {
    const details = this.#details();
    const { liveSyncPosition } = this.#hls;
    if (details === undefined || liveSyncPosition === null) return true;
    return decodesBefore(details, liveSyncPosition) < SEEK_DECODES_S;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const { element } = this.#options;
    element.removeEventListener("ended", this.#ended);
    element.removeEventListener("timeupdate", this.#moved);
    element.removeEventListener("seeking", this.#sought);
    if (element.playbackRate === this.#rate) element.playbackRate = 1;
    this.#ready.close();
    this.#hls.destroy();
  }

  readonly #ended = () => {
    if (this.#details()?.live === false) this.#options.onEnded();
  };

  /** Plays a little faster or slower at the live edge, or nearer to it. Looked at before media is added, too: then least is left. */
  readonly #moved = () => {
    if (this.#isTurning) this.#turn();
    const { element } = this.#options;
    const details = this.#details();
    if (details?.live !== true || element.paused || element.playbackRate !== this.#rate) return;
    const { buffered, currentTime } = element;
    const end = buffered.length === 0 ? currentTime : buffered.end(buffered.length - 1);
    const { rate, skipS } = this.#catchUp.take({
      nowMs: performance.now(),
      bufferedS: end - currentTime,
      behindS: details.edge - currentTime,
      mayStay: this.#options.isBehind?.() === true,
      canSkip: (skipS) => decodesBefore(details, currentTime + skipS) < SEEK_DECODES_S,
    });
    this.#rate = rate;
    if (element.playbackRate !== rate) element.playbackRate = rate;
    if (skipS > 0) element.currentTime = currentTime + skipS;
  };

  readonly #sought = () => this.#catchUp.restart();

  #listen(): void {
    const hls = this.#hls;
    const { onLevels } = this.#options;
    const { Events } = Hls;
    const listLevels = () => {
      this.#levels = this.#listLevels();
      if (this.#choice !== null) this.choose(this.#choice);
      onLevels();
    };
    hls.on(Events.MANIFEST_PARSED, (_, { sessionData }) => {
      this.#isSparse = sessionData?.[HLS_SPARSE] !== undefined;
      this.#begin();
      listLevels();
      if (this.#wantedUnixMs !== undefined) this.#keepToSource();
    });
    hls.on(Events.LEVELS_UPDATED, listLevels);
    hls.on(Events.LEVEL_SWITCHING, onLevels);
    hls.on(Events.LEVEL_SWITCHED, onLevels);
    hls.on(Events.LEVEL_UPDATED, (_, { details, level }) => {
      const url = hls.levels[level]?.uri ?? "";
      if (!endsInMedia(details)) this.#ready.lost(url);
      else if (beginsWithKeyframe(details)) this.#ready.seen(url);
      else this.#ready.flows(url);
      if (this.#wantedUnixMs === undefined || !details.hasProgramDateTime) return;
      // Of the one that was left a moment ago.
      if (level !== (this.#sourceLevel ?? level)) return;
      this.#seekIn(details, this.#wantedUnixMs);
    });
    hls.on(Events.FRAG_LOADED, (_, { frag }) => {
      const { total, loaded, loading } = frag.stats;
      this.#bytes += total || loaded;
      if (loading.first <= loading.start) return;
      this.#roundTripsMs.push(loading.first - loading.start);
      if (this.#roundTripsMs.length > ROUND_TRIPS) this.#roundTripsMs.shift();
    });
    hls.on(Events.BUFFER_APPENDING, this.#moved);
    hls.on(Events.ERROR, (_, data) => this.#handleError(data));
  }

  /** To the level that was chosen, once it is ready; until then the one that plays goes on. */
  #turn(): void {
    const { levels } = this.#hls;
    const index =
      this.#choice === null ? -1 : levels.findIndex((_, each) => this.#idAt(each) === this.#choice);
    const url = levels[index]?.uri;
    const isPlaying = this.#details()?.live === true;
    // What cannot be made ready is turned to all the same: the viewer wants it.
    this.#isTurning =
      isPlaying && url !== undefined && !this.#ready.isReady(url) && !this.#ready.isResting(url);
    if (this.#isTurning) this.#ready.want(url!);
    else this.#hls.nextLevel = index;
  }

  #readyInstead(wanted: number): number {
    const { levels, loadLevel } = this.#hls;
    if (this.#details()?.live !== true) return wanted;
    const urls = levels.map(({ uri }) => uri);
    const bestMade = urls.findLastIndex((url) => !isSourceLevel(url) && !this.#ready.isResting(url));
    if (!this.#isSparse || bestMade < 0) return this.#ready.instead(urls, wanted, loadLevel);
    const made = urls.map((url) => (isSourceLevel(url) ? undefined : url));
    return this.#ready.instead(made, made[wanted] === undefined ? bestMade : wanted, loadLevel);
  }

  async #look(url: string, signal: AbortSignal): Promise<boolean> {
    const answer = await fetch(this.#options.rewrite(url), { signal });
    if (!answer.ok) return false;
    const main = "main" as PlaylistLevelType.MAIN;
    const details = M3U8Parser.parseLevelPlaylist(await answer.text(), url, 0, main, 0, null);
    const { element } = this.#options;
    const { buffered, currentTime } = element;
    const at = this.#hls.playingDate?.getTime();
    // Anything is better than nothing.
    if (at === undefined || buffered.length === 0) return endsInMedia(details);
    const aheadMs = (buffered.end(buffered.length - 1) - currentTime) * 1000;
    return canTakeOver(details, { atUnixMs: at, bufferedUnixMs: at + aheadMs });
  }

  #listLevels(): HlsLevel[] {
    const byId = new Map<string, HlsLevel>();
    const { levels } = this.#hls;
    const addresses = levels.map(({ uri }) => uri);
    const isHidden = (uri: string) => hidesSource(addresses, this.#isSparse) && isSourceLevel(uri);
    levels.forEach(({ uri, width, height, frameRate, bitrate }, index) => {
      if (isHidden(uri)) return;
      const id = this.#idAt(index)!;
      if (!byId.has(id)) byId.set(id, { id, width, height, framesPerSecond: frameRate || 0, bitrate });
    });
    return [...byId.values()].sort((a, b) => b.height - a.height || b.bitrate - a.bitrate);
  }

  #idAt(index: number): string | null {
    const level = this.#hls.levels[index];
    return level === undefined ? null : levelIdOf(level.uri, String(index));
  }

  /**
   * What is made of the host's picture may not be there yet: it is waited for. Begins with the smallest that the host sends, unless that
   * has too few keyframes; from there the network and the size on screen decide.
   */
  #begin(): void {
    const { levels } = this.#hls;
    const first = levels.findIndex(({ uri }) => isSourceLevel(uri) !== this.#isSparse);
    if (first > 0 || (first === 0 && this.#isSparse)) this.#hls.startLevel = first;
  }

  /**
   * What is made of the host's picture and sound begins when somebody asks for it; the time before that is only in what the
   * host sent. Keeps to the best of it until `goLive`; true when that is another level than the one that plays.
   */
  #keepToSource(): boolean {
    const { levels, loadLevel } = this.#hls;
    if (this.#choice !== null) return false;
    const isSource = levels.map(({ uri }) => isSourceLevel(uri));
    const best = isSource.lastIndexOf(true);
    if (best < 0 || isSource.every((each) => each)) return false;
    this.#sourceLevel = best;
    this.#hls.loadLevel = best;
    return best !== loadLevel;
  }

  #details(): LevelDetails | undefined {
    const { levels, currentLevel, loadLevel } = this.#hls;
    return (
      levels[currentLevel]?.details ?? levels[loadLevel]?.details ?? this.#hls.latestLevelDetails ?? undefined
    );
  }

  #seekIn(details: LevelDetails, unixMs: number): void {
    this.#wantedUnixMs = undefined;
    const dated = details.fragments.filter(
      (fragment): fragment is MediaFragment & { programDateTime: number } =>
        fragment.programDateTime !== null,
    );
    const fragment = dated.findLast(({ programDateTime }) => programDateTime <= unixMs) ?? dated[0];
    if (fragment === undefined) return;
    const into = Math.max(0, Math.min(fragment.duration, (unixMs - fragment.programDateTime) / 1000));
    const latest = this.#hls.liveSyncPosition ?? Number.POSITIVE_INFINITY;
    // Before there is media an element takes 0 for no wish at all, and hls.js begins at the live edge.
    this.#options.element.currentTime = Math.min(Math.max(fragment.start + into, NOT_ZERO_S), latest);
  }

  #handleError({ fatal, details, response, type, context }: ErrorData): void {
    if (details === Hls.ErrorDetails.BUFFER_STALLED_ERROR) this.#catchUp.stalled(performance.now());
    const refused = this.#hls.levels[context?.level ?? -1];
    if (
      details === Hls.ErrorDetails.LEVEL_LOAD_ERROR &&
      (response?.code ?? 0) >= 400 &&
      refused !== undefined
    )
      this.#ready.refused(refused.uri);
    if (!fatal || this.#closed) return;
    const { ErrorDetails, ErrorTypes } = Hls;
    const isCodec =
      details === ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR ||
      details === ErrorDetails.BUFFER_INCOMPATIBLE_CODECS_ERROR;
    if (isCodec) this.#fail("codec");
    else if (type === ErrorTypes.MEDIA_ERROR && performance.now() - this.#resetAtMs > RESET_AGAIN_MS) {
      this.#resetAtMs = performance.now();
      this.#hls.recoverMediaError();
    } else if (type === ErrorTypes.MEDIA_ERROR) this.#fail("media");
    else this.#fail(faultOfStatus(response?.code));
  }

  #fail(fault: HlsFault): void {
    // While the last picture and position are still there.
    this.#options.onFault(fault);
    this.close();
  }
}

function faultOfStatus(status: number | undefined): HlsFault {
  if (status === 404 || status === 410) return "missing";
  if (status === 401 || status === 403) return "refused";
  return status === 503 ? "full" : "network";
}

/** hls.js, which turns to a level by bandwidth, size or after errors when it is there. */
class PatientHls extends Hls {
  /** The level to go on with instead of the one that is wanted. */
  instead: ((wanted: number) => number) | undefined;

  override get nextAutoLevel(): number {
    const wanted = super.nextAutoLevel;
    return this.instead?.(wanted) ?? wanted;
  }

  override set nextAutoLevel(level: number) {
    super.nextAutoLevel = level;
  }

  override get nextLoadLevel(): number {
    return super.nextLoadLevel;
  }

  override set nextLoadLevel(level: number) {
    super.nextLoadLevel = this.autoLevelEnabled ? (this.instead?.(level) ?? level) : level;
  }
}
