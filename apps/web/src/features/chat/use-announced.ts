import { useEffect, useRef, useState } from "react";
import type { ChatLine } from "./chat-log.ts";

/** So often at most something is read out; of more that came meanwhile only the number. */
const EVERY_MS = 4_000;

/** What a screen reader says of new lines, at a pace one can listen to. */
export function useAnnounced(lines: readonly ChatLine[]): string {
  const [words, setWords] = useState("");
  const latest = useRef(lines);
  latest.current = lines;
  const told = useRef<number | null>(null);
  useEffect(() => {
    const timer = setInterval(() => {
      const { current } = latest;
      const last = current.at(-1)?.event.sequence ?? 0;
      const before = told.current;
      told.current = last;
      if (before === null || last === before) return;
      setWords(
        wordsFor(current.filter(({ event }) => event.sequence > before && event.body.type === "message")),
      );
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return words;
}

function wordsFor(lines: readonly ChatLine[]): string {
  if (lines.length > 1) return `${lines.length} new messages`;
  const [one] = lines;
  return one?.event.body.type === "message" ? `${one.event.actor?.name ?? ""}: ${one.event.body.text}` : "";
}
