import {
  type ChildToSupervisor,
  type FilePlayback,
  type NewFilePlayback,
  NO_PLAYBACK,
} from "@sameroom/contract";
import { ProblemError } from "../../problem-error.ts";
import type { FileLibrary } from "./library.ts";

export interface PlaybacksDeps {
  library: FileLibrary;
  /** Sends to the supervisor, which plays; null without one. */
  send: ((message: ChildToSupervisor) => void) | null;
}

/** Files that are played live, by room: the supervisor plays, this knows what. */
export interface Playbacks {
  readonly available: boolean;
  of(slug: string): FilePlayback;
  /** In place of what is played there. Throws `server.unavailable`, `file.not_found`. */
  play(slug: string, order: NewFilePlayback): Promise<FilePlayback>;
  /** Idempotent. */
  stop(slug: string): void;
  /** The supervisor says how it goes. */
  handleState(slug: string, playback: FilePlayback): void;
}

export function createPlaybacks({ library, send }: PlaybacksDeps): Playbacks {
  const playing = new Map<string, FilePlayback>();
  return {
    available: send !== null,
    of: (slug) => playing.get(slug) ?? NO_PLAYBACK,
    async play(slug, { files, loop }) {
      if (send === null)
        throw new ProblemError("server.unavailable", {
          detail: "Files are played only under the supervisor.",
        });
      const known = new Set((await library.list()).map(({ name }) => name));
      const missing = files.find((name) => !known.has(name));
      if (missing !== undefined) throw new ProblemError("file.not_found", { detail: missing });
      const playback: FilePlayback = { ...NO_PLAYBACK, state: "starting", files, loop };
      playing.set(slug, playback);
      send({ type: "play-files", room: slug, files, loop });
      return playback;
    },
    stop(slug) {
      if (!playing.delete(slug)) return;
      send?.({ type: "stop-files", room: slug });
    },
    handleState(slug, playback) {
      if (playback.state === "off") playing.delete(slug);
      else playing.set(slug, playback);
    },
  };
}
