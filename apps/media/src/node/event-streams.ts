/** One listener's end of an event stream. */
export interface EventSink {
  /** Sends one event of a kind; a later one may take its place while the listener is slow. */
  send(event: string, data: string): void;
  /** The session is over. */
  end(): void;
}

/** At once; a browser that reconnects may leave one behind for a while. */
const MAX_SINKS = 4;

/**
 * Who listens to one session's events. Events are states: each replaces the last of its kind, is told only when it differs, and
 * the latest of each kind comes first to whoever begins to listen.
 */
export class EventStreams {
  readonly #sinks = new Set<EventSink>();
  readonly #latest = new Map<string, string>();
  #closed = false;

  /** Adds a listener; past four, the oldest is ended. Ends it at once when the session is over. */
  add(sink: EventSink): void {
    if (this.#closed) {
      sink.end();
      return;
    }
    if (this.#sinks.size >= MAX_SINKS) {
      const oldest = this.#sinks.values().next().value!;
      this.#sinks.delete(oldest);
      oldest.end();
    }
    this.#sinks.add(sink);
    for (const [event, data] of this.#latest) sink.send(event, data);
  }

  remove(sink: EventSink): void {
    this.#sinks.delete(sink);
  }

  send(event: string, value: unknown): void {
    const data = JSON.stringify(value);
    if (this.#latest.get(event) === data) return;
    this.#latest.set(event, data);
    for (const sink of this.#sinks) sink.send(event, data);
  }

  close(): void {
    this.#closed = true;
    for (const sink of this.#sinks) sink.end();
    this.#sinks.clear();
  }
}
