import type { UnitFormat } from "@sameroom/protocol";
import type { ComposeStep, Rung, WireUnit } from "../messages.ts";

/** What a job that works on a stream does. Methods throw when it cannot go on; it is closed then. */
export interface StreamJob {
  /** The units that follow are in this format. */
  setFormat(format: UnitFormat): void;
  /** `skipped`: only what follows refers to it. */
  take(unit: WireUnit, skipped: boolean): void;
  /** Makes this output no longer. */
  drop(output: string): void;
  /** Makes this size, too, from the next keyframe on. */
  addRung?(rung: Rung): void;
  /** Makes the next picture a keyframe, whatever it is in the source. */
  askForKeyframe?(): void;
  /** Makes less or more of it, see `effortSteps` and `thinnerSteps`. */
  setEffort?(effort: number): void;
  /** Of a composition. */
  compose?(step: ComposeStep): void;
  /** Frees everything; idempotent. */
  close(): void;
}

/** Where a job puts what it makes. `data` is copied before the call returns. */
export interface JobOutput {
  format(output: string, format: UnitFormat): void;
  unit(output: string, unit: WireUnit): void;
}
