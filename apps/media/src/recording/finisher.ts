import { type Backoff, type Clock, createBackoff, type Log, type Random, type Timers } from "@sameroom/base";
import type { RecordingFault } from "@sameroom/contract";
import { codeOf, faultOf } from "../archive/archive-fault.ts";
import type { Storage } from "../storage/storage.ts";
import { addPictures, type MakePictures } from "./add-pictures.ts";
import { addSound, type MakeAac } from "./add-sound.ts";
import type { FinishedFiles } from "./finish/finish-files.ts";
import { finishInThread } from "./finish/finish-in-thread.ts";
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

/**
 * Turns what was recorded into what is played: the file, the playlists, the pictures, and all of it into the storage. One
 * recording at a time; what the disk or the storage refuses is tried again until it works.
 */
export class Finisher {
  readonly #options: FinisherOptions;
  readonly #abort = new AbortController();
  readonly #jobs = new Map<Recording, AbortController>();
  readonly #retries = new Map<Recording, { backoff: Backoff; cancel: () => void }>();
  #work: Promise<void> = Promise.resolve();

  constructor(options: FinisherOptions) {
    this.#options = options;
  }

  /** Finishes a recording that gets nothing more. */
  finish(recording: Recording): void {
    if (this.#abort.signal.aborted || this.#jobs.has(recording)) return;
    const job = new AbortController();
    this.#jobs.set(recording, job);
    this.#work = this.#work.then(async () => {
      const signal = AbortSignal.any([job.signal, this.#abort.signal]);
      if (!signal.aborted) await this.#attempt(recording, signal);
      if (this.#jobs.get(recording) === job) this.#jobs.delete(recording);
    });
  }

  /** Stops working on a recording. Resolves when nothing touches its files any more. */
  async forget(recording: Recording): Promise<void> {
    this.#retries.get(recording)?.cancel();
    this.#retries.delete(recording);
    const job = this.#jobs.get(recording);
    if (job === undefined) return;
    job.abort();
    await this.#work;
  }

  /** Resolves when everything that was given to it is finished, or waits for its next attempt. */
  async idle(): Promise<void> {
    await this.#work;
  }

  /** Stops; the next start goes on. */
  async close(): Promise<void> {
    this.#abort.abort();
    for (const { cancel } of this.#retries.values()) cancel();
    this.#retries.clear();
    await this.#work;
  }

  async #attempt(recording: Recording, signal: AbortSignal): Promise<void> {
    try {
      await this.#run(recording, signal);
      this.#retries.delete(recording);
    } catch (error) {
      if (signal.aborted) return;
      const { message } = error as Error;
      // Of the disk or the storage; anything else would fail again.
      const canHelp = codeOf(error) !== undefined || "$metadata" in (error as object) || isAway(error);
      this.#options.log.warn("a recording is not finished", { recording: recording.id, error: message });
      if (canHelp) this.#retry(recording, codeOf(error) === undefined ? null : faultOf(error));
      else await this.#fail(recording, "damaged");
    }
  }

  async #run(recording: Recording, signal: AbortSignal): Promise<void> {
    const { storage, makePictures, log } = this.#options;
    const { directory, id } = recording;
    recording.tell({ state: "finishing", fault: null });
    await recording.save();
    await this.#sound(recording, signal);
    const finished = await finishInThread(directory, signal);
    if (finished === undefined) return await this.#fail(recording, "no-media");
    const { file, durationMs, width, height } = finished;
    const hasPictures =
      makePictures !== undefined && (await this.#pictures(recording, finished, makePictures));
    signal.throwIfAborted();
    let bytes = 0;
    for (const { byteLength } of await filesOf(directory)) bytes += byteLength;
    if (!storage.isLocal) await upload(recording, storage, signal);
    signal.throwIfAborted();
    recording.set({ isAway: !storage.isLocal });
    recording.tell({
      state: "ready",
      fault: null,
      file: { bytes: file.bytes, sha256: file.sha256 },
      ...{ durationMs, bytes, width, height, hasPictures },
    });
    await recording.save();
    if (!storage.isLocal) await removeLocal(directory);
    log.info("a recording is ready", { recording: id, room: recording.fact.room, durationMs, bytes });
  }

  async #sound(recording: Recording, signal: AbortSignal): Promise<void> {
    const { makeAac, log } = this.#options;
    if (makeAac === undefined) return;
    await addSound(recording.directory, makeAac, signal).catch((error: Error) => {
      if (!signal.aborted)
        log.warn("a recording has no AAC", { recording: recording.id, error: error.message });
    });
    signal.throwIfAborted();
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
