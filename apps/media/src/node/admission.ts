import type { CodecFormat } from "@sameroom/protocol";
import type { Authenticated } from "../auth/authenticator.ts";
import type { PublishingSession } from "../ingest/publishing-session.ts";
import { MediaError } from "./media-error.ts";

/** Guests beside the host, as participants. */
const MAX_GUESTS = 8;

/**
 * Who may go on air beside those who are: one host at a time, up to eight guests, one session for each participant (a newer
 * one replaces it), and no guest who is `barred`. Throws `publish.room_busy`, `stage.removed`.
 */
export function requireStage(
  present: readonly PublishingSession[],
  { identity }: Authenticated,
  barred: ReadonlySet<string>,
): void {
  if (identity.role === "guest" && barred.has(identity.participant)) throw new MediaError("stage.removed");
  const others = present.filter(({ auth }) => auth.identity.participant !== identity.participant);
  if (identity.role === "host") {
    const host = others.find((session) => session.isHost);
    if (host !== undefined)
      throw new MediaError("publish.room_busy", `${host.auth.identity.name} is live here`);
    return;
  }
  const guests = new Set(
    others.filter((session) => !session.isHost).map(({ auth }) => auth.identity.participant),
  );
  if (guests.size >= MAX_GUESTS)
    throw new MediaError("publish.room_busy", `there are ${MAX_GUESTS} guests already`);
}

/** Format of the host's picture while the host is on air, which every viewer must be able to decode. */
export function formatOnAir(present: readonly PublishingSession[]): CodecFormat | undefined {
  const host = present.find((session) => session.isHost && session.announced);
  return host?.tracks.findLast((track) => track.kind === "video")?.format;
}
