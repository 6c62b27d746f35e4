import type { OtherShow } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { Eye, Search } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Avatar } from "../../ui/atoms/avatar.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { Input } from "../../ui/atoms/input.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { formatCount, formatViewers } from "../../ui/format/numbers.ts";
import { useDebounced } from "../../ui/hooks/use-debounced.ts";
import { QueryFault } from "../api/query-fault.tsx";

const TYPING_MS = 250;
const LOOK_AGAIN_MS = 10_000;

/** Shows that are live now, for a host to choose one: a search, a list, a button at each. */
export function OtherShows(props: {
  /** What they are for, and of which room: shows found for one purpose are not offered for another. */
  of: readonly string[];
  /** Rejects with a `ClientError`. */
  find: (query: string) => Promise<{ rooms: OtherShow[] }>;
  /** What the button says; with a name after it, what is read out. */
  verb: string;
  icon: ReactNode;
  /** Where nobody is live who can be chosen. */
  nobody: string;
  autoFocus?: boolean;
  onChoose: (show: OtherShow) => void;
}) {
  const [typed, setTyped] = useState("");
  const query = useDebounced(typed.trim(), TYPING_MS);
  const shows = useQuery({
    queryKey: ["other-shows", ...props.of, query],
    queryFn: () => props.find(query),
    refetchInterval: LOOK_AGAIN_MS,
    placeholderData: (last) => last,
    // It is asked again soon.
    retry: false,
  });
  return (
    <div className="flex flex-col gap-3">
      <div className="relative">
        <Search size={18} className="absolute top-3 left-3 text-ink-faint" aria-hidden="true" />
        <Input
          type="search"
          aria-label="Search live rooms"
          placeholder="Search by name or title"
          className="pl-10"
          maxLength={60}
          autoFocus={props.autoFocus}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
      </div>
      <div className="max-h-72 min-h-16 overflow-y-auto" aria-live="polite">
        {shows.isPending && <Skeleton className="h-14 rounded-2xl" />}
        {shows.error && !shows.data && <QueryFault query={shows} what="Live rooms" />}
        {shows.data?.rooms.length === 0 && (
          <p className="p-2 text-sm text-ink-soft">{query ? "Nobody live has this name." : props.nobody}</p>
        )}
        <ul className="flex flex-col gap-1">
          {shows.data?.rooms.map((show) => (
            <li key={show.room} className="flex items-center gap-3 rounded-2xl p-2 hover:bg-sunken">
              <Avatar name={show.name} size="md" />
              <div className="min-w-0 flex-1">
                <p className="truncate font-semibold">{show.name}</p>
                <p className="flex items-center gap-2 text-sm text-ink-soft">
                  <span className="truncate">{show.title}</span>
                  <span className="flex shrink-0 items-center gap-1 tabular">
                    <Eye size={14} aria-hidden="true" />
                    <span aria-hidden="true">{formatCount(show.viewers)}</span>
                    <span className="sr-only">{formatViewers(show.viewers)}</span>
                  </span>
                </p>
              </div>
              <Button
                size="sm"
                variant="primary"
                icon={props.icon}
                aria-label={`${props.verb} ${show.name}`}
                onClick={() => props.onChoose(show)}
              >
                {props.verb}
              </Button>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
