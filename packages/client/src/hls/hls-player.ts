/** One size of the picture in a multivariant playlist. */
export interface HlsLevel {
  /** `v-h` in its address is layer `h`, as over WebRTC; else the rendition's name, or its place in the list. */
  id: string;
  width: number;
  height: number;
  framesPerSecond: number;
  /** Bits per second. */
  bitrate: number;
}

/**
 * Why a player gave up: nothing there (404), refused (401, 403), too many players (503), no way through, no codec this browser
 * plays, or media that cannot be decoded.
 */
export type HlsFault = "missing" | "refused" | "full" | "network" | "codec" | "media";

/** Capture times, ms since 1970. */
export interface HlsTimes {
  fromUnixMs: number;
  liveUnixMs: number;
  atUnixMs: number;
  /** How far behind `liveUnixMs` a player at the live edge is, ms. */
  targetMs: number;
}

export interface HlsCounters {
  /** Grows while something is shown or heard, seconds. */
  position: number;
  bytes: number;
  framesDecoded: number;
  width: number;
  height: number;
  /** Bits per second that the network takes; null until known. */
  estimate: number | null;
  /** Of the network, as far as requests show it; null until known. */
  roundTripMs: number | null;
  videoCodec: string | null;
  audioCodec: string | null;
}

export interface HlsPlayerOptions {
  element: HTMLVideoElement;
  url: string;
  /** Every address before it is asked for: a newer signature. */
  rewrite: (url: string) => string;
  /** Capture time to begin at; default: the newest, or the beginning of a recording. */
  startUnixMs?: number;
  /** Position to begin at in a recording, seconds. */
  startSeconds?: number;
  /** The viewer wants to be behind the live edge; where not, whoever is behind it catches up. Default: false. */
  isBehind?: () => boolean;
  /** Levels, or the level, changed. */
  onLevels: () => void;
  /** The playlist has ended, and all of it was played. */
  onEnded: () => void;
  /** The player is of no use any more. */
  onFault: (fault: HlsFault) => void;
}

/** A player of HLS in an element: hls.js, or the browser's own. */
export interface HlsPlayer {
  readonly levels: readonly HlsLevel[];
  /** Ids of what is on screen and of what comes next. */
  readonly level: string | null;
  readonly loading: string | null;
  /** Id of the largest that the element has room for; null until known. */
  readonly best: string | null;
  /** Playlist of the sound alone, or null. */
  readonly audioUrl: string | null;
  /** It has no sound, and has heard of something that is live and was not there when it began. */
  readonly mayHaveMissedSound: boolean;
  /** The only size from now on; null: what network and element take. */
  choose(id: string | null): void;
  /** Capture time of the newest there is to play, ms since 1970; null until known. */
  readonly liveUnixMs: number | null;
  /** null until they are known, or while there is no picture. */
  times(): HlsTimes | null;
  counters(): HlsCounters;
  /** As near as what is kept allows. */
  seekTo(unixMs: number): void;
  goLive(): void;
  /** Whether `goLive` takes no time: not much is to be decoded first. */
  readonly goesLiveSoon: boolean;
  close(): void;
}
