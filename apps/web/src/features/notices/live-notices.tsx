import { pushMessageSchema } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { useLocation, useRouter } from "@tanstack/react-router";
import { useCallback, useEffect, useRef } from "react";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { followedRoomsQuery } from "../rooms/room-queries.ts";
import { useAccount } from "../session/session-queries.ts";

/** Longer than other messages: there is something to press. */
const SHOWN_MS = 12_000;
const LOOK_EVERY_MS = 30_000;

/** Says in any page that somebody the reader follows has gone live: once for each show, not for the page that shows it. */
export function LiveNotices() {
  const account = useAccount();
  const followed = useQuery({
    ...followedRoomsQuery,
    enabled: Boolean(account),
    refetchInterval: LOOK_EVERY_MS,
  }).data?.rooms;
  const path = useLocation({ select: ({ pathname }) => pathname });
  const router = useRouter();
  const toast = useToast();
  /** Rooms that were on air when last looked; null: not looked yet, and what is on already is no news. */
  const known = useRef<Set<string> | null>(null);
  const here = useRef(path);
  here.current = path;

  const tell = useCallback(
    (room: string, host: string) => {
      if (here.current === `/r/${room}`) return;
      toast({
        ...{ text: `${host} is live`, shownMs: SHOWN_MS },
        action: {
          label: "Watch",
          act: () => void router.navigate({ to: "/r/$room", params: { room } }),
        },
      });
    },
    [router, toast],
  );

  useEffect(() => {
    if (!followed) return;
    const before = known.current;
    known.current = new Set(followed.map(({ slug }) => slug));
    if (before === null) return;
    for (const { slug, owner } of followed) if (!before.has(slug)) tell(slug, owner.name);
  }, [followed, tell]);

  useEffect(() => {
    const onMessage = ({ data }: MessageEvent) => {
      const message = pushMessageSchema.safeParse(data);
      if (!message.success || known.current?.has(message.data.room)) return;
      known.current?.add(message.data.room);
      tell(message.data.room, message.data.host);
    };
    navigator.serviceWorker?.addEventListener("message", onMessage);
    return () => navigator.serviceWorker?.removeEventListener("message", onMessage);
  }, [tell]);
  return null;
}
