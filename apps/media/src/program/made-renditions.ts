import type { Log } from "@sameroom/base";
import { type LadderRung, planRungs } from "../transcode/rung-ladder.ts";
import { rungSize } from "../transcode/rung-size.ts";
import type { Transcoders } from "../transcode/transcoders.ts";
import { MadeRendition } from "./made-rendition.ts";
import { makeAlone } from "./making.ts";
import type { PlannedRendition } from "./planned-rendition.ts";
import type { Program } from "./program.ts";
import type { Programs } from "./programs.ts";
import { AAC_BPS, AAC_RENDITION, OPUS_RENDITION } from "./rendition-names.ts";
import { SharedPictures } from "./shared-pictures.ts";

export interface MadeRenditionsOptions {
  programs: Programs;
  transcoders: Pick<Transcoders, "openAudio" | "openVideo">;
  /** Sizes that are made of a picture that comes in one, largest first. */
  ladder: readonly LadderRung[];
  nowMs: () => number;
  log: Log;
}

/** What is promised of pictures that are made, until the encoder has said it exactly: main profile, level 3.1. */
const H264_MADE = "avc1.4d401f";
const AAC: PlannedRendition = {
  ...{ id: AAC_RENDITION, kind: "audio", codecs: "mp4a.40.2", bps: AAC_BPS, channels: 2 },
};

/** Players without parts begin so many of the longest segments back (HOLD-BACK, RFC 8216bis section 4.4.3.8). */
const PAST_SEGMENTS = 3;

/** What is made of hosts' streams for players that need something else, in every program of the worker. */
export class MadeRenditions {
  readonly #options: MadeRenditionsOptions;
  readonly #makers = new Map<Program, Map<string, MadeRendition>>();
  /** Of the source that sizes are made of now. */
  readonly #pictures = new Map<Program, { source: string; shared: SharedPictures }>();

  constructor(options: MadeRenditionsOptions) {
    this.#options = options;
    options.programs.on("started", (program) => {
      const makers = new Map<string, MadeRendition>();
      this.#makers.set(program, makers);
      program.on("format", (rendition) => {
        if (rendition === OPUS_RENDITION) this.#planSound(program, makers);
        else if (rendition === AAC.id && program.isSent(AAC.id)) this.#leaveSound(makers);
        // A composed stage is there for a while: what players were promised stays.
        else if (rendition === program.topLayer && !program.show.isStage)
          this.#planPictures(program, makers, rendition);
      });
      program.on("sparse", () => {
        const source = this.#pictures.get(program)?.source ?? program.topLayer;
        if (source !== undefined) this.#planPictures(program, makers, source);
      });
      program.once("ended", () => {
        for (const maker of makers.values()) maker.close();
        this.#makers.delete(program);
        this.#pictures.get(program)?.shared.close();
        this.#pictures.delete(program);
      });
    });
  }

  /** Ends what nobody plays any more. A few times a second. */
  tick(): void {
    for (const makers of this.#makers.values()) for (const maker of makers.values()) maker.tick();
  }

  /** AAC for players that cannot take Opus. */
  #planSound(program: Program, makers: Map<string, MadeRendition>): void {
    if (makers.has(AAC.id) || program.isSent(AAC.id)) return;
    const { transcoders, nowMs, log } = this.#options;
    const maker = new MadeRendition({
      ...{ program, nowMs, log, planned: AAC, source: OPUS_RENDITION },
      pastMs: PAST_SEGMENTS * program.info.maxSegmentMs,
      open: (input, sink) => {
        if (input.kind !== "audio") return undefined;
        const transcode = transcoders.openAudio({ codec: "aac", bitrate: AAC.bps, input });
        return makeAlone({ program, source: OPUS_RENDITION, transcode }, sink);
      },
    });
    makers.set(AAC.id, maker);
  }

  /** The host sends AAC now: nothing else may stand under its name. */
  #leaveSound(makers: Map<string, MadeRendition>): void {
    makers.get(AAC.id)?.close();
    makers.delete(AAC.id);
  }

  /**
   * Smaller sizes of a picture that comes in one, and H.264 of one that comes in another codec, each while it is played: players that
   * change sizes interrupt nobody else. Of a picture with too few keyframes its own size as well: in what is made, every segment has one.
   */
  #planPictures(program: Program, makers: Map<string, MadeRendition>, source: string): void {
    const format = program.formatOf(source);
    if (format?.kind !== "video") return;
    const isPlayable = format.codec === "h264" && !program.isSparse;
    const rungs =
      isPlayable && program.layers > 1
        ? []
        : planRungs(format, this.#options.ladder, isPlayable ? "below" : "replace");
    for (const [id, maker] of makers) {
      if (maker.source === OPUS_RENDITION) continue;
      if (maker.source === source && rungs.some((rung) => rung.id === id)) continue;
      maker.close();
      makers.delete(id);
    }
    const { nowMs, log } = this.#options;
    const pictures = this.#picturesOf(program, source);
    for (const rung of rungs) {
      if (makers.has(rung.id)) continue;
      const { width, height } = rungSize(format, rung.height);
      const planned: PlannedRendition = {
        ...{ id: rung.id, kind: "video", codecs: H264_MADE, bps: rung.bitrate, width, height },
      };
      const maker = new MadeRendition({
        ...{ program, nowMs, log, planned, source },
        open: (_input, sink) => pictures.make(rung, sink),
      });
      makers.set(rung.id, maker);
    }
  }

  /** One decode for all sizes of a source; those of the source before are closed with their renditions. */
  #picturesOf(program: Program, source: string): SharedPictures {
    const known = this.#pictures.get(program);
    if (known?.source === source) return known.shared;
    known?.shared.close();
    const shared = new SharedPictures({ program, source, transcoders: this.#options.transcoders });
    this.#pictures.set(program, { source, shared });
    return shared;
  }
}
