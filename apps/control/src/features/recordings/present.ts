import { PLAYBACK_PATHS, type RecordingView } from "@sameroom/contract";
import type { OwnedRecording } from "./store.ts";

export interface RecordingContext {
  /** Base URL of the worker that has the files, as the caller reaches it. */
  mediaUrl: string;
  /** For a private one; absent: the addresses need none. */
  token?: string;
  mine: boolean;
  /** It is for subscribers, and the caller is none. */
  locked: boolean;
  /** How long recordings are kept after their end, milliseconds; null: for ever. */
  keepMs: number | null;
}

/** A recording as who may see it sees it; its faults are its owner's business. */
export function presentRecording(
  { recording, room, ownerName }: OwnedRecording,
  context: RecordingContext & { withFault: boolean },
): RecordingView {
  const { id, fileBytes, fileSha256, startedAt, durationMs } = recording;
  const { keepMs } = context;
  return {
    id,
    room: { id: room.id, slug: room.slug, title: room.title, ownerName },
    title: recording.title,
    state: recording.state,
    fault: context.withFault ? recording.fault : null,
    visibility: recording.visibility,
    startedAt: startedAt.toISOString(),
    durationMs,
    bytes: recording.bytes,
    width: recording.width,
    height: recording.height,
    file: fileBytes === null || fileSha256 === null ? null : { bytes: fileBytes, sha256: fileSha256 },
    urls: recording.state === "ready" && !context.locked ? urlsOf(recording, context) : null,
    expiresAt: keepMs === null ? null : new Date(startedAt.getTime() + durationMs + keepMs).toISOString(),
    mine: context.mine,
    broadcast: recording.broadcastId,
    locked: context.locked,
  };
}

function urlsOf(
  { id, hasPictures, fileBytes }: OwnedRecording["recording"],
  { mediaUrl, token }: RecordingContext,
): NonNullable<RecordingView["urls"]> {
  const file = (name: Parameters<typeof PLAYBACK_PATHS.replayFile>[1]) =>
    `${mediaUrl}${PLAYBACK_PATHS.replayFile(id, name, token)}`;
  return {
    playlist: `${mediaUrl}${PLAYBACK_PATHS.replay(id, token)}`,
    poster: hasPictures ? file("poster.jpg") : null,
    sprites: hasPictures ? file("sprites.vtt") : null,
    file: fileBytes === null ? null : file("recording.mp4"),
  };
}
