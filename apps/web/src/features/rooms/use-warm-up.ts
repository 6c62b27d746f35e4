import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { useSdkLoader } from "../sdk/sdk.tsx";
import { roomQuery } from "./room-queries.ts";

/** How long a pointer or the focus rests on a card before it counts as interest. */
const INTEREST_MS = 120;

/**
 * Event handlers for a link to a live room: when somebody is about to open it, the connection is made and the
 * room's description fetched beforehand, so that the first picture is there with the click.
 */
export function useWarmUp(room: string, live: boolean) {
  const loader = useSdkLoader();
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useMemo(() => {
    const cancel = () => clearTimeout(timer.current);
    const warm = () => {
      cancel();
      if (!live) return;
      timer.current = setTimeout(() => {
        void queries.prefetchQuery(roomQuery(room));
        // Only a head start: when it fails, opening the room says why.
        loader.load().then(
          (client) => client.warmUp(room),
          () => {},
        );
      }, INTEREST_MS);
    };
    return {
      onPointerEnter: warm,
      onPointerLeave: cancel,
      onFocus: warm,
      onBlur: cancel,
      onTouchStart: warm,
    };
  }, [loader, queries, room, live]);
}
