import { type Clock, Emitter, type Log } from "@sameroom/base";
import type { PublishingSession } from "../ingest/publishing-session.ts";
import type { Program } from "../program/program.ts";
import type { Programs } from "../program/programs.ts";
import type { Transcoders } from "../transcode/transcoders.ts";
import { RoomThumbnails } from "./room-thumbnails.ts";

export type ThumbnailsEvents = {
  /** What a room's show looks like now. */
  thumbnail: [room: string, jpeg: Uint8Array];
};

export interface ThumbnailsOptions {
  programs: Pick<Programs, "all">;
  transcoders: Pick<Transcoders, "openThumbnails">;
  clock: Pick<Clock, "nowMs">;
  log: Log;
}

interface Attended {
  session: string;
  pictures: RoomThumbnails;
}

/** Pictures of the shows of encoders, which send none of themselves as the studio's page does. */
export class Thumbnails extends Emitter<ThumbnailsEvents> {
  readonly #options: ThumbnailsOptions;
  readonly #attended = new Map<Program, Attended>();

  constructor(options: ThumbnailsOptions) {
    super((error, event) => options.log.error("a listener failed", { event, error: error.message }));
    this.#options = options;
  }

  /** Finds who is on air. About once a second. */
  tick(): void {
    for (const program of this.#options.programs.all) {
      const host = program.endedAtMs === undefined ? program.host : undefined;
      const session = host !== undefined && isEncoder(host) ? host.id : undefined;
      if (this.#attended.get(program)?.session !== session) this.#attend(program, session);
    }
    const programs = new Set(this.#options.programs.all);
    for (const [program, { pictures }] of this.#attended) {
      if (programs.has(program)) pictures.tick();
      else this.#attend(program, undefined);
    }
  }

  close(): void {
    for (const { pictures } of this.#attended.values()) pictures.close();
    this.#attended.clear();
    this.clear();
  }

  #attend(program: Program, session: string | undefined): void {
    this.#attended.get(program)?.pictures.close();
    this.#attended.delete(program);
    if (session === undefined) return;
    const { transcoders, clock } = this.#options;
    const pictures = new RoomThumbnails({
      ...{ program, clock },
      open: (input) => transcoders.openThumbnails({ input }),
      onPicture: (jpeg) => this.emit("thumbnail", program.room, jpeg),
    });
    this.#attended.set(program, { session, pictures });
  }
}

function isEncoder({ protocol, auth }: PublishingSession): boolean {
  return protocol === "rtmp" || protocol === "srt" || auth.byStreamKey === true;
}
