import { createBackoff } from "@sameroom/base";
import type { LayersEvent } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import { parseLayersEvent } from "./answers.ts";
import { EventStreamParser } from "./event-stream.ts";
import type { MediaResource } from "./media-resource.ts";

/** A stream that lasted this long was a good one: the next pause is short again. */
const STABLE_MS = 10_000;

/**
 * Follows `GET /sessions/:session/events` until the returned function is called or the session is gone; a server without
 * that address is left in peace. Reconnects with backoff.
 */
export function followSessionEvents(
  environment: Environment,
  resource: MediaResource,
  onLayers: (event: LayersEvent) => void,
): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  const random = { next: () => environment.random() };
  const backoff = createBackoff({ baseMs: 1000, maxMs: 30_000, random });
  const pause = () =>
    new Promise<void>((resolve) => {
      const done = () => {
        cancel();
        signal.removeEventListener("abort", done);
        resolve();
      };
      const cancel = environment.after(backoff.nextMs(), done);
      signal.addEventListener("abort", done);
    });
  const take = (type: string, data: string) => {
    const event = type === "layers" ? parseLayersEvent(data) : undefined;
    if (event !== undefined && !signal.aborted) onLayers(event);
  };
  void (async () => {
    while (!signal.aborted) {
      const openedMs = environment.nowMs();
      try {
        const body = await resource.events(signal);
        if (body === undefined) return;
        await read(body, take);
      } catch {
        // The network, or a proxy on the way; the next attempt tells.
      }
      // A proxy that cuts every stream as soon as it has begun must not be kept busy.
      if (environment.nowMs() - openedMs > STABLE_MS) backoff.reset();
      if (!signal.aborted) await pause();
    }
  })();
  return () => abort.abort();
}

async function read(
  body: ReadableStream<Uint8Array>,
  take: (type: string, data: string) => void,
): Promise<void> {
  const parser = new EventStreamParser();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      for (const { type, data } of parser.push(decoder.decode(chunk.value, { stream: true })))
        take(type, data);
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}
