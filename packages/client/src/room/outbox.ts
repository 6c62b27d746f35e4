import type { CommandInput, CommandValue, RoomEvent } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import { type ClientError, isPassing, toClientError, toFailure } from "../errors.ts";
import type { PendingMessage, SendOptions } from "../types.ts";
import { newClientId } from "./new-client-id.ts";

/** A message that got no answer for this long, over however many connections, is told to have failed. */
export const PATIENCE_MS = 30_000;
/** More than anybody writes while a connection comes back. */
const MAX_PENDING = 50;

export interface OutboxPorts {
  /** Rejects with a `ClientError`. */
  ask(input: CommandInput<"chat.send">): Promise<CommandValue<"chat.send">>;
  changed(pending: readonly PendingMessage[]): void;
}

interface Entry {
  message: PendingMessage;
  captureUnixMs: number | null;
  /** Cancels what makes it fail. */
  giveUp: () => void;
  /** The connection it was sent over last, by number; 0: none. */
  askedOver: number;
  /** Where the server put it; it is shown as pending until the log brings it. */
  sequence: number | null;
}

/** Messages that are not in the log yet, as far as this client knows. The same id each time, so none is said twice. */
export class Outbox {
  readonly #environment: Environment;
  readonly #ports: OutboxPorts;
  readonly #entries = new Map<string, Entry>();
  /** Number of the connection; negative while there is none. */
  #connection = -1;

  constructor(environment: Environment, ports: OutboxPorts) {
    this.#environment = environment;
    this.#ports = ports;
  }

  get pending(): readonly PendingMessage[] {
    return [...this.#entries.values()].map(({ message }) => message);
  }

  send(text: string, { replyTo = null, captureUnixMs = null }: SendOptions): PendingMessage {
    const message: PendingMessage = {
      ...{ id: newClientId(() => this.#environment.random()), text, replyTo },
      ...{ sentUnixMs: this.#environment.unixMs(), state: "sending", failure: null },
    };
    const entry: Entry = { message, captureUnixMs, giveUp: () => {}, askedOver: 0, sequence: null };
    this.#entries.set(message.id, entry);
    const oldest = this.#entries.size > MAX_PENDING ? this.#entries.keys().next().value : undefined;
    if (oldest !== undefined) this.#remove(oldest);
    this.#start(entry);
    return message;
  }

  /** Tries a failed one again. */
  resend(id: string): void {
    const entry = this.#entries.get(id);
    if (entry?.message.state !== "failed") return;
    entry.message = { ...entry.message, state: "sending", failure: null };
    entry.askedOver = 0;
    this.#start(entry);
  }

  discard(id: string): void {
    if (this.#remove(id)) this.#tell();
  }

  /** The room is connected, with a snapshot: what waits is sent again. */
  connected(): void {
    this.#connection = Math.abs(this.#connection);
    for (const entry of this.#entries.values()) void this.#ask(entry);
  }

  disconnected(): void {
    if (this.#connection > 0) this.#connection = -this.#connection - 1;
  }

  /** These are in the log now, and everything up to `last`. */
  settle(events: readonly RoomEvent[], last: number): void {
    let changed = false;
    for (const { clientId } of events) if (clientId !== null) changed = this.#remove(clientId) || changed;
    for (const [id, { sequence }] of this.#entries)
      if (sequence !== null && sequence <= last) changed = this.#remove(id) || changed;
    if (changed) this.#tell();
  }

  close(): void {
    for (const { giveUp } of this.#entries.values()) giveUp();
    this.#entries.clear();
  }

  #start(entry: Entry): void {
    entry.giveUp = this.#environment.after(PATIENCE_MS, () => this.#fail(entry, UNANSWERED));
    this.#tell();
    void this.#ask(entry);
  }

  async #ask(entry: Entry): Promise<void> {
    const { message, captureUnixMs } = entry;
    const connection = this.#connection;
    if (connection < 0 || entry.askedOver === connection) return;
    if (entry.sequence !== null || message.state === "failed") return;
    entry.askedOver = connection;
    try {
      const { id, text, replyTo } = message;
      const { sequence } = await this.#ports.ask({ id, text, replyTo, captureUnixMs });
      entry.sequence = sequence;
      entry.giveUp();
    } catch (thrown) {
      const error = toClientError(thrown);
      // Without an answer nobody knows whether it was said: it waits for the next connection and is sent again.
      if (error.problem !== undefined || !isPassing(error)) this.#fail(entry, toFailure(error, false));
    }
  }

  #fail(entry: Entry, failure: PendingMessage["failure"]): void {
    const { id } = entry.message;
    if (this.#entries.get(id) !== entry || entry.sequence !== null) return;
    entry.giveUp();
    entry.message = { ...entry.message, state: "failed", failure };
    this.#tell();
  }

  #remove(id: string): boolean {
    this.#entries.get(id)?.giveUp();
    return this.#entries.delete(id);
  }

  #tell(): void {
    this.#ports.changed(this.pending);
  }
}

const UNANSWERED = {
  code: "network.unreachable" satisfies ClientError["code"],
  message: "The server did not answer.",
  retrying: false,
};
