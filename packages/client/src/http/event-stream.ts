/** One server-sent event. */
export interface ServerSentEvent {
  /** `message` when the server named none. */
  type: string;
  data: string;
}

/** More without an end of event is not ours: a session's state is a few hundred bytes. */
const MAX_PENDING = 65_536;

/** Takes server-sent events (WHATWG HTML section 9.2) out of a stream's text, in whatever pieces it comes. */
export class EventStreamParser {
  #pending = "";
  #type = "";
  #data: string[] = [];
  #dataLength = 0;

  /** Events completed by `text`. Throws a `RangeError` when one grows out of all bounds. */
  push(text: string): ServerSentEvent[] {
    this.#pending += text;
    const events: ServerSentEvent[] = [];
    // A CR at the very end may be half of CRLF.
    const lines = this.#pending.split(/\r\n|\n|\r(?!$)/);
    this.#pending = lines.pop()!;
    for (const line of lines) {
      const event = this.#takeLine(line);
      if (event !== undefined) events.push(event);
    }
    if (this.#pending.length + this.#dataLength > MAX_PENDING)
      throw new RangeError("A server-sent event without an end.");
    return events;
  }

  #takeLine(line: string): ServerSentEvent | undefined {
    if (line === "") return this.#finish();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#type = value;
    else if (field === "data") {
      this.#data.push(value);
      this.#dataLength += value.length;
    }
    // Comments, `id` and `retry` mean nothing here: the current state comes first on every connection.
    return undefined;
  }

  #finish(): ServerSentEvent | undefined {
    const event = { type: this.#type || "message", data: this.#data.join("\n") };
    const isEmpty = this.#data.length === 0;
    this.#type = "";
    this.#data = [];
    this.#dataLength = 0;
    return isEmpty ? undefined : event;
  }
}
