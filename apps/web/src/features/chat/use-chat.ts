import type { PendingMessage, RoomConnection } from "@sameroom/client";
import { OPEN_CHAT, type RoomEvent, type RoomSnapshot, type Standing } from "@sameroom/contract";
import { useEffect, useMemo, useRef, useState } from "react";
import { ChatStore } from "./chat-store.ts";

export interface Chat {
  connection: RoomConnection | null;
  store: ChatStore;
  mode: RoomSnapshot["chat"]["mode"];
  pinned: RoomEvent | null;
  standings: readonly Standing[];
  /** One's own messages on their way. */
  pending: readonly PendingMessage[];
  /** false until the room has told what was said before. */
  known: boolean;
  /** Capture time of the picture on screen, for what is sent; null without one. */
  captureUnixMs: () => number | null;
}

type Told = Pick<Chat, "mode" | "pinned" | "standings" | "pending" | "known">;
const NOTHING: Told = { mode: OPEN_CHAT, pinned: null, standings: ["viewer"], pending: [], known: false };

export interface PictureClock {
  /** Capture time of the picture on screen, ms since 1970 on the server's clock. */
  captureUnixMs: () => number | null;
  /** true where the picture comes so late that events wait for it. */
  isLate: () => boolean;
}
/** Where no picture is, or one's own. */
export const NO_PICTURE: PictureClock = { captureUnixMs: () => null, isLate: () => false };

/** The chat of a room over its connection, for as long as the component is there. */
export function useChat(connection: RoomConnection | null, picture: PictureClock): Chat {
  const clock = useRef(picture);
  clock.current = picture;
  const store = useMemo(
    () =>
      new ChatStore(
        {
          captureUnixMs: () => (clock.current.isLate() ? clock.current.captureUnixMs() : null),
          serverUnixMs: () => connection?.serverUnixMs() ?? null,
        },
        ({ actor }) => actor !== null && actor.participant === connection?.snapshot?.you.participant,
      ),
    [connection],
  );
  const [told, setTold] = useState(NOTHING);
  useEffect(() => {
    if (!connection) return;
    const put = (change: Partial<Told>) => setTold((old) => ({ ...old, ...change }));
    const offs = [
      connection.on("snapshot", ({ chat, standings }) => put({ ...chat, standings, known: true })),
      connection.on("chat", (chat) => put(chat)),
      connection.on("standings", (standings) => put({ standings })),
      connection.on("pending", (pending) => put({ pending })),
      connection.on("events", (news) => store.take(news)),
    ];
    return () => {
      for (const off of offs) off();
      store.close();
      setTold(NOTHING);
    };
  }, [connection, store]);
  const captureUnixMs = useMemo(() => () => clock.current.captureUnixMs(), []);
  return { ...told, connection, store, captureUnixMs };
}
