import type { SlotsRequest } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import { ClientError, errorOfResponse } from "../errors.ts";
import { SDP_FRAGMENT_TYPE, SDP_TYPE } from "./addresses.ts";
import { within } from "./within.ts";

const SLOTS_TIMEOUT_MS = 3000;

/** A WHIP or WHEP session on the server (RFC 9725): what was answered, and where it lives. */
export interface MediaResource {
  readonly answer: string;
  /** Sends an ICE restart; resolves with the server's fragment. */
  restart(fragment: string, signal: AbortSignal): Promise<string>;
  setPaused(paused: boolean): Promise<void>;
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
  return {
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
    async setPaused(paused) {
      const request: SlotsRequest = { paused };
      const changed = await within(environment, SLOTS_TIMEOUT_MS, (slotsSignal) =>
        environment.fetch(`${url}/slots`, {
          method: "PUT",
          headers: { authorization, "content-type": "application/json" },
          body: JSON.stringify(request),
          signal: slotsSignal,
        }),
      );
      if (!changed.ok) throw await errorOfResponse(changed);
    },
    async remove() {
      await environment
        .fetch(url, { method: "DELETE", headers: { authorization }, keepalive: true })
        .catch(() => undefined);
    },
  };
}
