import { z } from "zod";
import { idSchema, participantIdSchema, roomSlugSchema } from "./ids.ts";
import { ROOM_TOKEN_ISSUER } from "./token.ts";

/** JWS `typ` header of a playback token: may play one room's LL-HLS or one recording, nothing else. */
export const PLAYBACK_TOKEN_TYPE = "sameroom-playback+jwt";
/** Longest lifetime in seconds: a player without script keeps one address for a whole show. */
export const PLAYBACK_TOKEN_MAX_TTL_S = 12 * 3600;

/** Claims of a playback token (a JWS signed with Ed25519 by the key that signs room tokens). */
export const playbackTokenClaimsSchema = z
  .object({
    iss: z.literal(ROOM_TOKEN_ISSUER),
    sub: participantIdSchema,
    iat: z.number().int(),
    exp: z.number().int(),
    room: roomSlugSchema.optional(),
    recording: idSchema.optional(),
  })
  .refine(
    ({ room, recording }) => (room === undefined) !== (recording === undefined),
    "names a room or a recording",
  );
export type PlaybackTokenClaims = z.infer<typeof playbackTokenClaimsSchema>;

/**
 * What media serves over plain HTTP. Addresses inside playlists are relative, so the `~token` part of a signed address
 * holds for all that a player loads from there. Without it: a bearer (room or playback token), or nothing where the room
 * or the recording is open to everybody.
 */
export const PLAYBACK_PATHS = {
  /** Multivariant playlist of what is live. */
  live: (room: string, token?: string) => `/live/${room}/${signed(token)}index.m3u8`,
  /** MP3 for radios. */
  audio: (room: string, token?: string) => `/live/${room}/${signed(token)}audio.mp3`,
  /** Multivariant playlist of a recording. */
  replay: (recording: string, token?: string) => `/vod/${recording}/${signed(token)}index.m3u8`,
  /** Beside it: `recording.mp4` (`?download=NAME` for a file name), `poster.jpg`, `sprites.vtt`. */
  replayFile: (recording: string, file: ReplayFile, token?: string) =>
    `/vod/${recording}/${signed(token)}${file}`,
} as const;

/** Parameter of a playlist's address: whoever asks is in the room over Socket.IO, and counted there. */
export const IN_ROOM = "in-room";

/** The address of a live playlist for a player whose viewer is in the room. */
export function markInRoom(playlist: string): string {
  return `${playlist}${playlist.includes("?") ? "&" : "?"}${IN_ROOM}=1`;
}

/** Parameter of a multivariant playlist's address, live or replay, and its only value: the sound that is wanted. */
const SOUND = "sound";
const OPUS = "opus";

/** The address of a multivariant playlist for a player that takes Opus, as most is sent in; without it there is AAC, which all players take. */
export function withOpus(playlist: string): string {
  return `${playlist}${playlist.includes("?") ? "&" : "?"}${SOUND}=${OPUS}`;
}

/** Whether an address is one of {@link withOpus}. */
export function takesOpus(query: { get(name: string): string | null }): boolean {
  return query.get(SOUND) === OPUS;
}

export type ReplayFile = "recording.mp4" | "poster.jpg" | "sprites.vtt";

function signed(token: string | undefined): string {
  return token === undefined ? "" : `~${token}/`;
}
