import { randomUUID } from "node:crypto";
import type { RecordingFact } from "@sameroom/contract";
import type { ProgramArchive } from "../archive/program-archive.ts";
import type { RoomPolicy } from "../program/room-policies.ts";
import type { Moment } from "./moment.ts";
import { Moments } from "./moments.ts";
import { Recorder } from "./recorder.ts";
import type { Recording } from "./recording.ts";
import type { RecordingState } from "./recording-state.ts";

export interface ProgramRecorderOptions {
  archive: ProgramArchive;
  /** Of the room, as far as it is known. */
  policy: RoomPolicy;
  unixMs(): number;
  /** Takes a new recording up. */
  create(state: RecordingState): Recording;
  /** It gets nothing more. */
  onFinished(recording: Recording): void;
  /** It was begun by mistake. */
  onUnwanted(recording: Recording): void;
  onEnded(): void;
}

/** So many moments before the first policy came can still be recorded: half a minute of short segments. */
const MOST_PAST = 30;

/** Decides when one program is recorded, by its room's policy and the host's orders. */
export class ProgramRecorder {
  readonly #options: ProgramRecorderOptions;
  readonly #moments: Moments;
  /** What came before it was clear whether to record. */
  #past: Moment[] | undefined = [];
  #policy: RoomPolicy;
  /** Number of the newest moment. */
  #decided = -1;
  #active: Recorder | undefined;
  /** Stopped, but not yet all there. */
  readonly #leaving = new Set<Recorder>();

  constructor(options: ProgramRecorderOptions) {
    this.#options = options;
    this.#policy = options.policy;
    this.#moments = new Moments((moment) => this.#take(moment));
    const { archive } = options;
    archive.on("rendition", (info, state) => this.#moments.rendition(info, state));
    archive.on("init", (init, path) => this.#moments.init(init, path));
    archive.on("closing", (segment) => this.#moments.closing(segment));
    archive.on("segment", (segment, path) => this.#moments.segment(segment, path));
    archive.on("fault", (fault) => this.#active?.fault(fault));
    archive.once("ended", () => void this.#end());
    if (this.#policy.recordingMode === "automatic") this.#start(0);
  }

  get room(): string {
    return this.#options.archive.info.room;
  }

  /** The recording that runs. */
  get recording(): Recording | undefined {
    return this.#active?.recording;
  }

  /** Control says how the room is to be treated. The first word about a broadcast counts from its beginning. */
  setPolicy(policy: RoomPolicy): void {
    const before = this.#policy;
    const isFirst = this.#past !== undefined && before.broadcast !== policy.broadcast;
    this.#policy = policy;
    const active = this.#active;
    if (policy.recordingMode === "automatic") {
      if (active === undefined && (isFirst || before.recordingMode !== "automatic"))
        this.#start(isFirst ? 0 : this.#next());
      else if (isFirst) active?.recording.tell({ broadcast: policy.broadcast });
    } else if (isFirst && active !== undefined) {
      // Begun by what was said of an earlier show.
      this.#active = undefined;
      void active.close().then(() => this.#options.onUnwanted(active.recording));
    } else if (policy.recordingMode === "off") this.stop();
    if (policy.broadcast !== null) this.#past = undefined;
  }

  /** The host wants it recorded from now on: from the next segment. */
  start(): void {
    if (this.#policy.recordingMode !== "off" && this.#active === undefined) this.#start(this.#next());
  }

  /** Ends the recording with the segment that is being made. */
  stop(): void {
    const active = this.#active;
    if (active === undefined) return;
    this.#active = undefined;
    const lastNumber = this.#options.archive.openSegment;
    active.recording.set({ lastNumber });
    void active.recording.trySave();
    this.#leaving.add(active);
    if (this.#decided >= lastNumber) void this.#finish(active);
  }

  /** Lets go of a recording that is to be deleted. Resolves when nothing writes to it any more. */
  async release(recording: Recording): Promise<void> {
    for (const recorder of [this.#active, ...this.#leaving]) {
      if (recorder?.recording !== recording) continue;
      if (recorder === this.#active) this.#active = undefined;
      this.#leaving.delete(recorder);
      await recorder.close();
    }
  }

  #next(): number {
    return this.#options.archive.openSegment + 1;
  }

  #start(firstNumber: number): void {
    const { archive, create, unixMs } = this.#options;
    const fact: RecordingFact = {
      id: randomUUID(),
      room: archive.info.room,
      broadcast: this.#policy.broadcast,
      state: "recording",
      fault: null,
      startedUnixMs: firstNumber === 0 ? archive.info.startedUnixMs : unixMs(),
      ...{ durationMs: 0, bytes: 0, width: 0, height: 0, file: null, hasPictures: false },
    };
    const { epoch } = archive.info;
    const recording = create({
      version: 1,
      ...{
        fact,
        epoch,
        firstNumber,
        open: false,
        lastNumber: null,
        isAway: false,
        isSoundDue: false,
        isDeleting: false,
      },
    });
    this.#active = new Recorder(recording);
    this.#active.fault(archive.fault);
    for (const moment of this.#past ?? []) this.#active.add(moment);
  }

  #take(moment: Moment): void {
    this.#decided = moment.number;
    this.#active?.add(moment);
    for (const recorder of this.#leaving) {
      recorder.add(moment);
      const { lastNumber } = recorder.recording.state;
      if (lastNumber !== null && moment.number >= lastNumber) void this.#finish(recorder);
    }
    this.#past?.push(moment);
    if (this.#past !== undefined && this.#past.length > MOST_PAST) this.#past.shift();
  }

  async #end(): Promise<void> {
    this.#moments.end();
    this.#past = undefined;
    const open = [...(this.#active === undefined ? [] : [this.#active]), ...this.#leaving];
    this.#active = undefined;
    await Promise.all(open.map((recorder) => this.#finish(recorder)));
    this.#options.onEnded();
  }

  async #finish(recorder: Recorder): Promise<void> {
    this.#leaving.delete(recorder);
    await recorder.close();
    this.#options.onFinished(recorder.recording);
  }
}
