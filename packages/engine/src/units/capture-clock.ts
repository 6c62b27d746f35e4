import { timestampDelta } from "@sameroom/protocol";

/** A moment of the node's clock, and what the stream's timestamp was then: a sender report, mapped. */
export interface ClockMap {
  /** Microseconds since 1970. */
  unixMicros: number;
  rtpTimestamp: number;
}

/** The least transit time is sought in the last one to two windows of this length. */
const WINDOW_MICROS = 10_000_000;
/** A packet cannot come earlier than it was captured; clocks and reports err by so much. */
const MOST_EARLY_MICROS = 500_000;
/** What takes longer to arrive was not captured when its timestamp says. */
const MOST_LATE_MICROS = 3_000_000;
/** So many packets in a row say so before it is believed: one burst behind a queue is no new clock. */
const RESET_PACKETS = 3;
/** Errors beyond this are corrected faster, µs. */
const LARGE_MICROS = 200_000;
/** How much faster or slower than real time the corrected clock runs meanwhile. */
const SLEW = 0.1;
const LARGE_SLEW = 0.5;

/**
 * Capture times of one RTP stream. Sender reports say what a timestamp means; before the first one, the least delayed packets
 * do. A change of either is approached slowly, so that capture times neither jump nor run backwards. What contradicts the
 * packets' arrival (a host's clock that was set, timestamps that began anew) is not believed: arrival anchors all.
 */
export class CaptureClock {
  readonly #microsPerTick: number;
  /** Timestamp and its extended form, of the newest frame. */
  #timestamp: number | undefined;
  #ticks = 0;
  /** Least transit time (arrival minus media time) of the window before, and of this one. */
  #leastBefore = Number.POSITIVE_INFINITY;
  #least = Number.POSITIVE_INFINITY;
  #windowEndsMicros = 0;
  /** Reported capture time minus media time. */
  #reported: number | undefined;
  #early: ClockMap | undefined;
  #offset: number | undefined;
  #strange = 0;
  /** Reports of timestamps before this one are of another time; undefined: none are. */
  #beganAt: number | undefined;
  #captureMicros = Number.NEGATIVE_INFINITY;

  /** `clockRate`: ticks of the timestamp a second. */
  constructor(clockRate: number) {
    this.#microsPerTick = 1e6 / clockRate;
  }

  /** Timestamps mean something else from this frame's on: its arrival anchors them, and then a report of what comes behind it. */
  restart(rtpTimestamp: number): void {
    this.#beganAt = rtpTimestamp;
    this.#least = Number.POSITIVE_INFINITY;
    this.#leastBefore = Number.POSITIVE_INFINITY;
  }

  /** Takes a report over, unless arrivals contradict it. */
  report(map: ClockMap): void {
    if (!Number.isFinite(map.unixMicros)) return;
    if (this.#beganAt !== undefined && timestampDelta(map.rtpTimestamp, this.#beganAt) < 0) return;
    this.#beganAt = undefined;
    if (this.#timestamp === undefined) {
      this.#early = map;
      return;
    }
    const transit = map.unixMicros - this.#mediaMicros(map.rtpTimestamp);
    const behind = this.#leastTransit() - transit;
    if (behind > -MOST_EARLY_MICROS && behind < MOST_LATE_MICROS) this.#reported = transit;
  }

  /**
   * Capture time (unix µs) of the frame with this timestamp that arrived at `arrivalMicros`, or never came (undefined); later than
   * all before. A frame that came is the first.
   */
  capture(rtpTimestamp: number, arrivalMicros: number | undefined): number {
    const before = this.#ticks;
    this.#advance(rtpTimestamp);
    const media = this.#ticks * this.#microsPerTick;
    if (arrivalMicros !== undefined) this.#observe(media, arrivalMicros);
    const target = this.#reported ?? this.#leastTransit();
    const error = this.#offset === undefined ? 0 : target - this.#offset;
    const share = Math.abs(error) > LARGE_MICROS ? LARGE_SLEW : SLEW;
    const most = Math.max(0, (this.#ticks - before) * this.#microsPerTick * share);
    this.#offset =
      this.#offset === undefined ? target : this.#offset + Math.max(-most, Math.min(most, error));
    const capture = Math.round(media + this.#offset);
    // Timestamps that step back a little: time stands still for them.
    this.#captureMicros = Math.max(capture, this.#captureMicros + 1);
    return this.#captureMicros;
  }

  #advance(rtpTimestamp: number): void {
    if (this.#timestamp !== undefined) this.#ticks += timestampDelta(rtpTimestamp, this.#timestamp);
    this.#timestamp = rtpTimestamp;
  }

  #mediaMicros(rtpTimestamp: number): number {
    return (this.#ticks + timestampDelta(rtpTimestamp, this.#timestamp!)) * this.#microsPerTick;
  }

  #leastTransit(): number {
    return Math.min(this.#least, this.#leastBefore);
  }

  #observe(media: number, arrivalMicros: number): void {
    const transit = arrivalMicros - media;
    const later = transit - this.#leastTransit();
    if (later < -MOST_EARLY_MICROS) this.#reset(transit, arrivalMicros);
    else if (later > MOST_LATE_MICROS) {
      this.#strange += 1;
      if (this.#strange < RESET_PACKETS) return;
      this.#reset(transit, arrivalMicros);
    }
    this.#strange = 0;
    if (arrivalMicros >= this.#windowEndsMicros) {
      this.#leastBefore = this.#least;
      this.#least = transit;
      this.#windowEndsMicros = arrivalMicros + WINDOW_MICROS;
    } else if (transit < this.#least) this.#least = transit;
    if (this.#early !== undefined) {
      const map = this.#early;
      this.#early = undefined;
      this.report(map);
    }
  }

  /** Timestamps mean something else from now on; the times made of them go on where they were. */
  #reset(transit: number, arrivalMicros: number): void {
    this.#leastBefore = Number.POSITIVE_INFINITY;
    this.#least = transit;
    this.#windowEndsMicros = arrivalMicros + WINDOW_MICROS;
    this.#reported = undefined;
    this.#offset = undefined;
  }
}
