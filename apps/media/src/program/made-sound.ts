import type { Log } from "@sameroom/base";
import type { AudioFormat } from "@sameroom/protocol";
import type { Transcode } from "../transcode/transcode.ts";
import type { Transcoders } from "../transcode/transcoders.ts";
import type { PlannedRendition } from "./planned-rendition.ts";
import type { Program } from "./program.ts";
import { OPUS_RENDITION } from "./rendition-names.ts";

export interface MadeSoundOptions {
  program: Program;
  transcoders: Pick<Transcoders, "openAudio">;
  nowMs: () => number;
  log: Log;
}

const AAC: PlannedRendition = {
  ...{ id: "aac", kind: "audio", codecs: "mp4a.40.2", bps: 128_000, channels: 2 },
};
/** What has failed is not tried again at once, ms. */
const RETRY_MS = 10_000;

/** The host's sound as AAC for players that cannot take Opus: promised from the start, made while somebody plays it. */
export class MadeSound {
  readonly #options: MadeSoundOptions;
  readonly #offs: (() => void)[] = [];
  #input: AudioFormat | undefined;
  #transcode: Transcode | undefined;
  #failedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: MadeSoundOptions) {
    this.#options = options;
    const { program } = options;
    this.#offs.push(
      program.subscribe(OPUS_RENDITION, (unit) => {
        if (unit.format.kind === "audio" && this.#input !== unit.format) {
          if (this.#input === undefined) program.plan(AAC);
          this.#input = unit.format;
        }
        this.#transcode?.push(unit);
      }),
      program.on("asked", (rendition) => {
        if (rendition === AAC.id) this.tick();
      }),
      program.once("ended", () => this.close()),
    );
  }

  /** Begins and ends the making. A few times a second. */
  tick(): void {
    const { program } = this.#options;
    if (program.isAsked(AAC.id)) this.#begin();
    else this.#end();
  }

  /** Makes nothing more. */
  close(): void {
    for (const off of this.#offs.splice(0)) off();
    this.#end();
  }

  #begin(): void {
    const { program, transcoders, nowMs, log } = this.#options;
    const input = this.#input;
    if (this.#transcode !== undefined || input === undefined) return;
    if (nowMs() - this.#failedAtMs < RETRY_MS) return;
    const transcode = transcoders.openAudio({ codec: "aac", bitrate: AAC.bps, input });
    this.#transcode = transcode;
    program.addRendition(AAC);
    transcode.on("unit", (_, unit) => program.push(AAC.id, unit));
    transcode.on("failed", (failure) => {
      log.warn("no AAC is made", { room: program.room, ...failure });
      this.#failedAtMs = nowMs();
      this.#end();
    });
  }

  #end(): void {
    if (this.#transcode === undefined) return;
    this.#transcode.close();
    this.#transcode = undefined;
    this.#options.program.pause(AAC.id);
  }
}
