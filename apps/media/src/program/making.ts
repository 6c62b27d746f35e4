import type { AccessUnit } from "@sameroom/protocol";
import { SlicedFeed } from "../transcode/sliced-feed.ts";
import type { Transcode, TranscodeFailure } from "../transcode/transcode.ts";
import type { Program } from "./program.ts";

/** A rendition being made. */
export interface Making {
  /** Units of the source before those that come: made like them, and before them. */
  takePast?(units: readonly AccessUnit[]): void;
  /** Ends it; nothing is told after that. Idempotent. */
  close(): void;
}

/** What becomes of it. */
export interface MakingSink {
  unit(unit: AccessUnit): void;
  /** Nothing more will come. */
  failed(failure: TranscodeFailure): void;
}

/** One rendition made in a transcode of its own, fed with the units of `source`. */
export function makeAlone(
  { program, source, transcode }: { program: Program; source: string; transcode: Transcode },
  sink: MakingSink,
): Making {
  const feed = new SlicedFeed(transcode);
  const unsubscribe = program.subscribe(source, (unit) => feed.push(unit));
  transcode.on("unit", (_, unit) => sink.unit(unit));
  transcode.on("failed", (failure) => {
    unsubscribe();
    sink.failed(failure);
  });
  return {
    takePast: (units) => feed.give(units),
    close() {
      unsubscribe();
      transcode.close();
    },
  };
}
