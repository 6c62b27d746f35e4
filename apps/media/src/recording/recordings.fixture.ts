import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Log, silentLog } from "@sameroom/base";
import { FakeClock, SeededRandom } from "@sameroom/base/testing";
import type { RecordingFact, RecordingState as State } from "@sameroom/contract";
import { DiskArchive } from "../archive/disk-archive.ts";
import type { ProgramArchive } from "../archive/program-archive.ts";
import { RoomPolicies, type RoomPolicy } from "../program/room-policies.ts";
import { FileStorage } from "../storage/file-storage.ts";
import type { Storage } from "../storage/storage.ts";
import { eventually } from "../testing/eventually.fixture.ts";
import type { MakePictures } from "./add-pictures.ts";
import type { MakeAac } from "./add-sound.ts";
import { Recordings } from "./recordings.ts";
import { START_UNIX_MS } from "./show.fixture.ts";

export const BROADCAST = "01890000-0000-7000-8000-000000000001";

/** How control wants a room treated. */
export function policyOf(recordingMode: RoomPolicy["recordingMode"], broadcast = BROADCAST): RoomPolicy {
  return { broadcast, open: true, recordingMode, title: "A show" };
}

/** A directory of its own, and what records into it; again after a "restart". */
export class RecordingsBench {
  readonly root: string;
  readonly clock = new FakeClock({ unixMs: START_UNIX_MS });
  readonly policies = new RoomPolicies();
  readonly facts: RecordingFact[] = [];
  readonly deleted: string[] = [];
  readonly #storage: ((directory: string) => Storage) | undefined;
  readonly #makePictures: MakePictures | undefined;
  readonly #makeAac: MakeAac | undefined;
  readonly #log: Log;
  archive!: DiskArchive;
  recordings!: Recordings;
  storage!: Storage;
  #epoch = 0;

  private constructor(root: string, { storage, makePictures, makeAac, log = silentLog }: BenchOptions) {
    this.root = root;
    this.#storage = storage;
    this.#makePictures = makePictures;
    this.#makeAac = makeAac;
    this.#log = log;
    this.start();
  }

  static async create(options: BenchOptions = {}): Promise<RecordingsBench> {
    return new RecordingsBench(
      options.root ?? (await mkdtemp(join(tmpdir(), "sameroom-recordings-"))),
      options,
    );
  }

  get directory(): string {
    return join(this.root, "recordings");
  }

  /** As a worker that starts: nothing is recovered by itself. */
  start(): void {
    const { clock } = this;
    const shared = { clock, timers: clock, random: new SeededRandom(7), log: this.#log };
    this.archive = new DiskArchive({ directory: join(this.root, "live"), ...shared });
    this.storage = this.#storage?.(this.directory) ?? new FileStorage(this.directory);
    this.recordings = new Recordings({
      ...shared,
      directory: this.directory,
      archive: this.archive,
      storage: this.storage,
      policyOf: (room) => this.policies.of(room),
      makePictures: this.#makePictures,
      makeAac: this.#makeAac,
    });
    this.policies.on("changed", (room, policy) => this.recordings.setPolicy(room, policy));
    this.recordings.on("fact", (fact) => this.facts.push(fact));
    this.recordings.on("deleted", (id) => this.deleted.push(id));
  }

  open(room = "room"): ProgramArchive {
    this.#epoch += 1;
    const epoch = `e${this.#epoch}`;
    return this.archive.open({
      room,
      epoch,
      startedUnixMs: START_UNIX_MS,
      maxSegmentMs: 6000,
      dvrMs: 60_000,
    });
  }

  /** Resolves with the fact of the only recording, once it is in this state. */
  fact(state: State): Promise<RecordingFact> {
    return eventually(`a recording that is ${state}`, () =>
      this.recordings.facts.find((fact) => fact.state === state),
    );
  }

  async stop(): Promise<void> {
    await this.archive.close();
    await this.recordings.close();
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.root, { recursive: true, force: true });
  }
}

interface BenchOptions {
  root?: string;
  storage?: (directory: string) => Storage;
  makePictures?: MakePictures;
  makeAac?: MakeAac;
  log?: Log;
}
