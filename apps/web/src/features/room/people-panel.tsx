import { Users } from "lucide-react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { formatCount } from "../../ui/format/numbers.ts";
import { Panel } from "../../ui/molecules/panel.tsx";
import { PeopleList } from "../../ui/organisms/people-list.tsx";
import { peopleOf } from "./people.ts";
import type { RoomLive } from "./room-state.ts";

/** Who is in the room, by name while it is small. */
export function PeoplePanel({ live }: { live: RoomLive }) {
  const { people, more } = peopleOf(live);
  return (
    <Panel
      title="In the room"
      aside={
        <Badge icon={<Users size={14} aria-hidden="true" />}>
          {formatCount(live.room?.viewers ?? 0)} watching
        </Badge>
      }
    >
      <PeopleList people={people} more={more} />
    </Panel>
  );
}
