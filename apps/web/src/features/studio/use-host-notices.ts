import type { RoomConnection } from "@sameroom/client";
import type { HostStatus } from "@sameroom/contract";
import { useEffect, useRef } from "react";
import { noticesBetween } from "./host-status.ts";

/**
 * Tells viewers what the host's devices do, while on air. `told` is what the server last passed on: after a
 * reconnection or with the start of the show the difference is sent, and nothing twice.
 */
export function useHostNotices(facts: {
  onAir: boolean;
  connection: RoomConnection | null;
  connected: boolean;
  told: HostStatus;
  now: HostStatus;
}): void {
  const { onAir, connection, connected, now } = facts;
  const told = useRef(facts.told);
  told.current = facts.told;
  const { microphoneMuted, cameraOff, screenSharing } = now;
  useEffect(() => {
    if (!onAir || !connected || !connection) return;
    const status = { microphoneMuted, cameraOff, screenSharing };
    for (const notice of noticesBetween(told.current, status)) void connection.notify(notice).catch(() => {});
  }, [onAir, connected, connection, microphoneMuted, cameraOff, screenSharing]);
}
