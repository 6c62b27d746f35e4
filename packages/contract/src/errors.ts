import { z } from "zod";

/**
 * The one public catalogue of errors: code -> HTTP status and a message for a person. A code is never reused for
 * another meaning. `docs/guide/errors.md` lists the same codes (a test compares them).
 */
export const ERRORS = {
  "request.invalid": { status: 400, message: "The request is not in the form this address takes." },
  "request.too_large": { status: 413, message: "The request is larger than the server accepts." },
  "request.unsupported_media_type": { status: 415, message: "The content type is not accepted here." },
  "request.rate_limited": { status: 429, message: "Too many requests. Wait a moment and try again." },
  "request.not_found": { status: 404, message: "There is nothing at this address." },
  "request.method_not_allowed": { status: 405, message: "This address does not take that method." },
  "request.csrf": { status: 403, message: "The request did not come from this site." },
  "auth.required": { status: 401, message: "Log in first." },
  "auth.bad_credentials": { status: 401, message: "The name or the password is wrong." },
  "auth.forbidden": { status: 403, message: "You are not allowed to do this." },
  "account.name_taken": { status: 409, message: "This name is already taken." },
  "account.disabled": { status: 403, message: "This account is disabled." },
  "token.missing": { status: 401, message: "A bearer token is needed." },
  "token.invalid": { status: 401, message: "The token is not valid." },
  "token.expired": { status: 401, message: "The token has expired. Ask for a new one." },
  "token.wrong_room": { status: 403, message: "The token is for another room." },
  "token.no_grant": { status: 403, message: "The token does not allow this." },
  "stream_key.invalid": { status: 401, message: "The stream key is not valid for this room." },
  "room.not_found": { status: 404, message: "There is no such room." },
  "room.slug_taken": { status: 409, message: "This room address is already taken." },
  "room.not_live": { status: 409, message: "The room is not live." },
  "room.on_air": { status: 409, message: "The room is on air. End the show first." },
  "room.limit": { status: 409, message: "You have as many rooms as this server allows." },
  "room.subscribers_only": { status: 403, message: "Only subscribers may watch this." },
  "room.banned": { status: 403, message: "You are banned from this room." },
  "chat.muted": { status: 403, message: "You are muted in this room." },
  "chat.refused": { status: 422, message: "This cannot be said here." },
  "chat.held": { status: 409, message: "Your message waits for a moderator." },
  "people.protected": { status: 403, message: "You cannot do this to them." },
  "people.not_found": { status: 404, message: "There is nobody of this name." },
  "people.limit": { status: 409, message: "The room has as many moderators as it may have." },
  "moderation.not_found": { status: 404, message: "This is not there any more." },
  "moderation.decided": { status: 409, message: "Somebody has decided this already." },
  "file.not_found": { status: 404, message: "There is no such file to play." },
  "publish.room_busy": { status: 409, message: "Somebody else is live in this room." },
  "publish.key_in_use": {
    status: 409,
    message: "Another encoder with the same stream key is live in this room. Stop that one first.",
  },
  "publish.replaced": { status: 410, message: "You went live in this room from somewhere else." },
  "media.bad_offer": { status: 400, message: "The SDP offer cannot be used." },
  "media.no_common_codec": { status: 406, message: "The offer has no codec this server accepts." },
  "media.codec_unsupported": {
    status: 406,
    message: "This browser cannot play the codec this room is sent in.",
  },
  "media.bad_fragment": { status: 400, message: "The SDP fragment cannot be used." },
  "media.session_not_found": { status: 404, message: "This media session does not exist any more." },
  "media.etag_mismatch": { status: 412, message: "The ICE session has changed. Use the current ETag." },
  "media.etag_required": { status: 428, message: "Send If-Match with the session's ETag." },
  "media.full": { status: 503, message: "This server is full. Try again shortly." },
  "media.shutting_down": { status: 503, message: "This server is going away. Reconnect." },
  "media.control_unavailable": {
    status: 503,
    message: "The stream key cannot be checked at the moment. Try again shortly.",
  },
  "recorder.unsupported": { status: 415, message: "This server cannot take what the browser records." },
  "recorder.unreadable": { status: 400, message: "The recording that was sent cannot be read." },
  "recorder.session_not_found": { status: 404, message: "The recorder's session is over. Open another one." },
  "broadcast.not_found": { status: 404, message: "There is no such broadcast." },
  "recording.not_found": { status: 404, message: "There is no such recording." },
  "recording.not_ready": { status: 409, message: "The recording is not finished yet." },
  "recording.off": { status: 409, message: "Recording is off in this room." },
  "playback.not_live": { status: 404, message: "Nothing is live in this room." },
  "playback.gone": { status: 404, message: "This part of the show is not kept any more." },
  "playback.too_far_ahead": { status: 400, message: "The playlist is asked for too far in the future." },
  "playback.full": { status: 503, message: "Too many players wait at once. Try again shortly." },
  "chat.slow": { status: 429, message: "The chat is in slow mode. Wait a moment." },
  "chat.accounts_only": { status: 403, message: "Only people with an account may write here at the moment." },
  "chat.followers_only": { status: 403, message: "Only followers may write here at the moment." },
  "chat.subscribers_only": { status: 403, message: "Only subscribers may write here at the moment." },
  "chat.closed": { status: 403, message: "Nobody may write here at the moment." },
  "chat.emoji_only": { status: 403, message: "Only emoji may be written here at the moment." },
  "chat.message_not_found": { status: 404, message: "There is no such message." },
  "restream.not_found": { status: 404, message: "There is no such restream target." },
  "restream.limit": { status: 409, message: "The room has as many restream targets as it may have." },
  "wallet.insufficient": { status: 402, message: "There are not enough coins for this." },
  "gift.not_found": { status: 404, message: "There is no such gift." },
  "gift.own_room": { status: 409, message: "You cannot send gifts to yourself." },
  "package.not_found": { status: 404, message: "There is no such package of coins." },
  "purchase.not_found": { status: 404, message: "There is no such purchase." },
  "purchase.settled": { status: 409, message: "This purchase is settled already." },
  "payment.off": { status: 409, message: "Nothing is sold on this server." },
  "payment.unavailable": { status: 503, message: "Payments do not work at the moment. Try again shortly." },
  "payment.bad_signature": { status: 400, message: "The signature of this notification is not valid." },
  "subscription.not_found": { status: 404, message: "There is no such subscription." },
  "subscription.not_offered": { status: 409, message: "This channel does not offer this subscription." },
  "subscription.already": { status: 409, message: "There is a subscription to this channel already." },
  "subscription.own_channel": { status: 409, message: "You cannot subscribe to your own channel." },
  "subscription.nobody": { status: 409, message: "There is nobody here to give it to." },
  "subscription.ended": { status: 409, message: "This subscription has ended." },
  "payout.not_found": { status: 404, message: "There is no such payout." },
  "payout.too_small": { status: 409, message: "This is less than can be paid out." },
  "payout.settled": { status: 409, message: "This payout is settled already." },
  "stage.full": { status: 409, message: "There is no free place on the stage." },
  "stage.not_here": { status: 404, message: "This person is not here any more." },
  "stage.not_invited": { status: 409, message: "You are not invited to the stage any more." },
  "stage.removed": { status: 403, message: "You were taken off the stage." },
  "battle.busy": { status: 409, message: "One of the two rooms is in a battle already." },
  "battle.do_not_disturb": { status: 409, message: "This host takes no challenges at the moment." },
  "battle.not_found": { status: 404, message: "This challenge or battle is over." },
  "battle.not_possible": { status: 409, message: "These two rooms cannot battle each other." },
  "raid.refused": { status: 409, message: "This room cannot be raided." },
  "raid.under_way": { status: 409, message: "A raid is under way already." },
  "raid.none": { status: 409, message: "There is no raid to call off." },
  "webhook.not_found": { status: 404, message: "There is no such webhook." },
  "webhook.limit": { status: 409, message: "You have as many webhooks as this server allows." },
  "cover.unsupported": { status: 415, message: "Use a JPEG, PNG or WebP picture." },
  "server.unavailable": { status: 503, message: "The server is busy. Try again shortly." },
  "server.internal": { status: 500, message: "Something went wrong on the server." },
} as const satisfies Record<string, { status: number; message: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** RFC 9457 problem document; `type` is `urn:sameroom:error:<code>`. Sent as `application/problem+json`. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  /** What exactly was wrong this time, for a person. */
  detail: z.string().optional(),
  /** Field faults of a `request.invalid`. */
  faults: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** Seconds after which trying again makes sense. */
  retryAfter: z.number().optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** The problem document for a code. */
export function problem(
  code: ErrorCode,
  more: Partial<Pick<Problem, "detail" | "faults" | "retryAfter">> = {},
): Problem {
  const { status, message } = ERRORS[code];
  return { type: `urn:sameroom:error:${code}`, title: message, status, code, ...more };
}
