import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, Emitter, type Log, type Random, type Timers } from "@sameroom/base";
import type { LiveArchive, ProgramInfo } from "../program/live-archive.ts";
import { ProgramArchive } from "./program-archive.ts";
import type { WriterLimits } from "./rendition-writer.ts";

export interface DiskArchiveOptions extends WriterLimits {
  /** `<data>/live`; nobody else writes there. */
  directory: string;
  clock: Pick<Clock, "nowMs">;
  timers: Timers;
  random: Pick<Random, "next">;
  log: Log;
}

/** An ended program stays on disk so long for players that are behind, ms. */
const KEEP_ENDED_MS = 120_000;

/** Keeps what is live on disk, one directory a program. */
export class DiskArchive extends Emitter<{ opened: [ProgramArchive] }> implements LiveArchive {
  readonly #options: DiskArchiveOptions;
  readonly #programs = new Map<ProgramArchive, () => void>();

  constructor(options: DiskArchiveOptions) {
    super((error, event) => options.log.error("a listener failed", { event, error: error.message }));
    this.#options = options;
  }

  get directory(): string {
    return this.#options.directory;
  }

  /** Programs that are on disk. */
  get programs(): Iterable<ProgramArchive> {
    return this.#programs.keys();
  }

  open(info: ProgramInfo): ProgramArchive {
    const { directory, clock, random, timers, log, maxQueuedBytes, maxLagMs, maxRetryMs } = this.#options;
    const program = new ProgramArchive({
      info,
      directory: join(directory, info.room, info.epoch),
      clock,
      random,
      limits: { maxQueuedBytes, maxLagMs, maxRetryMs },
      onListenerError: (error, event) =>
        log.error("a listener failed", { event, room: info.room, error: error.message }),
    });
    this.#programs.set(program, () => {});
    program.on("fault", (fault) => {
      if (fault === undefined) log.info("the disk takes the show again", { room: info.room });
      else log.warn("the disk does not take the show", { room: info.room, fault });
    });
    program.once("ended", () => {
      if (!this.#programs.has(program)) return;
      this.#programs.set(
        program,
        timers.after(KEEP_ENDED_MS, () => void this.#remove(program)),
      );
    });
    this.emit("opened", program);
    return program;
  }

  /** Removes what a run before this one has left; recordings have been completed from it by now. */
  async clean(): Promise<void> {
    await rm(this.#options.directory, { recursive: true, force: true }).catch((error: Error) =>
      this.#options.log.warn("old segments stay on disk", { error: error.message }),
    );
  }

  /** Ends every program. What is on disk stays: unfinished recordings are completed from it on the next start. */
  async close(): Promise<void> {
    const programs = [...this.#programs];
    this.#programs.clear();
    for (const [, cancel] of programs) cancel();
    await Promise.all(programs.map(([program]) => program.close()));
  }

  async #remove(program: ProgramArchive): Promise<void> {
    this.#programs.delete(program);
    await rm(program.directory, { recursive: true, force: true }).catch((error: Error) =>
      this.#options.log.warn("old segments stay on disk", { room: program.info.room, error: error.message }),
    );
  }
}
