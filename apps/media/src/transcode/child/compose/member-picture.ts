import type { UnitFormat } from "@sameroom/protocol";
import { AV_PIX_FMT_YUV420P } from "node-av/constants";
import { Frame } from "node-av/lib";
import type { ComposeTile, WireUnit } from "../../messages.ts";
import { Scaler } from "../scaler.ts";
import { VideoDecoder } from "../video-decoder.ts";
import type { Rect } from "./canvas.ts";
import { drawFace } from "./face-tile.ts";

/** The last picture is held so long, µs; then the member has none. */
const HELD_MICROS = 3_000_000;
/** Units that wait for their moment: some seconds; beyond it all up to the next keyframe are dropped. */
const MOST_UNITS = 256;

/** A picture ready to be put somewhere. */
export interface Shown {
  picture: Frame;
  rect: Rect;
  /** Another one than the last time. */
  isNew: boolean;
  /** In another rectangle. */
  isMoved: boolean;
}

/** The picture of one member of a composition: their units decoded when their moment has come, the last one held, their face without any. */
export class MemberPicture {
  #units: WireUnit[] = [];
  #needsKeyframe = true;
  #decoder: VideoDecoder | undefined;
  readonly #held = new Frame();
  #heldMicros = Number.NEGATIVE_INFINITY;
  #hasNew = false;
  #scaler: { width: number; height: number; scaler: Scaler } | undefined;
  #scaled: Frame | undefined;
  #face: { name: string; frame: Frame } | undefined;
  #wasFace = false;
  #rect: Rect = { x: 0, y: 0, width: 0, height: 0 };

  constructor() {
    this.#held.alloc();
  }

  /** When the picture that is shown was captured, µs. */
  get heldMicros(): number {
    return this.#heldMicros;
  }

  setFormat(format: UnitFormat): void {
    if (format.kind !== "video") throw new Error(`no pictures in ${format.codecs}`);
    const decoder = new VideoDecoder(format);
    // Those that wait are of the format before.
    this.#decodeUntil(Number.POSITIVE_INFINITY);
    this.#decoder?.close();
    this.#decoder = decoder;
    this.#needsKeyframe = true;
  }

  take(unit: WireUnit): void {
    if (this.#units.length >= MOST_UNITS) {
      this.#units = [];
      this.#needsKeyframe = true;
    }
    if (this.#needsKeyframe && !unit.keyframe) return;
    this.#needsKeyframe = false;
    this.#units.push(unit);
  }

  /** What is to be seen of them at this moment, in this rectangle. */
  show(untilMicros: number, tile: ComposeTile, rect: Rect): Shown {
    this.#decodeUntil(untilMicros);
    const isDark = tile.dark || untilMicros - this.#heldMicros > HELD_MICROS;
    return isDark ? this.#showFace(tile.name, rect) : this.#showPicture(tile, rect);
  }

  close(): void {
    this.#decoder?.close();
    this.#held.free();
    this.#scaler?.scaler.close();
    this.#face?.frame.free();
  }

  #decodeUntil(untilMicros: number): void {
    let count = 0;
    for (const { captureMicros, compositionMicros, data } of this.#units) {
      if (captureMicros - compositionMicros > untilMicros) break;
      count += 1;
      this.#decoder?.decode(data, captureMicros, (frame, micros) => {
        this.#held.unref();
        if (this.#held.ref(frame) < 0) return;
        this.#heldMicros = micros;
        this.#hasNew = true;
      });
    }
    if (count > 0) this.#units = this.#units.slice(count);
  }

  #showPicture({ whole }: ComposeTile, rect: Rect): Shown {
    const { width, height } = this.#held;
    const [across, down] = [rect.width / width, rect.height / height];
    const scale = whole ? Math.min(across, down) : Math.max(across, down);
    const size = { width: even(width * scale), height: even(height * scale) };
    const place = {
      x: rect.x + evenBelow(Math.max(0, rect.width - size.width) / 2),
      y: rect.y + evenBelow(Math.max(0, rect.height - size.height) / 2),
      width: Math.min(rect.width, size.width),
      height: Math.min(rect.height, size.height),
    };
    const isMoved = this.#wasFace || !isSame(place, this.#rect);
    const isNew = this.#hasNew || isMoved || this.#scaled === undefined;
    if (isNew) this.#scaled = this.#scalerFor(size).scale(this.#held);
    this.#hasNew = false;
    this.#wasFace = false;
    this.#rect = place;
    return { picture: this.#scaled!, rect: place, isNew, isMoved };
  }

  #showFace(name: string, rect: Rect): Shown {
    const { width, height } = this.#face?.frame ?? { width: 0, height: 0 };
    const isKnown = this.#face?.name === name && width === rect.width && height === rect.height;
    if (!isKnown) {
      const frame = drawFace(name, rect);
      this.#face?.frame.free();
      this.#face = { name, frame };
    }
    const isMoved = !isSame(rect, this.#rect);
    const isNew = !isKnown || !this.#wasFace || isMoved;
    this.#wasFace = true;
    this.#rect = rect;
    return { picture: this.#face!.frame, rect, isNew, isMoved };
  }

  #scalerFor(size: { width: number; height: number }): Scaler {
    const known = this.#scaler;
    if (known?.width === size.width && known.height === size.height) return known.scaler;
    known?.scaler.close();
    const scaler = new Scaler(size, AV_PIX_FMT_YUV420P);
    this.#scaler = { ...size, scaler };
    return scaler;
  }
}

function isSame(one: Rect, other: Rect): boolean {
  return one.x === other.x && one.y === other.y && one.width === other.width && one.height === other.height;
}

function even(length: number): number {
  return Math.max(2, 2 * Math.round(length / 2));
}

function evenBelow(length: number): number {
  return 2 * Math.floor(length / 2);
}
