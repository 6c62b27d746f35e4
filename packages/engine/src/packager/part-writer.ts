import {
  type AccessUnit,
  type FragmentSample,
  serializeEmptyFragment,
  serializeFragment,
  serializeInit,
  timescaleOf,
  type UnitFormat,
} from "@sameroom/protocol";
import { silentPacket } from "../units/silent-packet.ts";
import type { Cut } from "./segment-grid.ts";
import { SoundPlacement } from "./sound-placement.ts";
import type { PackagerSink, Part, RenditionInfo } from "./types.ts";

export interface PartWriterOptions {
  info: RenditionInfo;
  sink: PackagerSink;
  partMicros: number;
  /** Capture time that is time 0 of the fragments, µs. */
  originMicros: () => number;
}

/** The segment that is being made. */
interface Open {
  cut: Cut;
  captureMicros: number;
  durationMicros: number;
  byteLength: number;
  parts: number;
  independent: boolean;
}

/** Parts are at least so much of what is aimed at (RFC 8216bis section 4.4.4.9). */
const LEAST_OF_PART = 0.85;
/** What is left at the end of a segment, if less than this, is counted with the next one, µs. */
const LEAST_REST_MICROS = 50_000;
/** Longer holes are not filled, µs. */
const MOST_SILENCE_MICROS = 5_000_000;
/** A picture's time is over when the next one comes; of the last one of a stretch this is assumed, µs. */
const DEFAULT_PICTURE_MICROS = 33_333;

/** Units of one rendition to fragments, and those to the parts and segments of its sink. Decides nothing about where to cut. */
export class PartWriter {
  readonly #options: PartWriterOptions;
  readonly #sound = new SoundPlacement();
  #format: UnitFormat | undefined;
  #timescale = 90_000;
  #version = -1;
  #sequence = 0;
  #open: Open | undefined;
  #samples: FragmentSample[] = [];
  #baseTime = 0;
  /** Of the part that is being made, with what samples of the one before last into it. */
  #ticks = 0;
  #partCaptureMicros = 0;
  #partIndependent = false;
  /** A picture whose duration is not known yet, and where it stands. */
  #picture: AccessUnit | undefined;
  #pictureTime = 0;
  #pictureTicks = 3000;
  /** Behind all that was written, in ticks. */
  #endTime = 0;

  constructor(options: PartWriterOptions) {
    this.#options = options;
  }

  get format(): UnitFormat | undefined {
    return this.#format;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** Capture time of what the open segment begins with, µs. */
  get startMicros(): number {
    return this.#open?.captureMicros ?? 0;
  }

  /** Begins a segment with this unit. The one before is closed. */
  begin(cut: Cut, unit: AccessUnit, isContinuing: boolean): void {
    if (unit.format !== this.#format) this.#setUp(unit.format);
    this.#open = {
      cut,
      captureMicros: unit.captureMicros,
      durationMicros: 0,
      byteLength: 0,
      parts: 0,
      independent: unit.keyframe,
    };
    if (!isContinuing) this.#ticks = 0;
    if (unit.format.kind === "audio" && !isContinuing) this.#sound.restart();
    this.append(unit);
  }

  append(unit: AccessUnit): void {
    if (unit.format.kind === "audio") this.#appendSound(unit);
    else this.#appendPicture(unit);
  }

  /** Closes the segment; `next` is what follows without a break. `untilMicros`: what is missing up to there is a gap. */
  end(next: AccessUnit | undefined, untilMicros?: number): void {
    const open = this.#open;
    if (open === undefined) return;
    if (untilMicros !== undefined) this.#holdUntil(untilMicros);
    this.rest(next);
    if (this.#ticks > this.#ticksOf(LEAST_REST_MICROS)) this.#putEmpty(open);
    if (open.parts === 0) {
      this.#open = undefined;
      this.gap(open.cut, untilMicros ?? next?.captureMicros ?? open.captureMicros);
      return;
    }
    if (untilMicros !== undefined) {
      const missing = untilMicros - (open.captureMicros + open.durationMicros);
      // Less than a frame is no gap.
      if (missing > 2 * DEFAULT_PICTURE_MICROS) this.#gapParts(open, missing);
    }
    this.#open = undefined;
    const { cut, captureMicros, durationMicros, byteLength, parts, independent } = open;
    this.#options.sink.segment({
      rendition: this.#options.info.id,
      number: cut.number,
      init: this.#version,
      captureMicros,
      durationMicros,
      byteLength,
      parts,
      independent,
      discontinuity: cut.discontinuity,
      gap: false,
    });
  }

  /** A segment in which nothing was there. */
  gap(cut: Cut, untilMicros: number): void {
    this.#options.sink.segment({
      rendition: this.#options.info.id,
      number: cut.number,
      init: Math.max(0, this.#version),
      captureMicros: cut.atMicros,
      durationMicros: Math.max(1000, untilMicros - cut.atMicros),
      byteLength: 0,
      parts: 0,
      independent: false,
      discontinuity: cut.discontinuity,
      gap: true,
    });
  }

  /** Nothing more comes for now: what is held goes out. The segment stays open. */
  rest(next?: AccessUnit): void {
    if (this.#picture !== undefined) this.#closePicture(next && this.#nextTime(next));
    this.#flush();
  }

  /** Capture time behind all that was written, µs. */
  get endMicros(): number {
    return this.#options.originMicros() + (this.#endTime * 1e6) / this.#timescale;
  }

  /** Silence, in the format there is, up to the end of sound in another one; undefined: none can be made, or too much were needed. */
  silenceUntil({ format, captureMicros, samples }: AccessUnit): AccessUnit[] | undefined {
    const own = this.#format;
    if (own?.kind !== "audio" || format.kind !== "audio") return undefined;
    const packet = silentPacket(own);
    const fromMicros = this.endMicros;
    const missingMicros = captureMicros + (samples * 1e6) / format.sampleRate - fromMicros;
    if (packet === undefined || missingMicros > MOST_SILENCE_MICROS) return undefined;
    const packetMicros = (packet.samples * 1e6) / own.sampleRate;
    const count = Math.max(0, Math.floor(missingMicros / packetMicros));
    return Array.from({ length: count }, (_, index) => ({
      ...{ format: own, compositionMicros: 0, keyframe: true, ...packet },
      captureMicros: Math.round(fromMicros + index * packetMicros),
    }));
  }

  #setUp(format: UnitFormat): void {
    const before = this.#endTime / this.#timescale;
    this.#format = format;
    this.#timescale = timescaleOf(format);
    this.#ticks = 0;
    this.#endTime = Math.ceil(before * this.#timescale);
    this.#version += 1;
    this.#sound.restart();
    const rendition = this.#options.info.id;
    this.#options.sink.init({ rendition, version: this.#version, format, bytes: serializeInit(format) });
  }

  #timeOf({ captureMicros, compositionMicros }: AccessUnit): number {
    const micros = captureMicros - compositionMicros - this.#options.originMicros();
    return Math.max(0, Math.round((micros * this.#timescale) / 1e6));
  }

  /** Where a picture stands behind the pending one: never before it. */
  #nextTime(unit: AccessUnit): number {
    return Math.max(this.#timeOf(unit), this.#pictureTime + 1);
  }

  #appendPicture(unit: AccessUnit): void {
    const time =
      this.#picture === undefined ? Math.max(this.#timeOf(unit), this.#endTime) : this.#nextTime(unit);
    if (this.#picture !== undefined) this.#closePicture(time);
    this.#picture = unit;
    this.#pictureTime = time;
  }

  /** The last picture before a gap stays until the gap's end, or until its part is as long as parts are. */
  #holdUntil(untilMicros: number): void {
    if (this.#picture === undefined) return;
    const until = Math.round(((untilMicros - this.#options.originMicros()) * this.#timescale) / 1e6);
    const most = this.#ticksOf(this.#options.partMicros) - this.#ticks;
    const duration = Math.min(until - this.#pictureTime, Math.max(most, this.#pictureTicks));
    this.#closePicture(this.#pictureTime + Math.max(1, duration));
  }

  #closePicture(nextTime: number | undefined): void {
    const unit = this.#picture!;
    this.#picture = undefined;
    const duration = nextTime === undefined ? this.#pictureTicks : nextTime - this.#pictureTime;
    // Holes do not tell how long a picture lasts.
    if (duration < this.#timescale) this.#pictureTicks = duration;
    const compositionOffset = Math.round((unit.compositionMicros * this.#timescale) / 1e6);
    const sample = { data: unit.data, duration, keyframe: unit.keyframe, compositionOffset };
    this.#add(sample, this.#pictureTime, unit.captureMicros);
  }

  #appendSound(unit: AccessUnit): void {
    const placement = this.#sound.place(unit, this.#timeOf(unit), this.#endTime);
    if (placement === undefined) return;
    // A part holds no holes: the next one says where it stands.
    if (placement.time !== this.#endTime) this.#flush();
    let { time } = placement;
    for (const { data, samples } of placement.silence) {
      this.#add({ data, duration: samples, keyframe: true }, time, unit.captureMicros);
      time += samples;
    }
    this.#add({ data: unit.data, duration: unit.samples, keyframe: true }, time, unit.captureMicros);
  }

  /**
   * A part ends before the sample that would make it longer than aimed at. Where it would be too short without (pictures that
   * come seldom, one that is held), the sample lasts over the part's end: into the next one, or through parts without samples.
   */
  #add(sample: FragmentSample, time: number, captureMicros: number): void {
    const most = this.#ticksOf(this.#options.partMicros);
    const least = most * LEAST_OF_PART;
    if (this.#samples.length > 0 && this.#ticks >= least && this.#ticks + sample.duration > most * 1.001)
      this.#flush();
    if (this.#samples.length === 0) {
      this.#baseTime = time;
      this.#partCaptureMicros = captureMicros;
      this.#partIndependent = sample.keyframe;
    }
    this.#samples.push(sample);
    this.#ticks += sample.duration;
    this.#endTime = time + sample.duration;
    // One more of the kind would be too much: this part is whole.
    if (this.#ticks >= least && this.#ticks + sample.duration > most * 1.001) this.#flush();
    while (this.#samples.length === 0 && this.#ticks >= most && this.#open !== undefined)
      this.#putEmpty(this.#open);
  }

  /** What is there of the part goes out; what is more than a part's length is left of {@link #ticks}. */
  #flush(): void {
    const open = this.#open;
    if (this.#samples.length === 0 || open === undefined) return;
    this.#sequence += 1;
    const bytes = serializeFragment({
      format: this.#format!,
      sequence: this.#sequence,
      baseTime: this.#baseTime,
      samples: this.#samples,
    });
    this.#samples = [];
    const captureMicros = this.#partCaptureMicros;
    const independent = this.#partIndependent;
    this.#put(open, { bytes, durationMicros: this.#takeTicks(), captureMicros, independent, gap: false });
  }

  /** A part in which no sample begins. */
  #putEmpty(open: Open): void {
    this.#sequence += 1;
    const baseTime = this.#endTime - this.#ticks;
    const bytes = serializeEmptyFragment({ sequence: this.#sequence, baseTime });
    const captureMicros = open.captureMicros + open.durationMicros;
    const durationMicros = this.#takeTicks();
    this.#put(open, { bytes, durationMicros, captureMicros, independent: false, gap: false });
  }

  /** Takes a part's length, or what there is; µs. */
  #takeTicks(): number {
    const ticks = Math.min(this.#ticks, this.#ticksOf(this.#options.partMicros));
    this.#ticks -= ticks;
    return Math.round((ticks * 1e6) / this.#timescale);
  }

  #ticksOf(micros: number): number {
    return Math.floor((micros * this.#timescale) / 1e6);
  }

  #gapParts(open: Open, missingMicros: number): void {
    const { partMicros } = this.#options;
    for (let left = missingMicros; left > 0; left -= partMicros) {
      const durationMicros = Math.round(Math.min(left, partMicros));
      if (durationMicros < 1000) return;
      const captureMicros = open.captureMicros + open.durationMicros;
      const bytes = new Uint8Array(0);
      this.#put(open, { bytes, durationMicros, captureMicros, independent: false, gap: true });
    }
  }

  #put(
    open: Open,
    part: Pick<Part, "bytes" | "durationMicros" | "captureMicros" | "independent" | "gap">,
  ): void {
    this.#options.sink.part({
      rendition: this.#options.info.id,
      segment: open.cut.number,
      index: open.parts,
      discontinuity: open.cut.discontinuity,
      ...part,
    });
    open.parts += 1;
    open.byteLength += part.bytes.length;
    open.durationMicros += part.durationMicros;
  }
}
