import type {
  ClientFailure,
  Publication,
  PublicationHealth,
  PublicationState,
  PublishPath,
  RoomConnection,
} from "@sameroom/client";
import { useCallback, useEffect, useRef, useState } from "react";
import { useClient } from "../sdk/sdk.tsx";
import type { CaptureState } from "./capture-state.ts";

export interface Broadcast {
  /** `idle`: this page publishes nothing. */
  state: "idle" | PublicationState;
  health: PublicationHealth | null;
  failure: ClientFailure | null;
  path: PublishPath;
  goLive: () => void;
  /** Ends the show for everybody, then leaves. Rejects when the server refuses. */
  end: () => Promise<void>;
  /** Leaves without ending: the grace period runs. */
  leave: () => void;
}

const IDLE = { state: "idle", health: null, failure: null, path: "webrtc" } as const;

/**
 * Publishes what the capture gives to a room; follows when camera, screen or microphone change. `as`: on the stage of somebody
 * else's show.
 */
export function useBroadcast(
  room: string,
  capture: CaptureState,
  connection: RoomConnection | null,
  as?: "guest",
): Broadcast {
  const client = useClient();
  const publication = useRef<Publication | null>(null);
  const [seen, setSeen] = useState<Pick<Broadcast, "state" | "health" | "failure" | "path">>(IDLE);
  const { video, audio } = capture;

  const leave = useCallback(() => {
    void publication.current?.stop();
    publication.current = null;
    setSeen(IDLE);
  }, []);

  const goLive = useCallback(() => {
    if (publication.current && !isOver(publication.current.state)) return;
    const next = client.publish(room, { video, audio, ...(as === undefined ? {} : { as }) });
    publication.current = next;
    const put = (change: Partial<typeof seen>) => {
      if (publication.current === next) setSeen((old) => ({ ...old, ...change }));
    };
    setSeen({ state: next.state, health: null, failure: null, path: next.path });
    next.on("health", (health) => put({ health }));
    next.on("path", (path) => put({ path, health: null }));
    next.on("failure", (failure) => put({ failure }));
    next.on("state", (state) => put(state === "live" ? { state, failure: null } : { state }));
  }, [client, room, video, audio, as]);

  useEffect(() => {
    void publication.current?.replaceTrack("video", video).catch(() => {});
  }, [video]);
  useEffect(() => {
    void publication.current?.replaceTrack("audio", audio).catch(() => {});
  }, [audio]);
  useEffect(() => leave, [leave]);

  const end = useCallback(async () => {
    await connection?.end();
    leave();
  }, [connection, leave]);
  return { ...seen, goLive, end, leave };
}

function isOver(state: PublicationState): boolean {
  return state === "ended" || state === "failed";
}
