import type { ErrorCode } from "@sameroom/contract";
import type { SrtRejection } from "@sameroom/protocol";
import { MediaError } from "../../node/media-error.ts";

const REJECTIONS: Partial<Record<ErrorCode, SrtRejection>> = {
  "stream_key.invalid": "unauthorized",
  "token.missing": "unauthorized",
  "token.invalid": "unauthorized",
  "token.expired": "unauthorized",
  "token.wrong_room": "forbidden",
  "token.no_grant": "forbidden",
  "room.not_found": "notFound",
  "publish.room_busy": "conflict",
  "publish.key_in_use": "conflict",
  "media.full": "overload",
  "media.control_unavailable": "down",
  "media.shutting_down": "down",
};

/** What a caller is told when the door does not open. */
export function rejectionOf(error: unknown): SrtRejection {
  return (error instanceof MediaError ? REJECTIONS[error.code] : undefined) ?? "internal";
}
