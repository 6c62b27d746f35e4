import type { SlotsRequest, SlotsResponse } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import { ClientError, errorOfResponse } from "../errors.ts";
import { EVENT_STREAM_TYPE, SDP_FRAGMENT_TYPE, SDP_TYPE, SESSION_PARTS } from "./addresses.ts";
import { parseSlots } from "./answers.ts";
import { within } from "./within.ts";

const SLOTS_TIMEOUT_MS = 3000;

/** A WHIP or WHEP session on the server (RFC 9725): what was answered, and where it lives. */
export interface MediaResource {
  /** Last part of its address. */
  readonly id: string;
  readonly answer: string;
  /** Sends an ICE restart; resolves with the server's fragment. */
  restart(fragment: string, signal: AbortSignal): Promise<string>;
  /** What the slots show, or undefined when the server says nothing of it that can be understood. */
  slots(): Promise<SlotsResponse | undefined>;
  /** Says what is wanted in the slots; resolves with what they show then. */
  setSlots(request: SlotsRequest): Promise<SlotsResponse | undefined>;
  /** The session's server-sent events; undefined when there are none, or the session is gone. */
  events(signal: AbortSignal): Promise<ReadableStream<Uint8Array> | undefined>;
  /** Leaves. Never rejects; also works while the page goes away. */
  remove(): Promise<void>;
}

export interface OpenResourceOptions {
  mediaUrl: string;
  /** `/whip/:room` or `/whep/:room`, with query. */
  path: string;
  token: string;
  offer: string;
  signal: AbortSignal;
}

/** POSTs the offer; rejects with a `ClientError`. */
export async function openResource(
  environment: Environment,
  options: OpenResourceOptions,
): Promise<MediaResource> {
  const { mediaUrl, path, token, offer, signal } = options;
  const authorization = `Bearer ${token}`;
  const endpoint = `${mediaUrl}${path}`;
  const response = await environment.fetch(endpoint, {
    method: "POST",
    headers: { authorization, "content-type": SDP_TYPE },
    body: offer,
    signal,
  });
  if (!response.ok) throw await errorOfResponse(response);
  const location = response.headers.get("location");
  if (location === null) throw new ClientError("media.connection_failed", "The server named no session.");
  const url = new URL(location, endpoint).href;
  const askSlots = async (init: RequestInit) => {
    const answer = await within(environment, SLOTS_TIMEOUT_MS, (slotsSignal) =>
      environment.fetch(`${url}${SESSION_PARTS.slots}`, {
        ...init,
        headers: { authorization, ...init.headers },
        signal: slotsSignal,
      }),
    );
    if (!answer.ok) throw await errorOfResponse(answer);
    return parseSlots(await answer.json().catch(() => undefined));
  };
  return {
    id: url.slice(url.lastIndexOf("/") + 1),
    answer: await response.text(),
    async restart(fragment, restartSignal) {
      // RFC 9725 section 4.3.3: a restart names any generation.
      const restarted = await environment.fetch(url, {
        method: "PATCH",
        headers: { authorization, "content-type": SDP_FRAGMENT_TYPE, "if-match": "*" },
        body: fragment,
        signal: restartSignal,
      });
      if (!restarted.ok) throw await errorOfResponse(restarted);
      return restarted.text();
    },
    slots: () => askSlots({}),
    setSlots: (request) =>
      askSlots({
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(request),
      }),
    async events(eventsSignal) {
      const stream = await environment.fetch(`${url}${SESSION_PARTS.events}`, {
        headers: { authorization, accept: EVENT_STREAM_TYPE },
        cache: "no-store",
        signal: eventsSignal,
      });
      if (stream.status >= 400 && stream.status < 500) return undefined;
      if (!stream.ok) throw await errorOfResponse(stream);
      return stream.body ?? undefined;
    },
    async remove() {
      await environment
        .fetch(url, { method: "DELETE", headers: { authorization }, keepalive: true })
        .catch(() => undefined);
    },
  };
}
