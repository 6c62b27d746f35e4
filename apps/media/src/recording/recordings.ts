import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, Emitter, type Log, type Random, type Timers } from "@sameroom/base";
import { idSchema, type RecordingFact } from "@sameroom/contract";
import { parseInit, timescaleOf } from "@sameroom/protocol";
import type { DiskArchive } from "../archive/disk-archive.ts";
import type { ProgramArchive } from "../archive/program-archive.ts";
import { type RoomPolicy, UNKNOWN_POLICY } from "../program/room-policies.ts";
import type { Storage } from "../storage/storage.ts";
import type { MakePictures } from "./add-pictures.ts";
import type { MakeAac } from "./add-sound.ts";
import { Finisher } from "./finisher.ts";
import { leftOverMoments } from "./left-over-moments.ts";
import { MANIFEST, readManifest } from "./manifest.ts";
import { ProgramRecorder } from "./program-recorder.ts";
import { Recorder } from "./recorder.ts";
import { Recording } from "./recording.ts";
import { type RecordingState, readState } from "./recording-state.ts";
import { wholeFragments } from "./whole-fragments.ts";

export type RecordingsEvents = {
  /** A recording began, changed or is ready. */
  fact: [RecordingFact];
  /** Nothing of it is left. */
  deleted: [id: string];
};

export interface RecordingsOptions {
  /** `<data>/recordings`; nobody else writes there. */
  directory: string;
  archive: DiskArchive;
  storage: Storage;
  /** What control has said of a room. */
  policyOf(room: string): RoomPolicy;
  makePictures: MakePictures | undefined;
  makeAac: MakeAac | undefined;
  clock: Clock;
  timers: Timers;
  random: Pick<Random, "next">;
  log: Log;
}

/** All recordings of a worker: those that run, those being finished, and those that are ready. */
export class Recordings extends Emitter<RecordingsEvents> {
  readonly #options: RecordingsOptions;
  readonly #finisher: Finisher;
  readonly #all = new Map<string, Recording>();
  readonly #programs = new Map<ProgramArchive, ProgramRecorder>();
  readonly #deleting = new Map<string, Promise<void>>();

  constructor(options: RecordingsOptions) {
    super((error, event) => options.log.error("a listener failed", { event, error: error.message }));
    this.#options = options;
    this.#finisher = new Finisher(options);
    options.archive.on("opened", (program) => this.#follow(program));
  }

  /** What control is told with `hello`. */
  get facts(): RecordingFact[] {
    return [...this.#all.values()].map(({ fact }) => fact);
  }

  /** Whether this room's show is being recorded now. */
  isRecording(room: string): boolean {
    for (const program of this.#programs.values())
      if (program.room === room && program.recording !== undefined) return true;
    return false;
  }

  find(id: string): Recording | undefined {
    const recording = this.#all.get(id);
    return recording?.state.isDeleting ? undefined : recording;
  }

  /**
   * Takes up what runs before this one have left: completes recordings that a crash cut short, goes on finishing, and goes on
   * deleting. Called once, before anything is recorded. Resolves when the live archive's old files are not needed any more.
   */
  async recover(): Promise<void> {
    const { directory, archive, log } = this.#options;
    await mkdir(directory, { recursive: true }).catch((error: Error) =>
      log.error("recordings cannot be kept", { error: error.message }),
    );
    const unfinished: Recording[] = [];
    for (const name of await readdir(directory).catch(() => [])) {
      if (!idSchema.safeParse(name).success) continue;
      const state = await readState(join(directory, name));
      if (state === undefined || state.fact.id !== name) {
        log.warn("a recording has no readable state; it is left alone", { recording: name });
        continue;
      }
      const recording = this.#add(state);
      if (state.isDeleting) void this.delete(name).catch(() => {});
      else if (state.isSoundDue) this.#finisher.finish(recording);
      else if (state.fact.state !== "ready" && state.fact.state !== "failed") unfinished.push(recording);
    }
    for (const recording of unfinished) {
      await this.#complete(recording).catch((error: Error) =>
        log.error("a recording is not complete", { recording: recording.id, error: error.message }),
      );
      this.#finisher.finish(recording);
    }
    await archive.clean();
  }

  /** `room-policy` of control. */
  setPolicy(room: string, policy: RoomPolicy): void {
    this.#current(room)?.setPolicy(policy);
  }

  /** `record` of control: the host starts or ends a recording. */
  record(room: string, on: boolean): void {
    const program = this.#current(room);
    if (on) program?.start();
    else program?.stop();
  }

  /** `recording-policy` of control: who may play it without a token. Remembered. */
  setOpen(id: string, open: boolean): void {
    const recording = this.#all.get(id);
    if (recording === undefined || recording.state.open === open) return;
    recording.set({ open });
    void recording.trySave();
  }

  /**
   * `delete-recording` of control: all of its files, wherever they are, also while it is being recorded. Emits `deleted`, also
   * when there were none. Rejects when the disk or the storage refuses; then the next start, or another order, goes on.
   */
  delete(id: string): Promise<void> {
    const known = this.#deleting.get(id);
    if (known !== undefined) return known;
    const deleted = this.#delete(id).finally(() => this.#deleting.delete(id));
    this.#deleting.set(id, deleted);
    return deleted;
  }

  /** Resolves when what there is to finish is finished or waits for another attempt. */
  idle(): Promise<void> {
    return this.#finisher.idle();
  }

  /** Stops working; the archive is closed before. What is unfinished is completed on the next start. */
  async close(): Promise<void> {
    await this.#finisher.close();
    this.#options.storage.close();
  }

  #follow(archive: ProgramArchive): void {
    const { policyOf, clock } = this.#options;
    const program = new ProgramRecorder({
      archive,
      policy: policyOf(archive.info.room) ?? UNKNOWN_POLICY,
      unixMs: () => clock.unixMs(),
      create: (state) => {
        const recording = this.#add(state);
        this.emit("fact", recording.fact);
        return recording;
      },
      onFinished: (recording) => {
        if (recording.state.isDeleting) return;
        recording.tell({ state: "finishing", fault: null });
        this.#finisher.finish(recording);
      },
      onUnwanted: (recording) => void this.delete(recording.id).catch(() => {}),
      onEnded: () => this.#programs.delete(archive),
    });
    this.#programs.set(archive, program);
  }

  /** The newest program of a room. */
  #current(room: string): ProgramRecorder | undefined {
    return [...this.#programs.values()].findLast((program) => program.room === room);
  }

  #add(state: RecordingState): Recording {
    const recording = new Recording({
      root: this.#options.directory,
      state,
      onFact: (fact) => {
        if (this.#all.has(fact.id)) this.emit("fact", fact);
      },
    });
    this.#all.set(recording.id, recording);
    return recording;
  }

  async #delete(id: string): Promise<void> {
    if (!idSchema.safeParse(id).success) return;
    const { directory, storage } = this.#options;
    const recording = this.#all.get(id);
    if (recording !== undefined) {
      recording.set({ isDeleting: true });
      for (const program of this.#programs.values()) await program.release(recording);
      await this.#finisher.forget(recording);
      // Without room for this line there may still be room made by deleting.
      await recording.save().catch(() => {});
    }
    await storage.delete(id);
    await rm(join(directory, id), { recursive: true, force: true });
    this.#all.delete(id);
    this.emit("deleted", id);
  }

  /** Adds what the live archive has of a recording that was cut short. */
  async #complete(recording: Recording): Promise<void> {
    const { archive } = this.#options;
    const { fact, epoch, firstNumber, lastNumber } = recording.state;
    const lines = await readManifest(join(recording.directory, MANIFEST));
    const last = lines.at(-1);
    const segment = last && (last.video ?? last.audio);
    let tick0Micros: number | undefined;
    if (segment) {
      const init = await readFile(join(recording.directory, segment.init)).catch(() => undefined);
      const bytes = await readFile(join(recording.directory, segment.file)).catch(() => undefined);
      const format = init && parseInit(init);
      const [first] = bytes ? wholeFragments(bytes).fragments : [];
      if (format && first)
        tick0Micros = segment.captureMicros - (first.baseTime * 1_000_000) / timescaleOf(format);
    }
    const from = Math.max(firstNumber, (last?.number ?? -1) + 1);
    const to = lastNumber ?? Number.MAX_SAFE_INTEGER;
    const recorder = new Recorder(recording);
    const left = leftOverMoments(join(archive.directory, fact.room, epoch), { from, to, tick0Micros });
    for await (const moment of left) await recorder.keep(moment);
    await recorder.close();
    recording.tell({ state: "finishing", fault: null });
  }
}
