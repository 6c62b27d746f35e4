import { type Clock, Emitter } from "@sameroom/base";
import type { AccessUnit, UnitFormat } from "@sameroom/protocol";
import { Backlog } from "./backlog.ts";
import { Effort, effortSteps, thinnerSteps } from "./effort.ts";
import type { Rung, SoundLevel, ToChild, WireUnit, Work } from "./messages.ts";
import { sameFormat } from "./same-format.ts";
import type { JobMessage } from "./transcoder-child.ts";

/** Why a transcode ended by itself. */
export type TranscodeFailure =
  /** The machine is too slow for it. */
  | { reason: "overload" }
  /** Its process died twice within a minute. */
  | { reason: "died"; message: string }
  /** FFmpeg does not take the stream. */
  | { reason: "unsupported"; message: string };

/** A frame of MP3, which no MP4 carries here. */
export interface Mp3Frame {
  /** When its first sample was captured, µs since 1970 on the node's clock. */
  captureMicros: number;
  /** At 48 kHz. */
  samples: number;
  data: Uint8Array;
}

export type TranscodeEvents = {
  /** Made, by the name of the output: `aac`, `opus`, `h264`, or the id of a rung. The format object stays the same while nothing changes. */
  unit: [output: string, unit: AccessUnit];
  /** Of an MP3 transcode, instead of `unit`. */
  frame: [frame: Mp3Frame];
  /** Of {@link Transcoders.openLevels}, instead of `unit`. */
  level: [level: SoundLevel];
  /** Of {@link Transcoders.openThumbnails}, instead of `unit`: a JPEG. */
  thumbnail: [jpeg: Uint8Array];
  /** The machine is too slow: this output will bring nothing more, the others go on. */
  dropped: [output: string];
  /** Nothing can be made until the source brings a keyframe. */
  keyframeWanted: [];
  /** All that was taken is done with. */
  idle: [];
  /** Nothing more will come. */
  failed: [failure: TranscodeFailure];
};

/** A place in a child process, held by one job. */
export interface Seat {
  send(
    message: ToChild extends infer Message
      ? Message extends { job: number }
        ? Omit<Message, "job">
        : never
      : never,
  ): void;
  /** Gives the place back. */
  leave(): void;
}

/** Finds a place; `alone` in a process that nobody shares. `undefined` hands the job's fate to `onGone`. */
export type TakeSeat = (options: {
  alone: boolean;
  onMessage(message: JobMessage): void;
  onGone(why: string): void;
}) => Seat;

export interface TranscodeOptions {
  work: Extract<Work, { kind: "audio" | "opus" | "levels" | "thumbnails" | "video" | "realtime" }>;
  /** What it makes, the dearest first: dropped in this order. */
  outputs: readonly string[];
  takeSeat: TakeSeat;
  clock: Clock;
  onClose(): void;
}

/** A job whose process dies again so soon is given up, ms. */
const stableMs = 60_000;
/** Too slow twice within so long, with nothing left to drop: given up, ms. */
const overloadMemoryMs = 10_000;

/** Of pictures for viewers who wait for none, those that waited for longer are not made, ms. */
const lateMs = 120;

/**
 * Of sizes that began with the past, those that waited for longer are not made, ms: the source's next keyframe may be far. So long in a row
 * is too slow.
 */
const lateWithPastMs = 400;
const tooLateMs = 3000;

/**
 * What those viewers have missed is decoded for so long, ms, before it is given up to the source's next keyframe: that may be
 * far, and a process that starts has a group of pictures to go through.
 */
const catchUpMs = 4000;

/** A keyframe is asked for again after so long, ms. */
const keyframeIntervalMs = 1000;

/**
 * A stream being transcoded in a child process. Units that come faster than they can be made are left out up to the next
 * keyframe; it neither queues more than a second nor holds anybody up.
 */
export class Transcode {
  readonly #options: TranscodeOptions;
  readonly #events = new Emitter<TranscodeEvents>();
  readonly #backlog: Backlog;
  readonly #formats = new Map<string, UnitFormat>();
  readonly #outputs: string[];
  #work: TranscodeOptions["work"];
  #input: UnitFormat;
  #seat: Seat | undefined;
  #opened = false;
  #diedMs: number | undefined;
  #overloadedMs: number | undefined;
  #askedMs: number | undefined;
  #closed = false;
  #cpuMsPerSecond = 0;
  /** Of a realtime transcode, and of sizes that began with units of the past: the source has few keyframes. */
  #effort: Effort | undefined;
  #lateSinceMs: number | undefined;

  constructor(options: TranscodeOptions) {
    this.#options = options;
    this.#work = options.work;
    this.#outputs = [...options.outputs];
    this.#input = options.work.input;
    this.#effort = this.#isRealtime ? new Effort(effortSteps) : undefined;
    this.#backlog = new Backlog(this.#isRealtime ? { maxWaitMs: catchUpMs } : {});
    this.#open(false);
  }

  /** Closed, by whoever opened it or by a failure. */
  get closed(): boolean {
    return this.#closed;
  }

  /** What it took of one core in the last second, ms a second; 0 until it is known. */
  get cpuMsPerSecond(): number {
    return this.#cpuMsPerSecond;
  }

  /** Units that were taken and are not done with. */
  get underWay(): number {
    return this.#backlog.size;
  }

  /** How much less than everything it makes, for the machine is too slow: 0 to 4 for a realtime transcode, see `effortSteps`, or 3 for sizes, see `thinnerSteps`. */
  get reduced(): number {
    return this.#effort?.step ?? 0;
  }

  /** What is made now, the dearest first. */
  get outputs(): readonly string[] {
    return this.#outputs;
  }

  on<Name extends keyof TranscodeEvents>(event: Name, listener: (...args: TranscodeEvents[Name]) => void) {
    return this.#events.on(event, listener);
  }

  /** The next unit of the source. Never waits, never throws. */
  push(unit: AccessUnit): void {
    this.#push(unit, false);
  }

  /**
   * A unit of the past, for pictures: nothing is made of it, but what is pushed next may refer to it. The units since the source's last
   * keyframe, pushed in this way first, spare a transcode the wait for the next one.
   */
  pushPast(unit: AccessUnit): void {
    if (this.#work.kind === "video") this.#effort ??= new Effort(thinnerSteps);
    this.#effort?.burst(this.#options.clock.nowMs());
    this.#push(unit, true);
  }

  /** The next picture that is made is a keyframe, in all sizes. */
  askForKeyframe(): void {
    this.#seat?.send({ type: "keyframe" });
  }

  #push(unit: AccessUnit, isPast: boolean): void {
    if (this.#closed) return;
    if (unit.format !== this.#input && !this.#changeFormat(unit.format)) return;
    const nowMs = this.#options.clock.nowMs();
    const waitedMs = this.#backlog.waitedMs(nowMs);
    const isMaking = this.#opened && !this.#backlog.hasPast;
    if (isMaking && this.#effort?.note(waitedMs, nowMs)) this.#tellEffort();
    const skipped = isPast || this.#isSkipped(waitedMs, nowMs);
    const size = {
      keyframe: unit.keyframe,
      bytes: unit.data.byteLength,
      isPast: skipped && !this.#isRealtime,
    };
    const admission = this.#backlog.admit(size, nowMs);
    if (admission === "overflow") this.#overflow(nowMs);
    else if (admission === "keyframe") this.#wantKeyframe(nowMs);
    if (admission !== "send") return;
    const { captureMicros, compositionMicros, keyframe, samples, data } = unit;
    this.#seat?.send({
      type: "unit",
      sequence: this.#backlog.sequence,
      unit: { captureMicros, compositionMicros, keyframe, samples, data },
      skipped,
    });
  }

  /** Whether a unit is only to be decoded, as so long was waited already. */
  #isSkipped(waitedMs: number, nowMs: number): boolean {
    if (this.#isRealtime) return waitedMs > lateMs;
    // What came while the past was decoded is past by then.
    if (this.#backlog.hasPast && this.#lateSinceMs === undefined) return true;
    if (this.#effort === undefined || waitedMs <= lateWithPastMs) {
      this.#lateSinceMs = undefined;
      return false;
    }
    this.#lateSinceMs ??= nowMs;
    if (nowMs - this.#lateSinceMs > tooLateMs) {
      this.#lateSinceMs = nowMs;
      this.#overflow(nowMs);
    }
    return true;
  }

  /** Makes this size of a video transcode, too, from the next keyframe on. */
  add(rung: Rung): void {
    if (this.#closed || this.#work.kind !== "video" || this.#outputs.includes(rung.id)) return;
    const rungs = [...this.#work.rungs.filter(({ id }) => this.#outputs.includes(id)), rung];
    rungs.sort((one, other) => other.height - one.height);
    this.#work = { ...this.#work, rungs };
    this.#outputs.splice(0, this.#outputs.length, ...rungs.map(({ id }) => id));
    this.#seat?.send({ type: "rung", rung });
  }

  /** Makes this output no longer; without any, pictures are decoded all the same. */
  drop(output: string): void {
    const index = this.#outputs.indexOf(output);
    if (index < 0) return;
    this.#outputs.splice(index, 1);
    this.#seat?.send({ type: "drop", output });
  }

  /** Ends it. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#end();
    this.#events.clear();
  }

  #open(again: boolean): void {
    this.#opened = false;
    this.#cpuMsPerSecond = 0;
    this.#backlog.reset();
    const seat = this.#options.takeSeat({
      alone: again,
      onMessage: (message) => {
        if (this.#seat === seat) this.#receive(message);
      },
      onGone: (why) => {
        if (this.#seat === seat) this.#died(why);
      },
    });
    this.#seat = seat;
    this.#effort?.burst(this.#options.clock.nowMs());
    seat.send({ type: "open", work: this.#work });
    if (this.#work.kind === "video" && this.reduced > 0) this.#tellEffort();
  }

  get #isRealtime(): boolean {
    return this.#work.kind === "realtime";
  }

  #tellEffort(): void {
    const effort = this.reduced;
    if (this.#work.kind === "realtime") this.#work = { ...this.#work, effort };
    this.#seat?.send({ type: "effort", effort });
  }

  #receive(message: JobMessage): void {
    switch (message.type) {
      case "opened":
        this.#opened = true;
        return;
      case "format": {
        const known = this.#formats.get(message.output);
        if (known === undefined || !sameFormat(known, message.format)) {
          this.#formats.set(message.output, message.format);
        }
        return;
      }
      case "unit":
        this.#made(message.output, message.unit);
        return;
      case "done":
        this.#backlog.done(message.sequence);
        if (this.#backlog.size === 0) this.#events.emit("idle");
        return;
      case "level":
        this.#events.emit("level", message.level);
        return;
      case "thumbnail":
        this.#events.emit("thumbnail", message.jpeg);
        return;
      case "cost":
        this.#cpuMsPerSecond = message.cpuMsPerSecond;
        return;
      case "failed":
        this.#fail({ reason: "unsupported", message: message.message });
    }
  }

  #made(output: string, unit: WireUnit): void {
    if (!this.#outputs.includes(output)) return;
    if (output === "mp3") {
      const { captureMicros, samples, data } = unit;
      this.#events.emit("frame", { captureMicros, samples, data });
      return;
    }
    const format = this.#formats.get(output);
    if (format !== undefined) this.#events.emit("unit", output, { format, ...unit });
  }

  #changeFormat(format: UnitFormat): boolean {
    if (format.kind !== this.#input.kind) {
      this.#fail({ reason: "unsupported", message: `${format.codecs} where ${this.#input.codecs} was` });
      return false;
    }
    this.#input = format;
    // What is under way is of the old format and comes first; what follows needs a keyframe by itself.
    this.#work = { ...this.#work, input: format } as TranscodeOptions["work"];
    this.#seat?.send({ type: "format", format });
    return true;
  }

  #wantKeyframe(nowMs: number): void {
    if (this.#askedMs !== undefined && nowMs - this.#askedMs < keyframeIntervalMs) return;
    this.#askedMs = nowMs;
    this.#events.emit("keyframeWanted");
  }

  #overflow(nowMs: number): void {
    // While its process is starting, being late says nothing about how fast it will be.
    if (!this.#opened) return;
    if (this.#effort?.lower(nowMs)) {
      this.#tellEffort();
      return;
    }
    const dearest = this.#outputs[0];
    if (this.#outputs.length > 1 && dearest !== undefined) {
      this.drop(dearest);
      this.#events.emit("dropped", dearest);
      return;
    }
    const again = this.#overloadedMs !== undefined && nowMs - this.#overloadedMs < overloadMemoryMs;
    this.#overloadedMs = nowMs;
    if (again) this.#fail({ reason: "overload" });
  }

  #died(why: string): void {
    const nowMs = this.#options.clock.nowMs();
    const again = this.#diedMs !== undefined && nowMs - this.#diedMs < stableMs;
    this.#diedMs = nowMs;
    if (again) {
      this.#fail({ reason: "died", message: why });
      return;
    }
    if (this.#work.kind === "video") {
      // Whatever of it was dropped stays dropped; and hardware that may have been the cause is left out.
      const rungs = this.#work.rungs.filter(({ id }) => this.#outputs.includes(id));
      this.#work = { ...this.#work, rungs, encoder: "libx264" };
    }
    if (this.#work.kind === "realtime") this.#work = { ...this.#work, encoder: "libx264" };
    this.#open(true);
  }

  #fail(failure: TranscodeFailure): void {
    if (this.#closed) return;
    this.#end();
    this.#events.emit("failed", failure);
    this.#events.clear();
  }

  #end(): void {
    this.#closed = true;
    this.#cpuMsPerSecond = 0;
    this.#seat?.send({ type: "close" });
    this.#leave();
    this.#options.onClose();
  }

  #leave(): void {
    const seat = this.#seat;
    this.#seat = undefined;
    seat?.leave();
  }
}
