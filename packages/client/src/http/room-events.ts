import type { EventPage } from "@sameroom/contract";
import type { Environment } from "../environment.ts";
import { ClientError, errorOfResponse, toClientError } from "../errors.ts";
import type { EventQuery } from "../types.ts";
import { parseEventPage } from "./answers.ts";
import { within } from "./within.ts";

const TIMEOUT_MS = 10_000;

/** A piece of a room's log over REST. Rejects with a `ClientError`. */
export async function fetchRoomEvents(
  environment: Environment,
  url: string,
  request: { room: string; query: EventQuery },
): Promise<EventPage> {
  const { types, ...query } = request.query;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
  if (types !== undefined) parameters.set("types", types.join(","));
  const address = `${url}/api/rooms/${encodeURIComponent(request.room)}/events?${parameters.toString()}`;
  try {
    return await within(environment, TIMEOUT_MS, async () => {
      const response = await environment.fetch(address, { credentials: "include" });
      if (!response.ok) throw await errorOfResponse(response);
      const page = parseEventPage(await response.json().catch(() => undefined));
      if (page !== undefined) return page;
      throw new ClientError("network.unreachable", "The server's answer cannot be understood.");
    });
  } catch (thrown) {
    throw toClientError(thrown);
  }
}
