import { useCallback, useEffect, useRef, useState } from "react";
import type { ChatLine } from "./chat-log.ts";

export interface ReadersPlace {
  /** They scrolled up: nothing may move them. */
  reading: boolean;
  /** Lines that came since. */
  unread: number;
  /** Key of the first of those. */
  firstUnread: string | null;
  /** To be called when the list was scrolled. */
  look: () => void;
}

/** Knows whether somebody reads further up, and what came meanwhile. */
export function useReadersPlace(options: {
  lines: readonly ChatLine[];
  isAtEnd: () => boolean;
  onReading: (reading: boolean) => void;
}): ReadersPlace {
  const { lines, onReading } = options;
  const [leftAt, setLeftAt] = useState<number | null>(null);
  const latest = useRef(options);
  latest.current = options;
  const look = useCallback(() => {
    const { lines, isAtEnd } = latest.current;
    const last = lines.at(-1)?.event.sequence ?? 0;
    setLeftAt((before) => (isAtEnd() ? null : (before ?? last)));
  }, []);
  const reading = leftAt !== null;
  useEffect(() => onReading(reading), [onReading, reading]);
  if (leftAt === null) return { reading, unread: 0, firstUnread: null, look };
  const first = lines.findLastIndex(({ event }) => event.sequence <= leftAt) + 1;
  return { reading, unread: lines.length - first, firstUnread: lines[first]?.key ?? null, look };
}
