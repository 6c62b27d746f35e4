import type { AccessUnit, AudioFormat, VideoFormat } from "@sameroom/protocol";
import type { Program } from "../program/program.ts";
import { DecodeOrder } from "./decode-order.ts";

/** Of a program, what restreaming needs. */
export type Show = Pick<
  Program,
  "topLayer" | "planned" | "offers" | "ask" | "formatOf" | "on" | "subscribe" | "askForKeyframes"
>;

export interface ShowFeedOptions {
  show: Show;
  /** Codecs of pictures that the target's container carries. */
  pictures: readonly VideoFormat["codec"][];
  /** Of the node's monotonic clock. */
  nowMs(): number;
  /** The next unit, in decoding order of both kinds. */
  onUnit(unit: AccessUnit): void;
}

/** Every container carries it, and every platform takes it. */
const SOUND = "aac";
/** What the host sends is given so long to bring the other kind, ms: then the show is taken to have one only. */
const OTHER_KIND_MS = 5000;
/** A kind that brings nothing for so long is not waited for any more, ms. */
const SILENT_MS = 2000;
/** While the other kind goes on, a kind that brings nothing for so long is not part of the show any more, ms. */
const GONE_MS = 10_000;

/**
 * A show as other platforms take it: the host's highest layer as it is where its codec is carried, else the largest H.264 that is
 * made of it, and AAC. What is made is asked for as players ask, and shared with them.
 */
export class ShowFeed {
  readonly #options: ShowFeedOptions;
  readonly #order = new DecodeOrder();
  readonly #newestMs: { video: number | undefined; audio: number | undefined } = {
    video: undefined,
    audio: undefined,
  };
  readonly #offs: (() => void)[];
  #picture: { rendition: string; stop: () => void } | undefined;
  #video: VideoFormat | undefined;
  #audio: AudioFormat | undefined;
  #firstMs: number | undefined;

  constructor(options: ShowFeedOptions) {
    this.#options = options;
    const { show } = options;
    this.#offs = [
      show.subscribe(SOUND, (unit) => this.#take(unit)),
      // Told of before the unit itself: a show's first keyframe is not missed.
      show.on("format", () => this.#followHost()),
    ];
    this.#followHost();
  }

  /** Of the newest units. */
  get video(): VideoFormat | undefined {
    return this.#video;
  }

  get audio(): AudioFormat | undefined {
    return this.#audio;
  }

  /** All kinds are known that the show will have: a connection can begin. */
  isReady(nowMs: number): boolean {
    if (this.#video !== undefined && this.#audio !== undefined) return true;
    return this.#firstMs !== undefined && nowMs - this.#firstMs >= OTHER_KIND_MS;
  }

  /** The host sends pictures that neither fit nor can be made to fit on this server. */
  get isUnsupported(): boolean {
    const { show } = this.#options;
    return (
      show.topLayer !== undefined &&
      show.formatOf(show.topLayer) !== undefined &&
      this.#choose() === undefined
    );
  }

  /** Keeps asking for what is made, follows the host, hands over what is due. Every few tens of milliseconds. */
  tick(nowMs: number): void {
    const { show, onUnit } = this.#options;
    if (show.offers(SOUND)) show.ask(SOUND);
    this.#followHost();
    if (this.#picture !== undefined) show.ask(this.#picture.rendition);
    this.#forget(nowMs);
    const isThere = (atMs: number | undefined) => atMs !== undefined && nowMs - atMs < SILENT_MS;
    const alone = this.isReady(nowMs) && isThere(this.#newestMs.video) !== isThere(this.#newestMs.audio);
    for (const unit of this.#order.take(nowMs, alone)) onUnit(unit);
  }

  close(): void {
    for (const off of this.#offs.splice(0)) off();
    this.#picture?.stop();
    this.#picture = undefined;
    this.#order.clear();
  }

  #forget(nowMs: number): void {
    const { video, audio } = this.#newestMs;
    if (video === undefined || audio === undefined || nowMs - Math.max(video, audio) >= SILENT_MS) return;
    if (nowMs - video >= GONE_MS) this.#video = undefined;
    if (nowMs - audio >= GONE_MS) this.#audio = undefined;
  }

  #choose(): string | undefined {
    const { show, pictures } = this.#options;
    const top = show.topLayer;
    const format = top === undefined ? undefined : show.formatOf(top);
    // While the host is away, what was sent last is what will be sent again.
    if (format?.kind !== "video") return top === undefined ? this.#picture?.rendition : undefined;
    if (pictures.includes(format.codec)) return top;
    const made = show.planned.filter(({ kind, codecs }) => kind === "video" && codecs.startsWith("avc1"));
    return made.sort((one, other) => (other.height ?? 0) - (one.height ?? 0))[0]?.id;
  }

  #followHost(): void {
    const rendition = this.#choose();
    if (rendition === this.#picture?.rendition) return;
    this.#picture?.stop();
    this.#picture = undefined;
    if (rendition === undefined) return;
    let isFirst = true;
    const stop = this.#options.show.subscribe(rendition, (unit) => {
      // Another stream begins where it can be decoded.
      if (isFirst && !unit.keyframe) return;
      isFirst = false;
      this.#take(unit);
    });
    this.#picture = { rendition, stop };
    this.#options.show.askForKeyframes();
  }

  #take(unit: AccessUnit): void {
    const { format } = unit;
    const nowMs = this.#options.nowMs();
    if (format.kind === "video") this.#video = format;
    else this.#audio = format;
    this.#firstMs ??= nowMs;
    this.#newestMs[format.kind] = nowMs;
    this.#order.push(unit, nowMs);
  }
}
