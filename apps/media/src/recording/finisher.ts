import { type Backoff, type Clock, createBackoff, type Log, type Random, type Timers } from "@sameroom/base";
import type { RecordingFault } from "@sameroom/contract";
import { codeOf, faultOf } from "../archive/archive-fault.ts";
import type { Storage } from "../storage/storage.ts";
import { addPictures, type MakePictures } from "./add-pictures.ts";
import { addSound, isOfSound, type MakeAac } from "./add-sound.ts";
import type { FinishedFiles } from "./finish/finish-files.ts";
import { finishInThread, rewriteInThread } from "./finish/finish-in-thread.ts";
import type { Recording } from "./recording.ts";
import { filesOf, removeLocal, upload } from "./upload.ts";

export interface FinisherOptions {
  storage: Storage;
  /** Undefined: recordings get no poster and no sprites. */
  makePictures: MakePictures | undefined;
  /** Undefined: recordings keep the sound that came, and no other. */
  makeAac: MakeAac | undefined;
  clock: Pick<Clock, "nowMs">;
  timers: Timers;
  random: Pick<Random, "next">;
  log: Log;
}

const RETRY_MS = 10_000;
const MAX_RETRY_MS = 600_000;

/** One recording being worked on. */
interface Job {
  abort: AbortController;
  /** Resolves when nothing of it touches the files any more. */
  done: Promise<void>;
}

/**
 * Turns what was recorded into what is played: the file, the playlists, the pictures, and all of it into the storage; then it is
 * ready. AAC for players that take no Opus comes after, so that nobody else waits for it. Of each kind of work one recording at
 * a time; what the disk or the storage refuses is tried again until it works.
 */
export class Finisher {
  readonly #options: FinisherOptions;
  readonly #abort = new AbortController();
  readonly #jobs = new Map<Recording, Job>();
  readonly #retries = new Map<Recording, { backoff: Backoff; cancel: () => void }>();
  readonly #queues = { finish: Promise.resolve(), sound: Promise.resolve() };

  constructor(options: FinisherOptions) {
    this.#options = options;
  }

  /** Finishes a recording that gets nothing more, or goes on where it was left. */
  finish(recording: Recording): void {
    if (this.#abort.signal.aborted || this.#jobs.has(recording)) return;
    const isReady = recording.fact.state === "ready";
    const abort = new AbortController();
    const queue = isReady ? "sound" : "finish";
    const work = async () => {
      const signal = AbortSignal.any([abort.signal, this.#abort.signal]);
      const done = !signal.aborted && (await this.#attempt(recording, signal));
      this.#jobs.delete(recording);
      if (done && !isReady && recording.state.isSoundDue) this.finish(recording);
    };
    const done = this.#queues[queue].then(work);
    this.#queues[queue] = done;
    this.#jobs.set(recording, { abort, done });
  }

  /** Stops working on a recording. Resolves when nothing touches its files any more. */
  async forget(recording: Recording): Promise<void> {
    this.#retries.get(recording)?.cancel();
    this.#retries.delete(recording);
    const job = this.#jobs.get(recording);
    if (job === undefined) return;
    job.abort.abort();
    await job.done;
  }

  /** Resolves when everything that was given to it is finished, or waits for its next attempt. */
  async idle(): Promise<void> {
    await this.#queues.finish;
    await this.#queues.sound;
  }

  /** Stops; the next start goes on. */
  async close(): Promise<void> {
    this.#abort.abort();
    for (const { cancel } of this.#retries.values()) cancel();
    this.#retries.clear();
    await this.idle();
  }

  /** Whether it worked. */
  async #attempt(recording: Recording, signal: AbortSignal): Promise<boolean> {
    try {
      if (recording.fact.state === "ready") await this.#addSound(recording, signal);
      else await this.#run(recording, signal);
      this.#retries.delete(recording);
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      const { message } = error as Error;
      // Of the disk or the storage; anything else would fail again.
      const canHelp = codeOf(error) !== undefined || "$metadata" in (error as object) || isAway(error);
      this.#options.log.warn("a recording is not finished", { recording: recording.id, error: message });
      if (canHelp) this.#retry(recording, codeOf(error) === undefined ? null : faultOf(error));
      else await this.#fail(recording, "damaged");
      return false;
    }
  }

  async #run(recording: Recording, signal: AbortSignal): Promise<void> {
    const { storage, makePictures, makeAac, log } = this.#options;
    const { directory, id } = recording;
    recording.tell({ state: "finishing", fault: null });
    await recording.save();
    const finished = await finishInThread(directory, signal);
    if (finished === undefined) return await this.#fail(recording, "no-media");
    const { file, durationMs, width, height } = finished;
    const hasPictures =
      makePictures !== undefined && (await this.#pictures(recording, finished, makePictures));
    signal.throwIfAborted();
    let bytes = 0;
    for (const { byteLength } of await filesOf(directory)) bytes += byteLength;
    if (!storage.isLocal) await upload(recording, storage, { signal });
    signal.throwIfAborted();
    const isSoundDue = makeAac !== undefined && finished.lacksAac;
    recording.set({ isSoundDue, isAway: !storage.isLocal && !isSoundDue });
    recording.tell({
      state: "ready",
      fault: null,
      file: { bytes: file.bytes, sha256: file.sha256 },
      ...{ durationMs, bytes, width, height, hasPictures },
    });
    await recording.save();
    if (recording.state.isAway) await removeLocal(directory);
    log.info("a recording is ready", { recording: id, room: recording.fact.room, durationMs, bytes });
  }

  /** Adds AAC to a recording that is played already. Without it there is still the sound that came. */
  async #addSound(recording: Recording, signal: AbortSignal): Promise<void> {
    const { storage, makeAac, log } = this.#options;
    const { directory, id } = recording;
    try {
      if (makeAac !== undefined) await addSound(directory, makeAac, signal);
      await rewriteInThread(directory, signal);
    } catch (error) {
      if (signal.aborted || codeOf(error) !== undefined) throw error;
      log.warn("a recording has no AAC", { recording: id, error: (error as Error).message });
    }
    signal.throwIfAborted();
    let bytes = 0;
    for (const { byteLength } of await filesOf(directory)) bytes += byteLength;
    if (!storage.isLocal) await upload(recording, storage, { signal, only: isOfSound });
    recording.set({ isSoundDue: false, isAway: !storage.isLocal });
    recording.tell({ bytes, fault: null });
    await recording.save();
    if (!storage.isLocal) await removeLocal(directory);
  }

  async #pictures(
    recording: Recording,
    finished: FinishedFiles,
    makePictures: MakePictures,
  ): Promise<boolean> {
    try {
      await addPictures(recording.directory, finished, makePictures);
      return true;
    } catch (error) {
      const { message } = error as Error;
      this.#options.log.warn("a recording has no pictures", { recording: recording.id, error: message });
      return false;
    }
  }

  async #fail(recording: Recording, fault: RecordingFault): Promise<void> {
    recording.tell({ state: "failed", fault });
    await recording.trySave();
  }

  #retry(recording: Recording, fault: RecordingFault | null): void {
    recording.tell({ fault });
    const { random, timers } = this.#options;
    const backoff =
      this.#retries.get(recording)?.backoff ??
      createBackoff({ baseMs: RETRY_MS, maxMs: MAX_RETRY_MS, random });
    const cancel = timers.after(backoff.nextMs(), () => this.finish(recording));
    this.#retries.set(recording, { backoff, cancel });
  }
}

/** The storage's server does not answer: the SDK's errors without a status. */
function isAway(error: unknown): boolean {
  return /timeout|network|socket/i.test((error as Error).name);
}
