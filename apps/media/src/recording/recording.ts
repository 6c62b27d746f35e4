import { join } from "node:path";
import type { RecordingFact } from "@sameroom/contract";
import { faultOf } from "../archive/archive-fault.ts";
import { type RecordingState, writeState } from "./recording-state.ts";

export interface RecordingOptions {
  /** `<data>/recordings`. */
  root: string;
  state: RecordingState;
  /** What control is to know has changed. */
  onFact(fact: RecordingFact): void;
}

/** One recording: what is known of it, in memory and on disk. Whoever works on its files does so through here. */
export class Recording {
  readonly directory: string;
  readonly #onFact: RecordingOptions["onFact"];
  #state: RecordingState;
  #saving: Promise<void> = Promise.resolve();

  constructor({ root, state, onFact }: RecordingOptions) {
    this.directory = join(root, state.fact.id);
    this.#state = state;
    this.#onFact = onFact;
  }

  get id(): string {
    return this.#state.fact.id;
  }

  get fact(): RecordingFact {
    return this.#state.fact;
  }

  get state(): Readonly<RecordingState> {
    return this.#state;
  }

  /** Changes what control knows, and tells it when that is another thing than before; not saved by itself. */
  tell(change: Partial<RecordingFact>): void {
    const before = this.#state.fact;
    const keys = Object.keys(change) as (keyof RecordingFact)[];
    if (keys.every((key) => change[key] === before[key])) return;
    this.#state = { ...this.#state, fact: { ...before, ...change } };
    this.#onFact(this.#state.fact);
  }

  /** Changes what only media knows; not saved by itself. */
  set(change: Partial<Omit<RecordingState, "fact">>): void {
    this.#state = { ...this.#state, ...change };
  }

  /** Resolves when what is known now is on disk; rejects when the disk refuses. */
  save(): Promise<void> {
    const saved = this.#saving.then(() => writeState(this.directory, this.#state));
    this.#saving = saved.catch(() => {});
    return saved;
  }

  /** {@link save}s where the recording goes on all the same when the disk refuses, and tells of it. */
  async trySave(): Promise<boolean> {
    try {
      await this.save();
      return true;
    } catch (error) {
      this.tell({ fault: faultOf(error) });
      return false;
    }
  }
}
