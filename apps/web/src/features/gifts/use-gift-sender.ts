import type { RoomConnection } from "@sameroom/client";
import type { Gift } from "@sameroom/contract";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { walletQuery } from "./gift-queries.ts";
import { type GiftOutcome, GiftSender } from "./gift-sender.ts";

/** Sends gifts to the room; the balance follows. `captureUnixMs` must keep its identity. */
export function useGiftSender(
  connection: RoomConnection | null,
  captureUnixMs: () => number | null,
  told: (outcome: GiftOutcome) => void,
): (gift: Gift) => void {
  const queries = useQueryClient();
  const sender = useRef<GiftSender | null>(null);
  const latest = useRef(told);
  latest.current = told;
  useEffect(() => {
    if (!connection) return;
    const made = new GiftSender(connection, {
      captureUnixMs,
      told(outcome) {
        const { coins } = outcome;
        if (coins === null) void queries.invalidateQueries({ queryKey: walletQuery.queryKey });
        else queries.setQueryData(walletQuery.queryKey, (old) => old && { ...old, coins });
        latest.current(outcome);
      },
    });
    sender.current = made;
    return () => {
      made.close();
      sender.current = null;
    };
  }, [connection, captureUnixMs, queries]);
  return useCallback((gift: Gift) => sender.current?.tap(gift), []);
}
