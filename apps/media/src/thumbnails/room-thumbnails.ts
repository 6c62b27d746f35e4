import type { Clock } from "@sameroom/base";
import type { AccessUnit, VideoFormat } from "@sameroom/protocol";
import type { Program } from "../program/program.ts";
import type { Transcode } from "../transcode/transcode.ts";

export interface RoomThumbnailsOptions {
  program: Pick<Program, "topLayer" | "subscribe">;
  /** Makes JPEGs of keyframes. */
  open(input: VideoFormat): Transcode;
  clock: Pick<Clock, "nowMs">;
  onPicture(jpeg: Uint8Array): void;
}

/** At least this long between two pictures, ms. */
const INTERVAL_MS = 10_000;
/** The first one waits so long, ms: what the first viewers need is made first. */
const FIRST_MS = 3000;

/** Pictures of one host's show, from its keyframes, now and then. */
export class RoomThumbnails {
  readonly #options: RoomThumbnailsOptions;
  #watched: { rendition: string; unsubscribe: () => void } | undefined;
  #maker: Transcode | undefined;
  #takenMs: number;
  #gaveUp = false;

  constructor(options: RoomThumbnailsOptions) {
    this.#options = options;
    this.#takenMs = options.clock.nowMs() - INTERVAL_MS + FIRST_MS;
  }

  /** Follows the show's best picture. About once a second. */
  tick(): void {
    const { program } = this.#options;
    const rendition = program.topLayer;
    if (rendition === this.#watched?.rendition) return;
    this.#watched?.unsubscribe();
    this.#watched =
      rendition === undefined
        ? undefined
        : { rendition, unsubscribe: program.subscribe(rendition, (unit) => this.#take(unit)) };
  }

  close(): void {
    this.#watched?.unsubscribe();
    this.#watched = undefined;
    this.#maker?.close();
    this.#maker = undefined;
    this.#gaveUp = true;
  }

  #take(unit: AccessUnit): void {
    const { format, keyframe } = unit;
    const nowMs = this.#options.clock.nowMs();
    if (!keyframe || format.kind !== "video" || this.#gaveUp || nowMs - this.#takenMs < INTERVAL_MS) return;
    this.#takenMs = nowMs;
    this.#maker ??= this.#open(format);
    this.#maker.push(unit);
  }

  #open(input: VideoFormat): Transcode {
    const maker = this.#options.open(input);
    maker.on("thumbnail", (jpeg) => this.#options.onPicture(jpeg));
    maker.on("failed", () => {
      this.#maker = undefined;
      this.#gaveUp = true;
    });
    return maker;
  }
}
