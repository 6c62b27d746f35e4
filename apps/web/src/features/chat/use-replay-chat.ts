import type { EventType, RecordingView } from "@sameroom/contract";
import { useEffect, useMemo } from "react";
import { useClient } from "../sdk/sdk.tsx";
import { ReplayLog } from "./replay-log.ts";

/** What a replay shows of the log; reactions by the second are part of what happened, but not said. */
const TYPES: readonly EventType[] = [
  "message",
  "message-pinned",
  "gift",
  "state",
  "chat-mode",
  "host-notice",
];

/**
 * The chat of a recorded show, going with the picture in `video`; null for a recording that belongs to no broadcast. A
 * recording begins with the picture captured at its start.
 */
export function useReplayChat(recording: RecordingView, video: HTMLVideoElement | null): ReplayLog | null {
  const client = useClient();
  const { broadcast, startedAt } = recording;
  const room = recording.room.slug;
  const log = useMemo(
    () =>
      broadcast === null
        ? null
        : new ReplayLog({ fetch: (query) => client.events(room, { ...query, broadcast, types: TYPES }) }),
    [client, room, broadcast],
  );
  useEffect(() => {
    if (!log || !video) return;
    const startUnixMs = Date.parse(startedAt);
    const look = () => void log.playTo(startUnixMs + video.currentTime * 1_000);
    look();
    video.addEventListener("timeupdate", look);
    video.addEventListener("seeked", look);
    return () => {
      video.removeEventListener("timeupdate", look);
      video.removeEventListener("seeked", look);
    };
  }, [log, video, startedAt]);
  useEffect(() => () => log?.close(), [log]);
  return log;
}
