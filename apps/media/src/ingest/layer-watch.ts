import { type LayerFacts, RateWindow, StreamActivity, TemporalShares } from "@sameroom/engine";
import type { RtpFact } from "@sameroom/native";
import { type CodecName, type PictureSize, pictureSize } from "@sameroom/protocol";

/** Watches one stream as a layer of a picture: its size, rates, temporal layers, and whether it comes at all. */
export class LayerWatch {
  /** Brought up to date by {@link refresh}; the same object all the time. */
  readonly facts: LayerFacts;
  readonly #codec: CodecName;
  readonly #rates = new RateWindow();
  readonly #activity = new StreamActivity();
  readonly #temporal = new TemporalShares();
  #heard = false;

  constructor(source: number, id: string, codec: CodecName) {
    this.#codec = codec;
    this.facts = {
      source,
      id,
      width: 0,
      height: 0,
      framesPerSecond: 0,
      bitrateBps: 0,
      temporalShares: [1],
      flowing: false,
    };
  }

  /** A packet of media, not a probe. True when it tells of a change that viewers should be rearranged for now. */
  receive(fact: RtpFact, nowMs: number): boolean {
    const { facts } = this;
    this.#rates.count(nowMs, fact.size, fact.marker);
    this.#activity.media(nowMs);
    this.#temporal.count(fact.temporalLayer, fact.size);
    this.#heard = true;
    const began = !facts.flowing;
    facts.flowing = true;
    if (fact.keyframePayload === undefined) return began;
    return this.readSize(fact.keyframePayload) || began;
  }

  /** Reads the picture's size from the first payload of a keyframe; true when it is another one. */
  readSize(payload: Uint8Array): boolean {
    return this.#setSize(pictureSize(this.#codec, payload));
  }

  /** No keyframe has told the size yet. */
  get isSizeUnknown(): boolean {
    return this.facts.width === 0;
  }

  /** Brings the rates up to date, a few times a second; they stay as they were while nothing comes. */
  refresh(nowMs: number): void {
    if (!this.#heard) return;
    this.#heard = false;
    const { facts } = this;
    facts.bitrateBps = this.#rates.bitrateBps(nowMs) || facts.bitrateBps;
    facts.framesPerSecond = this.#rates.framesPerSecond(nowMs) || facts.framesPerSecond;
    facts.temporalShares = this.#temporal.shares();
    this.#activity.setFramesPerSecond(facts.framesPerSecond);
  }

  /** Something came just now. */
  fresh(nowMs: number): boolean {
    return this.#activity.fresh(nowMs);
  }

  /** Takes note if the stream has stopped; true when that is new. */
  noteStop(nowMs: number): boolean {
    if (!this.facts.flowing || !this.#activity.stopped(nowMs)) return false;
    this.facts.flowing = false;
    return true;
  }

  #setSize(size: PictureSize | undefined): boolean {
    const { facts } = this;
    if (size === undefined || (size.width === facts.width && size.height === facts.height)) return false;
    facts.width = size.width;
    facts.height = size.height;
    return true;
  }
}
