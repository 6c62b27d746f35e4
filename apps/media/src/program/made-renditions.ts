import type { Log } from "@sameroom/base";
import type { Transcoders } from "../transcode/transcoders.ts";
import { MadeRendition } from "./made-rendition.ts";
import type { PlannedRendition } from "./planned-rendition.ts";
import type { Program } from "./program.ts";
import type { Programs } from "./programs.ts";
import { OPUS_RENDITION } from "./rendition-names.ts";

export interface MadeRenditionsOptions {
  programs: Programs;
  transcoders: Pick<Transcoders, "openAudio">;
  nowMs: () => number;
  log: Log;
}

const AAC: PlannedRendition = {
  ...{ id: "aac", kind: "audio", codecs: "mp4a.40.2", bps: 128_000, channels: 2 },
};

/** What is made of hosts' streams for players that need something else, in every program of the worker. */
export class MadeRenditions {
  readonly #options: MadeRenditionsOptions;
  readonly #makers = new Map<Program, Map<string, MadeRendition>>();

  constructor(options: MadeRenditionsOptions) {
    this.#options = options;
    options.programs.on("started", (program) => {
      const makers = new Map<string, MadeRendition>();
      this.#makers.set(program, makers);
      program.on("format", (rendition) => {
        if (rendition === OPUS_RENDITION) this.#planSound(program, makers);
      });
      program.once("ended", () => {
        for (const maker of makers.values()) maker.close();
        this.#makers.delete(program);
      });
    });
  }

  /** Ends what nobody plays any more. A few times a second. */
  tick(): void {
    for (const makers of this.#makers.values()) for (const maker of makers.values()) maker.tick();
  }

  /** AAC for players that cannot take Opus. */
  #planSound(program: Program, makers: Map<string, MadeRendition>): void {
    if (makers.has(AAC.id)) return;
    const { transcoders, nowMs, log } = this.#options;
    const maker = new MadeRendition({
      ...{ program, nowMs, log, planned: AAC, source: OPUS_RENDITION },
      open: (input) =>
        input.kind === "audio" ? transcoders.openAudio({ codec: "aac", bitrate: AAC.bps, input }) : undefined,
    });
    makers.set(AAC.id, maker);
  }
}
