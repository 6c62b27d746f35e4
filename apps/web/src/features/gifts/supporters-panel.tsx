import { useQuery } from "@tanstack/react-query";
import { Coins, HeartHandshake } from "lucide-react";
import { useEffect, useState } from "react";
import { Avatar } from "../../ui/atoms/avatar.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { joinClasses } from "../../ui/join-classes.ts";
import { QueryFault } from "../api/query-fault.tsx";
import { supportersQuery } from "./gift-queries.ts";
import type { ShownEvents } from "./gift-stage.tsx";

/** Gifts come in storms; the list is read again this long after one, ms. */
const FRESH_MS = 2_000;

/** Who gave most: in this show, or ever in this room. `store`: where new gifts show; null in a replay. */
export function SupportersPanel(props: {
  room: string;
  broadcast: string | null;
  store: ShownEvents | null;
}) {
  const { room, broadcast, store } = props;
  const [ever, setEver] = useState(broadcast === null);
  const query = useQuery(supportersQuery(room, ever ? null : broadcast));
  useFreshAfterGifts(store, query.refetch);
  return (
    <section
      aria-label="Top supporters"
      className="min-h-0 flex-1 overflow-y-auto px-3 py-3 [scrollbar-width:thin]"
    >
      {broadcast !== null && (
        <div className="mb-3 flex gap-1 px-1">
          {[false, true].map((all) => (
            <button
              key={String(all)}
              type="button"
              aria-pressed={ever === all}
              onClick={() => setEver(all)}
              className={joinClasses(
                "h-9 rounded-full px-3.5 text-sm font-semibold",
                ever === all ? "bg-ink text-canvas" : "text-ink-soft hover:bg-sunken",
              )}
            >
              {all ? "All time" : "This show"}
            </button>
          ))}
        </div>
      )}
      {query.isPending && <Skeleton className="mx-1 h-40" />}
      {query.isError && !query.data && <QueryFault query={query} what="The supporters" />}
      {query.data?.supporters.length === 0 && (
        <div className="flex flex-col items-center gap-3 px-6 py-14 text-center">
          <HeartHandshake size={36} className="text-ink-faint" aria-hidden="true" />
          <p className="font-display text-lg font-bold">Nobody has sent a gift yet</p>
          <p className="text-sm text-ink-faint">The first one is at the top for a while.</p>
        </div>
      )}
      <ol className="flex flex-col">
        {query.data?.supporters.map(({ participant, name, coins, place }) => (
          <li key={participant} className="flex min-h-12 items-center gap-3 rounded-xl px-2">
            <span
              className={joinClasses(
                "w-7 text-center font-display text-lg font-bold tabular",
                place <= 3 ? "text-ember-text" : "text-ink-faint",
              )}
            >
              {place}
            </span>
            <Avatar name={name} size="sm" />
            <span className="min-w-0 flex-1 truncate font-medium">{name}</span>
            <span className="flex items-center gap-1.5 text-sm font-semibold tabular">
              <Coins size={15} className="text-ember-text" aria-hidden="true" />
              {coins.toLocaleString("en")}
              <span className="sr-only">coins</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function useFreshAfterGifts(store: ShownEvents | null, refetch: () => unknown): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const off = store?.onShown(({ body }) => {
      if (body.type === "gift") timer ??= setTimeout(read, FRESH_MS);
    });
    const read = () => {
      timer = undefined;
      refetch();
    };
    return () => {
      off?.();
      clearTimeout(timer);
    };
  }, [store, refetch]);
}
