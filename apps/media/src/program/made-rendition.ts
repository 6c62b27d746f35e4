import type { Log } from "@sameroom/base";
import type { UnitFormat } from "@sameroom/protocol";
import type { Making, MakingSink } from "./making.ts";
import type { PlannedRendition } from "./planned-rendition.ts";
import type { Program } from "./program.ts";
import { RecentUnits } from "./recent-units.ts";

export interface MadeRenditionOptions {
  program: Program;
  /** What is promised to players. */
  planned: PlannedRendition;
  /** Id of the rendition it is made of. */
  source: string;
  /** Begins the making; undefined: there is no place for it now. */
  open(input: UnitFormat, sink: MakingSink): Making | undefined;
  /** It is made from so long ago on, for which the source's units are kept, ms. Default 0: from now on. */
  pastMs?: number;
  nowMs: () => number;
  log: Log;
}

/** What has failed, or found no place, is not tried again at once, ms … */
const RETRY_MS = 10_000;
/** … and after twice as long each time it fails again: a machine that is too slow would do nothing else. */
const LONGEST_RETRY_MS = 160_000;
/** What went well for so long had not failed, ms. */
const WELL_MS = 60_000;

/** Decoders take so long to get into their stride, µs. */
const PREROLL_MICROS = 100_000;

/** What is made comes later while the machine is busy: players who wait a moment have more of it than players of gaps, ms. */
const MAKING_PATIENCE_MS = 4000;

/** A rendition made of another: promised from the start, made while somebody plays it. */
export class MadeRendition {
  readonly #options: MadeRenditionOptions;
  readonly #offs: (() => void)[] = [];
  readonly #past: RecentUnits;
  #making: Making | undefined;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #begunMs = Number.NEGATIVE_INFINITY;
  #retryMs = RETRY_MS;

  constructor(options: MadeRenditionOptions) {
    this.#options = options;
    const { program, planned, source, pastMs = 0 } = options;
    // The segment that was there so long ago may have begun one before, and the newest is not whole.
    this.#past = new RecentUnits(pastMs + 2 * program.info.maxSegmentMs);
    program.plan(planned);
    if (pastMs > 0) this.#offs.push(program.subscribe(source, (unit) => this.#past.take(unit)));
    this.#offs.push(
      program.on("asked", (rendition) => {
        if (rendition === planned.id) this.tick();
      }),
    );
    this.tick();
  }

  get source(): string {
    return this.#options.source;
  }

  /** Begins and ends the making. A few times a second. */
  tick(): void {
    const { program, planned } = this.#options;
    if (program.isAsked(planned.id)) this.#begin();
    else this.#end();
  }

  /** Makes nothing more, and promises nothing to players who come. */
  close(): void {
    for (const off of this.#offs.splice(0)) off();
    this.#past.forget();
    this.#end();
    this.#options.program.unplan(this.#options.planned.id);
  }

  #begin(): void {
    const { program, planned, source, open, pastMs = 0, nowMs, log } = this.#options;
    const input = program.formatOf(source);
    if (this.#making !== undefined || input === undefined || nowMs() < this.#notBeforeMs) return;
    if (nowMs() - this.#begunMs > WELL_MS + this.#retryMs) this.#retryMs = RETRY_MS;
    this.#begunMs = nowMs();
    this.#making = open(input, {
      unit: (unit) => program.push(planned.id, unit),
      failed: (failure) => {
        log.warn("a rendition is not made any more", {
          room: program.room,
          rendition: planned.id,
          ...failure,
        });
        this.#notBeforeMs = nowMs() + this.#retryMs;
        this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2);
        this.#end();
      },
    });
    if (this.#making === undefined) {
      this.#notBeforeMs = nowMs() + RETRY_MS;
      return;
    }
    program.addRendition(planned, { patienceMs: MAKING_PATIENCE_MS, pastMs });
    if (planned.kind === "video") program.askForKeyframes();
    const sinceMicros = pastMs > 0 ? program.packager.join(planned.id) : undefined;
    if (sinceMicros !== undefined) this.#making.takePast?.(this.#past.since(sinceMicros - PREROLL_MICROS));
  }

  #end(): void {
    if (this.#making === undefined) return;
    this.#making.close();
    this.#making = undefined;
    const { program, planned } = this.#options;
    if (!program.isSent(planned.id)) program.pause(planned.id);
  }
}
