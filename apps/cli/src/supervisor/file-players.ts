import type { Log } from "@sameroom/base";
import type { FilePlayback } from "@sameroom/contract";
import { FilePlayer, type FilePlayerOptions } from "./file-player.ts";

export interface FilePlayersOptions
  extends Pick<FilePlayerOptions, "directory" | "destinationOf" | "startChild"> {
  log: Log;
  /** How a room's playback goes; `off` when it is over. */
  onState(room: string, playback: FilePlayback): void;
}

/** Each has a process of its own, some of which encode. */
const MOST_PLAYERS = 8;

/** Files that are played live, one playlist a room. */
export class FilePlayers {
  readonly #options: FilePlayersOptions;
  readonly #players = new Map<string, FilePlayer>();
  /** Whose processes are about to be gone. */
  readonly #leaving = new Set<Promise<void>>();

  constructor(options: FilePlayersOptions) {
    this.#options = options;
  }

  /** Plays these in place of what is played in the room. */
  play(room: string, order: { files: readonly string[]; loop: boolean }): void {
    void this.stop(room);
    const { onState, log, ...options } = this.#options;
    if (this.#players.size >= MOST_PLAYERS) {
      const message = `files are played in ${MOST_PLAYERS} rooms already`;
      onState(room, { ...order, files: [...order.files], ...NOTHING, state: "failed", message });
      return;
    }
    const player = new FilePlayer({
      ...{ ...options, ...order, room },
      onState: (playback) => {
        if (this.#players.get(room) !== player) return;
        if (playback.state === "failed") log.warn("files are not played", { room, reason: playback.message });
        if (playback.state === "failed" || playback.state === "off") void this.stop(room);
        onState(room, playback);
      },
    });
    this.#players.set(room, player);
    player.start();
  }

  /** Resolves when its process is gone. Idempotent. */
  async stop(room: string): Promise<void> {
    const player = this.#players.get(room);
    if (player === undefined) return;
    this.#players.delete(room);
    const gone = player.stop().finally(() => this.#leaving.delete(gone));
    this.#leaving.add(gone);
    await gone;
  }

  /** Says of each how it goes. */
  tellAll(): void {
    for (const [room, player] of this.#players) this.#options.onState(room, player.playback);
  }

  async stopAll(): Promise<void> {
    for (const room of [...this.#players.keys()]) void this.stop(room);
    await Promise.all(this.#leaving);
  }
}

const NOTHING = { index: 0, positionS: 0, durationS: 0 };
