import type { RoomConnection } from "@sameroom/client";
import type { HostStatus } from "@sameroom/contract";
import { useEffect, useRef } from "react";
import { noticesBetween } from "./host-status.ts";

/**
 * Tells viewers what the host's devices do, while on air. What the server knows is taken over with every snapshot and
 * with the start of the show; from then on each difference is sent once.
 */
export function useHostNotices(facts: {
  onAir: boolean;
  connection: RoomConnection | null;
  /** Snapshots so far. */
  entries: number;
  /** What the server last passed on. */
  known: HostStatus;
  now: HostStatus;
}): void {
  const { onAir, connection, entries, now } = facts;
  const known = useRef(facts.known);
  known.current = facts.known;
  const told = useRef(facts.known);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each snapshot and each start of a show begins anew
  useEffect(() => {
    told.current = known.current;
  }, [entries, onAir]);
  const { microphoneMuted, cameraOff, screenSharing, onBreak } = now;
  // biome-ignore lint/correctness/useExhaustiveDependencies: after a new snapshot the difference is told again
  useEffect(() => {
    if (!onAir || !connection) return;
    const status = { microphoneMuted, cameraOff, screenSharing, onBreak };
    for (const notice of noticesBetween(told.current, status)) void connection.notify(notice).catch(() => {});
    told.current = status;
  }, [onAir, connection, entries, microphoneMuted, cameraOff, screenSharing, onBreak]);
}
