import { useState } from "react";
import { useNow } from "../../ui/hooks/use-now.ts";

/** Seconds until the next message may be sent in slow mode, and what to call when one was sent. `slowS` 0: no waiting. */
export function useSlowMode(slowS: number): { waitS: number; sent: () => void } {
  const [sentMs, setSentMs] = useState<number | null>(null);
  const waiting = slowS > 0 && sentMs !== null;
  const now = useNow(250, waiting);
  const waitS = waiting ? Math.max(0, Math.ceil((sentMs + slowS * 1_000 - now) / 1_000)) : 0;
  return { waitS, sent: () => setSentMs(Date.now()) };
}
