import { randomBytes } from "node:crypto";

interface JanusMessage {
  janus: string;
  transaction?: string;
  sender?: number;
  data?: { id: number };
  error?: { code: number; reason: string };
  jsep?: { type: string; sdp: string };
  plugindata?: { data?: { error?: string; result?: { status?: string } } };
}

/** Events asked for in one long poll. */
const MAX_EVENTS = 20;

/** One session of Janus's HTTP API: requests, and events by long polling. */
export class JanusSession {
  readonly #url: string;
  readonly #abort = new AbortController();
  readonly #waiting = new Map<string, (event: JanusMessage) => void>();

  private constructor(url: string) {
    this.#url = url;
  }

  /** `base` as in `http://127.0.0.1:8088/janus`. */
  static async open(base: string): Promise<JanusSession> {
    const created = await post(base, { janus: "create" });
    const session = new JanusSession(`${base}/${created.data?.id}`);
    void session.#poll();
    return session;
  }

  /** A handle of the streaming plugin. */
  async attach(): Promise<number> {
    const attached = await post(this.#url, { janus: "attach", plugin: "janus.plugin.streaming" });
    return attached.data!.id;
  }

  /** Sends a message to the plugin and resolves with the event that answers it. */
  async message(handle: number, body: object, answer?: string): Promise<JanusMessage> {
    const transaction = randomBytes(8).toString("hex");
    const answered = new Promise<JanusMessage>((resolve) => this.#waiting.set(transaction, resolve));
    const jsep = answer === undefined ? {} : { jsep: { type: "answer", sdp: answer, trickle: false } };
    await post(`${this.#url}/${handle}`, { janus: "message", transaction, body, ...jsep });
    const event = await Promise.race([answered, timeout(10_000)]);
    const error = event.plugindata?.data?.error ?? event.error?.reason;
    if (error !== undefined) throw new Error(`Janus: ${error}`);
    return event;
  }

  close(): void {
    this.#abort.abort();
  }

  async #poll(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        const response = await fetch(`${this.#url}?maxev=${MAX_EVENTS}`, { signal });
        const events = (await response.json()) as JanusMessage | JanusMessage[];
        for (const event of Array.isArray(events) ? events : [events]) {
          if (event.transaction === undefined) continue;
          this.#waiting.get(event.transaction)?.(event);
          this.#waiting.delete(event.transaction);
        }
      } catch {
        // Closed, by us or by Janus's end: whoever waits for an answer runs into its time limit.
        return;
      }
    }
  }
}

async function post(url: string, body: { janus: string; [key: string]: unknown }): Promise<JanusMessage> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ transaction: randomBytes(8).toString("hex"), ...body }),
  });
  const message = (await response.json()) as JanusMessage;
  if (message.janus === "error") throw new Error(`Janus: ${message.error?.reason}`);
  return message;
}

function timeout(ms: number): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error("Janus sent no event")), ms).unref();
  });
}
