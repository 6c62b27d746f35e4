import type { HubSlot, SlotFormat } from "@sameroom/engine";
import type { Wire } from "@sameroom/native";
import type { IncomingStream } from "../ingest/incoming-stream.ts";
import type { IncomingTrack } from "../ingest/incoming-track.ts";

/** How a stream is shown. */
export interface Showing {
  stream: IncomingStream;
  /** 7 for all. */
  maxTemporalLayer: number;
  /** As RED, where the viewer takes it. */
  redundant: boolean;
}

/** For so long after a fall it may still be asked for packets from before it, ms. */
const FELL_MS = 2000;
/** A past is up to seconds of media: it is sent to one viewer again at most so often, ms. */
const SHOW_AGAIN_MS = 2000;

/**
 * One output of a viewer: what it shows, and what it shows from the next keyframe on. Until that comes the old picture goes
 * on; whoever is asked for the keyframe is asked again while it does not come.
 */
export class SlotOutput {
  readonly slot: HubSlot;
  /** Whose media the slot carries, and in which of the viewer's formats; undefined: nobody's. */
  track: IncomingTrack | undefined;
  format: SlotFormat | undefined;
  readonly #wire: Pick<Wire, "attach" | "detach">;
  #target: Showing | undefined;
  #shown: IncomingStream | undefined;
  #first: number | undefined;
  /** When it was last shown again from its newest keyframe on. */
  #shownAgainAtMs = Number.NEGATIVE_INFINITY;
  /** When the picture became a smaller one. */
  #fellAtMs = Number.NEGATIVE_INFINITY;
  /** Its sound is not sent until then. */
  #leavesOutUntilMs: number | undefined;

  constructor(slot: HubSlot, wire: Pick<Wire, "attach" | "detach">) {
    this.slot = slot;
    this.#wire = wire;
  }

  /** What it shows now; undefined: nothing. */
  get shown(): IncomingStream | undefined {
    return this.#shown;
  }

  /** What it shows from the target's next keyframe on; the same as `shown` when nothing is under way. */
  get target(): IncomingStream | undefined {
    return this.#target?.stream;
  }

  /** Shows this; does nothing when it does already. */
  attach(next: Showing): void {
    const { format } = this;
    if (format === undefined) return;
    const { stream, maxTemporalLayer, redundant } = next;
    const now = this.#target;
    const sameStream = now?.stream === stream;
    if (sameStream && now.maxTemporalLayer === maxTemporalLayer && now.redundant === redundant) return;
    if (!sameStream) now?.stream.keyframes.served(this.slot.output);
    this.#target = next;
    this.#show(next, format, stream.startsFromPast && !sameStream);
    if (this.slot.kind === "audio") this.#shown = stream;
    else if (!sameStream && stream !== this.#shown) {
      stream.keyframes.wait(this.slot.output, this.#improves(stream));
    }
  }

  /**
   * Sends nothing of its sound until then. Timestamps go on with the show, so that what has gathered in the viewer's jitter buffer is
   * played meanwhile, and what comes behind it is that much earlier.
   */
  leaveOut(untilMs: number): void {
    if (this.slot.kind !== "audio" || this.#target === undefined) return;
    if (this.#leavesOutUntilMs === undefined) this.#wire.detach(this.slot.output);
    this.#leavesOutUntilMs = untilMs;
  }

  /** Lets time pass. */
  tick(nowMs: number): void {
    if (this.#leavesOutUntilMs === undefined || nowMs < this.#leavesOutUntilMs) return;
    if (this.#target !== undefined && this.format !== undefined) this.#show(this.#target, this.format, false);
  }

  /** Shows nothing any more. */
  detach(): void {
    if (this.#target === undefined) return;
    this.forget();
    this.#wire.detach(this.slot.output);
  }

  /** Gives up everything without a word to the wire: the output is about to go. */
  forget(): void {
    this.#target?.stream.keyframes.served(this.slot.output);
    this.#target = undefined;
    this.#shown = undefined;
    this.#leavesOutUntilMs = undefined;
  }

  /** The wire has begun to show this source. Returns whether the picture has become a bigger or smaller layer of the same, or neither. */
  switched(source: number, first: number, nowMs: number): "up" | "down" | undefined {
    this.#first = first;
    this.#fellAtMs = Number.NEGATIVE_INFINITY;
    const target = this.#target?.stream;
    if (target === undefined) return undefined;
    const before = this.#shown;
    if (target.source !== source) {
      // Our change of mind came too late: the wire waits for a keyframe where we thought that none was needed.
      this.#shown = this.track?.stream(source) ?? before;
      target.keyframes.wait(this.slot.output);
      return undefined;
    }
    target.keyframes.served(this.slot.output);
    this.#shown = target;
    if (before === undefined || before === target || this.#placeOf(before) < 0) return undefined;
    if (this.#placeOf(target) > this.#placeOf(before)) return "up";
    this.#fellAtMs = nowMs;
    return "down";
  }

  /**
   * Those of these packets that are worth sending again. A network that cannot take a layer cannot take its repairs, and the
   * keyframe of the smaller one would wait behind them.
   */
  worthRepeating(sequenceNumbers: readonly number[], nowMs: number, estimateBps: number): readonly number[] {
    const first = this.#first;
    if (this.slot.kind === "audio" || first === undefined) return sequenceNumbers;
    if (this.#falls && this.#shown!.layer.facts.bitrateBps > estimateBps) return [];
    if (nowMs - this.#fellAtMs > FELL_MS) return sequenceNumbers;
    return sequenceNumbers.filter((each) => ((each - first) & 0xffff) < 0x8000);
  }

  /** A smaller layer than the one that is shown is awaited. */
  get #falls(): boolean {
    const [shown, target] = [this.#shown, this.#target?.stream];
    if (shown === undefined || target === undefined || shown === target) return false;
    const place = this.#placeOf(target);
    return place >= 0 && place < this.#placeOf(shown);
  }

  /**
   * Whether one of these packets begins what is shown now, and carries the decoder's set-up: libwebrtc hands on an H.264
   * keyframe without waiting for the parameter sets before it, and decodes it by those of the layer before.
   */
  startsWith(sequenceNumbers: readonly number[]): boolean {
    return this.format?.name === "h264" && this.#first !== undefined && sequenceNumbers.includes(this.#first);
  }

  /** The decoder has lost its way: what it shows is asked for a keyframe; what cannot be asked is shown again from its newest one on. */
  decoderLost(nowMs: number): void {
    const { format } = this;
    const target = this.#target;
    const shown = this.#shown ?? target?.stream;
    if (shown?.startsFromPast !== true || shown !== target?.stream || format === undefined) {
      shown?.keyframes.want();
      return;
    }
    if (nowMs - this.#shownAgainAtMs < SHOW_AGAIN_MS) return;
    this.#shownAgainAtMs = nowMs;
    this.#wire.detach(this.slot.output);
    this.#show(target, format, true);
  }

  #show({ stream, maxTemporalLayer, redundant }: Showing, format: SlotFormat, startFromPast: boolean): void {
    this.#leavesOutUntilMs = undefined;
    const { payloadType, rtxPayloadType, redPayloadType } = format;
    this.#wire.attach(this.slot.output, stream.source, {
      payloadType,
      maxTemporalLayer,
      ...(rtxPayloadType === undefined ? {} : { rtxPayloadType }),
      ...(redPayloadType === undefined || !redundant ? {} : { redPayloadType }),
      ...(startFromPast ? { startFromPast: true } : {}),
    });
  }

  /** Somebody who already sees a smaller layer of the same picture can wait for the bigger one. */
  #improves(stream: IncomingStream): boolean {
    const shown = this.#shown;
    if (shown === undefined || this.#placeOf(shown) < 0 || !shown.layer.facts.flowing) return false;
    return this.#placeOf(stream) > this.#placeOf(shown);
  }

  /** Among the layers of the track, lowest first; -1: not, or not any more. */
  #placeOf(stream: IncomingStream): number {
    return this.track?.streams.indexOf(stream) ?? -1;
  }
}
