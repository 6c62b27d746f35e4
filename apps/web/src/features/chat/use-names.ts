import { useMemo, useRef } from "react";
import type { RoomLive } from "../room/room-state.ts";
import type { ChatLine } from "./chat-log.ts";
import { foldName, type Names } from "./message-parts.ts";

/** Names of those who are here or wrote; the same object for the life of a name, so that messages are not drawn anew. */
export function useNames(lines: readonly ChatLine[], live: RoomLive): Names {
  const book = useRef(new Set<string>());
  const read = useRef(0);
  const you = live.you?.name ?? null;
  for (let at = lines.length - 1; at >= 0; at--) {
    const event = lines[at]?.event;
    if (!event || event.sequence <= read.current) break;
    if (event.actor) book.current.add(foldName(event.actor.name));
  }
  read.current = lines.at(-1)?.event.sequence ?? 0;
  for (const { name } of live.people) book.current.add(foldName(name));
  return useMemo(() => ({ you, knows: (folded) => book.current.has(folded) }), [you]);
}
