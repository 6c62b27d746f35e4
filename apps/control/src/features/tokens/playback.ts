import {
  type IngestAddresses,
  isOpenToAll,
  type MintedToken,
  PLAYBACK_PATHS,
  PLAYBACK_TOKEN_MAX_TTL_S,
  type RoomRole,
} from "@sameroom/contract";
import type { Room } from "../../db/schema.ts";
import type { TokenDecision } from "./policy.ts";
import type { TokenSigner } from "./signer.ts";

/** What serves a room. */
export interface RoomService {
  /** Base URL of its worker; may begin with a colon. */
  mediaUrl: string;
  /** Whether it serves LL-HLS. */
  hls: boolean;
  /** No room for another WebRTC viewer. */
  full: boolean;
  /** Where encoders find it. */
  ingest: IngestAddresses;
}

/**
 * Addresses of the show over HTTP for the bearer of a room token, signed where the room is not open to all; null without LL-HLS
 * or without the grant to subscribe. `mediaUrl`: as the caller reaches it.
 */
export async function playbackFor(
  room: Pick<Room, "slug" | "visibility">,
  { participant, grants }: Pick<TokenDecision, "participant" | "grants">,
  deps: {
    mediaUrl: string;
    hls: boolean;
    signer: Pick<TokenSigner, "signPlayback">;
    /** How long the bearer may watch at most, seconds. */
    watchesForS: number;
  },
): Promise<MintedToken["playback"]> {
  if (!deps.hls || !grants.subscribe) return null;
  const { slug, visibility } = room;
  const signed = !isOpenToAll(visibility)
    ? await deps.signer.signPlayback(
        { sub: participant, room: slug },
        Math.max(1, Math.floor(Math.min(PLAYBACK_TOKEN_MAX_TTL_S, deps.watchesForS))),
      )
    : undefined;
  return {
    playlist: `${deps.mediaUrl}${PLAYBACK_PATHS.live(slug, signed?.token)}`,
    audio: `${deps.mediaUrl}${PLAYBACK_PATHS.audio(slug, signed?.token)}`,
  };
}

/** How somebody should watch. Only viewers are ever sent to LL-HLS: all others take part. */
export function preferredPath(
  role: RoomRole,
  more: { playback: MintedToken["playback"]; full: boolean; passiveViewers: MintedToken["prefer"] },
): MintedToken["prefer"] {
  if (role !== "viewer" || more.playback === null) return "webrtc";
  return more.full ? "hls" : more.passiveViewers;
}
