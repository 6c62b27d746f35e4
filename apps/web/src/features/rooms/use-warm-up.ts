import { useEffect, useMemo, useRef } from "react";
import { useSdkLoader } from "../sdk/sdk.tsx";

/** How long a pointer or the focus rests on a card before it counts as interest. */
const INTEREST_MS = 120;

/**
 * Event handlers for a link to a live room: when somebody is about to open it, the connection is made beforehand,
 * so that the first picture is there with the click.
 */
export function useWarmUp(room: string, live: boolean) {
  const loader = useSdkLoader();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useMemo(() => {
    const cancel = () => clearTimeout(timer.current);
    const warm = () => {
      cancel();
      if (!live) return;
      timer.current = setTimeout(() => {
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
  }, [loader, room, live]);
}
