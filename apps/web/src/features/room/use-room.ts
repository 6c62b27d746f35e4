import type { RoomConnection } from "@sameroom/client";
import { useEffect, useReducer, useState } from "react";
import { useClient } from "../sdk/sdk.tsx";
import { initialRoom, type RoomLive, roomReducer } from "./room-state.ts";

/** The live connection to a room, open as long as the component is there. */
export function useRoom(slug: string): { live: RoomLive; connection: RoomConnection | null } {
  const client = useClient();
  const [live, dispatch] = useReducer(roomReducer, initialRoom);
  const [connection, setConnection] = useState<RoomConnection | null>(null);
  useEffect(() => {
    const room = client.room(slug);
    room.on("connection", (state) => dispatch({ type: "connection", connection: state }));
    room.on("failure", (failure) => dispatch({ type: "failure", failure }));
    room.on("snapshot", (snapshot) => dispatch({ type: "snapshot", snapshot, nowMs: Date.now() }));
    room.on("state", (change) => dispatch({ type: "state", change }));
    room.on("viewers", (viewers) => dispatch({ type: "viewers", viewers }));
    room.on("updated", (view) => dispatch({ type: "updated", room: view }));
    room.on("joined", (who) => dispatch({ type: "joined", who }));
    room.on("left", (who) => dispatch({ type: "left", who }));
    room.on("notice", (notice) => dispatch({ type: "notice", notice }));
    room.on("status", (status) => dispatch({ type: "status", status }));
    room.on("recording", (recording) => dispatch({ type: "recording", recording }));
    room.on("health", (health) => dispatch({ type: "health", health }));
    room.on("source", (source) => dispatch({ type: "source", source }));
    room.on("findings", (findings) => dispatch({ type: "findings", findings }));
    room.on("restream", (targets) => dispatch({ type: "restream", targets }));
    room.on("raid", (raid) => dispatch({ type: "raid", raid }));
    room.on("raidGoes", (to) => dispatch({ type: "raid-goes", to }));
    room.on("veil", (veil) => dispatch({ type: "veil", veil }));
    setConnection(room);
    return () => {
      room.close();
      setConnection(null);
    };
  }, [client, slug]);
  return { live, connection };
}
