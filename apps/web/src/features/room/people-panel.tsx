import { formatViewers } from "../../ui/format/numbers.ts";
import { PeopleList } from "../../ui/organisms/people-list.tsx";
import { peopleOf } from "./people.ts";
import type { RoomLive } from "./room-state.ts";

/** Who is in the room, by name while it is small. */
export function PeoplePanel({ live }: { live: RoomLive }) {
  const { people, more } = peopleOf(live);
  return (
    <section
      aria-label="In the room"
      className="min-h-0 flex-1 overflow-y-auto px-5 py-3 [scrollbar-width:thin]"
    >
      <p className="mb-2 text-sm text-ink-faint tabular">{formatViewers(live.room?.viewers ?? 0)}</p>
      <PeopleList people={people} more={more} />
    </section>
  );
}
