import type { Log } from "@sameroom/base";
import type { AccessUnit, UnitFormat } from "@sameroom/protocol";
import { NewestGroup } from "../../transcode/newest-group.ts";
import type { Transcode } from "../../transcode/transcode.ts";
import type { LocalStream } from "./local-stream.ts";
import type { LocalTracks } from "./local-tracks.ts";

/** What a bridge needs of a transcode. */
export type BridgeTranscode = Pick<
  Transcode,
  "push" | "pushPast" | "askForKeyframe" | "close" | "on" | "cpuMsPerSecond" | "underWay"
>;

export interface BridgeOptions {
  tracks: Pick<LocalTracks, "open">;
  /** It may have to begin at once, until the returned function is called. */
  expect(): () => void;
  /** Begins the making; undefined: there is no place for it now. */
  open(input: UnitFormat): BridgeTranscode | undefined;
  /** Somebody is there to take it. */
  isWanted: () => boolean;
  /** A time on the encoder's line on the node's clock as mapped now, µs since 1970. */
  toUnixMicros: (mediaMicros: number) => number;
  nowMs: () => number;
  /** Names the session. */
  log: Log;
}

/** A viewer who loads the page anew finds it still running, ms. */
const LINGER_MS = 10_000;
/** What has failed, or found no place, is not tried again at once, ms. */
const RETRY_MS = 10_000;
/**
 * Sound begins when no more than so many units wait to be made: what came while a process started would have to be played away by viewers,
 * whose pictures wait for their sound.
 */
const MOST_WAITING_SOUND = 4;
/** … but a machine that is that slow all the time has sound after so long, ms. */
const LATEST_SOUND_MS = 3000;
/** Of the newest group of pictures so much is kept for whoever comes first: more than goes through decoders in a moment. */
const MOST_GROUP_UNITS = 600;

/**
 * Makes of one kind of an encoder's media what WebRTC viewers can play, while there are any. It begins with the newest group of
 * pictures, so that nobody waits for the encoder's next keyframe, and makes only the last of it. All is on the encoder's own line of time: where
 * that lies on the node's clock is learnt step by step, and viewers would take each step for pictures that come earlier or later.
 */
export class Bridge {
  readonly #options: BridgeOptions;
  #transcode: BridgeTranscode | undefined;
  #stream: LocalStream | undefined;
  readonly #group = new NewestGroup(MOST_GROUP_UNITS);
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #begunAtMs = Number.NEGATIVE_INFINITY;
  #wantedAtMs = Number.NEGATIVE_INFINITY;
  #unexpect: (() => void) | undefined;
  /** Decoding time of the newest unit: decoders know no way back. */
  #decodedMicros = Number.NEGATIVE_INFINITY;

  constructor(options: BridgeOptions) {
    this.#options = options;
  }

  /** It makes something now. */
  get isOpen(): boolean {
    return this.#transcode !== undefined;
  }

  /** Of one core, milliseconds a second. */
  get cpuMsPerSecond(): number {
    return this.#transcode?.cpuMsPerSecond ?? 0;
  }

  /** The next unit of the encoder's, to be made something of. `mediaMicros`: its presentation on a line without the encoder's jumps. */
  take(coming: AccessUnit, mediaMicros: number): void {
    const unit = this.#onLine(coming, mediaMicros);
    const hasPlace = this.#group.take(unit);
    this.#unexpect ??= this.#options.expect();
    if (this.#transcode !== undefined) this.#transcode.push(unit);
    // Who forgets the last keyframe of such an encoder may wait for the next one forever.
    else if (this.#options.isWanted() || !hasPlace) this.#begin();
    if (!hasPlace) this.#group.forget();
  }

  /** The same, but nothing is to be made of it yet. */
  keep(unit: AccessUnit, mediaMicros: number): void {
    if (!this.#group.take(this.#onLine(unit, mediaMicros))) this.#group.forget();
  }

  /** Every few milliseconds. */
  poll(nowMs: number): void {
    if (this.#options.isWanted()) this.#wantedAtMs = nowMs;
    if (this.#transcode === undefined) return;
    if (this.#group.isHeld && nowMs - this.#wantedAtMs > LINGER_MS) this.stop();
    else if (this.#stream?.incoming.keyframes.poll(nowMs) === true) this.#transcode.askForKeyframe();
  }

  /** Makes nothing any more; what was made stays where it is. */
  stop(): void {
    this.#transcode?.close();
    this.#transcode = undefined;
  }

  /** Nothing will come any more. */
  close(): void {
    this.stop();
    this.#unexpect?.();
  }

  #begin(): void {
    const { nowMs, open } = this.#options;
    const [first] = this.#group.units;
    const last = this.#group.units.at(-1);
    if (first === undefined || last === undefined || nowMs() < this.#notBeforeMs) return;
    const transcode = open(first.format);
    if (transcode === undefined) {
      this.#notBeforeMs = nowMs() + RETRY_MS;
      return;
    }
    this.#transcode = transcode;
    this.#begunAtMs = nowMs();
    this.#wantedAtMs = nowMs();
    transcode.on("unit", (_, unit) => this.#made(unit, transcode.underWay));
    transcode.on("failed", (failure) => this.#failed(transcode, failure));
    // Encoders cannot be asked for one: a process that was started again gets what its pictures refer to.
    transcode.on("keyframeWanted", () => {
      for (const unit of this.#group.units) transcode.pushPast(unit);
    });
    for (const unit of this.#group.units.slice(0, -1)) transcode.pushPast(unit);
    transcode.push(last);
  }

  #made(unit: AccessUnit, waiting: number): void {
    if (this.#stream?.isOpen !== true || !this.#stream.takes(unit.format)) {
      if (!unit.keyframe || this.#isPast(unit, waiting)) return;
      this.#stream = this.#options.tracks.open(unit.format, { keepsPast: false });
    }
    const mediaMicros = unit.captureMicros;
    this.#stream?.send({ ...unit, captureMicros: this.#options.toUnixMicros(mediaMicros) }, mediaMicros);
  }

  #onLine(unit: AccessUnit, mediaMicros: number): AccessUnit {
    const { compositionMicros } = unit;
    this.#decodedMicros = Math.max(mediaMicros - compositionMicros, this.#decodedMicros + 1);
    return { ...unit, captureMicros: this.#decodedMicros + compositionMicros };
  }

  /** Sound that others wait behind, at the beginning. */
  #isPast({ format }: AccessUnit, waiting: number): boolean {
    const isBeginning = this.#options.nowMs() - this.#begunAtMs < LATEST_SOUND_MS;
    return format.kind === "audio" && isBeginning && waiting > MOST_WAITING_SOUND;
  }

  #failed(transcode: BridgeTranscode, failure: object): void {
    if (transcode !== this.#transcode) return;
    this.#transcode = undefined;
    const { log, nowMs } = this.#options;
    log.warn("nothing is made for WebRTC viewers any more", { ...failure });
    this.#notBeforeMs = nowMs() + RETRY_MS;
  }
}
