import type { Timers } from "@sameroom/base";
import type { RecorderSession } from "./recorder-session.ts";

/** A session that is kept: with the connection that feeds it, or until the one before is given up. */
export interface Kept<Connection> {
  readonly session: RecorderSession;
  connection: Connection | undefined;
  cancelGrace: () => void;
}

/** Sessions by the secret that resumes them. One without a connection waits for the next for a while. */
export class KeptSessions<Connection> {
  readonly #timers: Timers;
  readonly #graceMs: number;
  readonly #kept = new Map<string, Kept<Connection>>();

  /** `graceMs`: how long a session waits. */
  constructor(timers: Timers, graceMs: number) {
    this.#timers = timers;
    this.#graceMs = graceMs;
  }

  get size(): number {
    return this.#kept.size;
  }

  get(resume: string): Kept<Connection> | undefined {
    return this.#kept.get(resume);
  }

  of(session: RecorderSession | undefined): Kept<Connection> | undefined {
    return session && this.#kept.get(session.resume);
  }

  /** This connection feeds the session from now on. */
  keep(session: RecorderSession, connection: Connection): void {
    this.of(session)?.cancelGrace();
    this.#kept.set(session.resume, { session, connection, cancelGrace: () => {} });
  }

  /** Its connection is gone: it ends unless another one comes. */
  wait(kept: Kept<Connection>): void {
    kept.connection = undefined;
    kept.cancelGrace = this.#timers.after(this.#graceMs, () => this.end(kept, "connection-lost"));
  }

  /** Ends it for the room as well. */
  end(kept: Kept<Connection>, reason: "left" | "connection-lost"): void {
    this.forget(kept);
    kept.session.feed.close(reason);
  }

  /** The server has ended it already. */
  forget(kept: Kept<Connection>): void {
    kept.cancelGrace();
    this.#kept.delete(kept.session.resume);
  }

  endAll(): void {
    for (const kept of [...this.#kept.values()]) this.end(kept, "connection-lost");
  }
}
