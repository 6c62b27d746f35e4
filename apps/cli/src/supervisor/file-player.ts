import type { ChildProcess } from "node:child_process";
import { realpath } from "node:fs/promises";
import { resolve, sep } from "node:path";
import type { FilePlayback } from "@sameroom/contract";
import type { Destination } from "../publish/destination.ts";
import type { PublishNews, PublishOrder } from "../publish/messages.ts";

export interface FilePlayerOptions {
  room: string;
  /** Paths below the directory, in order. */
  files: readonly string[];
  loop: boolean;
  /** The operator's; undefined: none is configured. */
  directory: string | undefined;
  /** Where and as whom to publish, fresh for each connection. Rejects with words for people. */
  destinationOf(room: string): Promise<Destination>;
  /** The program that publishes one file: it is told a `PublishOrder`, says `PublishNews`, and ends when it is disconnected. */
  startChild(): ChildProcess;
  onState(playback: FilePlayback): void;
}

/** Time to say goodbye to the server, ms. */
const FAREWELL_MS = 3000;

/**
 * Plays files live, one after the other. Each has a process of its own, which keeps the room's place after its end until the next
 * one is on air and takes it over: the show goes on in between.
 */
export class FilePlayer {
  readonly #options: FilePlayerOptions;
  #child: ChildProcess | undefined;
  #waiting: ChildProcess | undefined;
  #playback: FilePlayback;
  #stopped: Promise<void> | undefined;

  constructor(options: FilePlayerOptions) {
    this.#options = options;
    const { files, loop } = options;
    this.#playback = {
      ...{ state: "starting", files: [...files], index: 0, loop, positionS: 0, durationS: 0, message: null },
    };
  }

  get playback(): FilePlayback {
    return this.#playback;
  }

  start(): void {
    void this.#play(0);
  }

  /** Resolves when nothing of it runs any more. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#leaveAll();
    return this.#stopped;
  }

  async #leaveAll(): Promise<void> {
    const children = [this.#child, this.#waiting];
    this.#child = undefined;
    this.#waiting = undefined;
    await Promise.all(children.map(leave));
  }

  async #play(index: number): Promise<void> {
    const { files, room, destinationOf, startChild } = this.#options;
    try {
      const file = await this.#find(files[index]!);
      const { url, bearer } = await destinationOf(room);
      if (this.#stopped !== undefined) return;
      const child = startChild();
      this.#waiting = this.#child;
      this.#child = child;
      child.on("message", (message) => {
        if (this.#child === child) this.#hear(message as PublishNews, index);
      });
      child.once("exit", (code) => {
        if (this.#child === child) this.#fail(`playing ended unexpectedly (exit code ${code})`);
      });
      // Alone in its list a file begins again within its connection.
      const isAlone = files.length === 1 && this.#options.loop;
      const order: PublishOrder = { file, url, bearer, loop: isAlone, holds: this.#hasNext(index) };
      child.send(order, () => {});
    } catch (error) {
      this.#fail((error as Error).message);
    }
  }

  #hear(news: PublishNews, index: number): void {
    if (news.type === "live") {
      void leave(this.#waiting);
      this.#waiting = undefined;
      this.#tell({ state: "live", index, positionS: 0, durationS: news.durationS });
    } else if (news.type === "progress") {
      const { durationS } = this.#playback;
      this.#tell({ positionS: durationS > 0 ? news.sentS % durationS : news.sentS });
    } else if (news.type === "failed") this.#fail(news.message);
    else if (this.#hasNext(index)) void this.#play((index + 1) % this.#options.files.length);
    else {
      void this.stop();
      this.#tell({ state: "off" });
    }
  }

  /** There is something to be played after this file, other than the file itself in its own connection. */
  #hasNext(index: number): boolean {
    const { files, loop } = this.#options;
    return files.length > 1 && (loop || index + 1 < files.length);
  }

  /** Links must not lead out of the directory. */
  async #find(name: string): Promise<string> {
    const { directory } = this.#options;
    if (directory === undefined) throw new Error("no directory of files is configured: SAMEROOM_FILES_DIR");
    const root = await realpath(directory).catch(() => directory);
    const file = await realpath(resolve(root, name)).catch(() => undefined);
    if (file === undefined || !file.startsWith(root + sep)) throw new Error(`there is no file ${name}`);
    return file;
  }

  #fail(message: string): void {
    if (this.#stopped !== undefined) return;
    void this.stop();
    this.#tell({ state: "failed", message });
  }

  #tell(change: Partial<FilePlayback>): void {
    this.#playback = { ...this.#playback, ...change };
    this.#options.onState(this.#playback);
  }
}

/** Asks it to say goodbye, and ends it when it does not. */
async function leave(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once("exit", done));
  if (child.connected) child.disconnect();
  const force = setTimeout(() => child.kill("SIGKILL"), FAREWELL_MS);
  await gone;
  clearTimeout(force);
}
