import type { Log } from "@sameroom/base";
import type { Transcoders } from "../transcode/transcoders.ts";
import { MadeSound } from "./made-sound.ts";
import type { Program } from "./program.ts";
import type { Programs } from "./programs.ts";

export interface MadeRenditionsOptions {
  programs: Programs;
  transcoders: Pick<Transcoders, "openAudio">;
  nowMs: () => number;
  log: Log;
}

/** What is made of hosts' streams for players that need something else, in every program of the worker. */
export class MadeRenditions {
  readonly #makers = new Map<Program, MadeSound>();

  constructor({ programs, transcoders, nowMs, log }: MadeRenditionsOptions) {
    programs.on("started", (program) => {
      this.#makers.set(program, new MadeSound({ program, transcoders, nowMs, log }));
      program.once("ended", () => this.#makers.delete(program));
    });
  }

  /** Ends what nobody plays any more. A few times a second. */
  tick(): void {
    for (const maker of this.#makers.values()) maker.tick();
  }
}
