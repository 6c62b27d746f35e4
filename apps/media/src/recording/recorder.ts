import { join } from "node:path";
import type { RecordingFault } from "@sameroom/contract";
import { codeOf, faultOf } from "../archive/archive-fault.ts";
import { MANIFEST, Manifest, readManifest } from "./manifest.ts";
import type { Moment } from "./moment.ts";
import { MomentKeeper } from "./moment-keeper.ts";
import type { Recording } from "./recording.ts";

/** Moments that wait for the disk at most; what comes then is lost. */
const MAX_WAITING = 30;
/** Control hears of a recording's growth every so many moments. */
const TELL_EVERY = 5;

/** Fills a recording while the show goes on. Never rejects: what the disk refuses is told as the recording's fault. */
export class Recorder {
  readonly recording: Recording;
  #keeper: MomentKeeper | undefined;
  #manifest: Manifest | undefined;
  #work: Promise<void> = Promise.resolve();
  #waiting = 0;
  #untold = 0;
  /** Of the newest moments; facts follow more slowly. */
  #durationMs: number;
  #bytes: number;
  #liveFault: RecordingFault | undefined;
  #isClosed = false;

  constructor(recording: Recording) {
    this.recording = recording;
    this.#durationMs = recording.fact.durationMs;
    this.#bytes = recording.fact.bytes;
    this.#then(() => this.#open());
  }

  /** Takes a moment, when its number is one that the recording wants. */
  add(moment: Moment): void {
    const { firstNumber, lastNumber } = this.recording.state;
    if (this.#isClosed || moment.number < firstNumber) return;
    if (lastNumber !== null && moment.number > lastNumber) return;
    if (moment.video === undefined && moment.audio === undefined) return;
    if (this.#waiting >= MAX_WAITING) {
      this.#suspend("disk-slow");
      return;
    }
    this.#waiting += 1;
    this.#then(async () => {
      this.#waiting -= 1;
      await this.#keep(moment);
    });
  }

  /** Like {@link add}, for who can wait; rejects when the disk refuses. */
  async keep(moment: Moment): Promise<void> {
    await this.#work;
    await this.#keep(moment);
  }

  /** The disk refuses what is live, or (undefined) takes it again: then the next moment goes on. */
  fault(fault: RecordingFault | undefined): void {
    this.#liveFault = fault;
    if (fault !== undefined && !this.#isClosed) this.#suspend(fault);
  }

  /** Takes nothing more. Resolves when what came is on disk or lost. */
  close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#then(async () => {
        await this.#manifest?.close();
        this.#manifest = undefined;
        this.#tellGrowth();
      });
    }
    return this.#work;
  }

  #then(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error) => this.#suspend(faultOf(error)));
  }

  async #open(): Promise<void> {
    if (this.#manifest !== undefined) return;
    await this.recording.save();
    const path = join(this.recording.directory, MANIFEST);
    this.#keeper ??= new MomentKeeper(this.recording.directory, await readManifest(path));
    this.#manifest = await Manifest.open(path);
  }

  async #keep(moment: Moment): Promise<void> {
    await this.#open();
    const [keeper, manifest] = [this.#keeper!, this.#manifest!];
    if (keeper.lastNumber !== undefined && moment.number <= keeper.lastNumber) return;
    let line: Awaited<ReturnType<MomentKeeper["keep"]>>;
    try {
      line = await keeper.keep(moment);
    } catch (error) {
      // The window has moved past it while it waited.
      if (codeOf(error) !== "ENOENT") throw error;
      this.#suspend("disk-slow");
      return;
    }
    if (line === undefined) return;
    await manifest.append(line);
    keeper.note(line);
    this.#grow(moment);
  }

  #grow({ video, audio }: Moment): void {
    const { recording } = this;
    const main = (video ?? audio)!;
    const isFirst = this.#durationMs === 0;
    this.#durationMs += main.durationMicros / 1000;
    this.#bytes += (video?.byteLength ?? 0) + (audio?.byteLength ?? 0);
    if (isFirst) recording.tell({ startedUnixMs: main.captureMicros / 1000 });
    if (
      video?.format.kind === "video" &&
      video.format.width * video.format.height > recording.fact.width * recording.fact.height
    )
      recording.tell({ width: video.format.width, height: video.format.height });
    if (this.#liveFault === undefined && !this.#isClosed) recording.tell({ state: "recording", fault: null });
    this.#untold += 1;
    if (isFirst || this.#untold >= TELL_EVERY) this.#tellGrowth();
  }

  #tellGrowth(): void {
    this.#untold = 0;
    this.recording.tell({ durationMs: this.#durationMs, bytes: this.#bytes });
  }

  #suspend(fault: RecordingFault): void {
    if (this.#isClosed) return;
    this.recording.tell({ state: "suspended", fault });
  }
}
