import type { Person } from "../../ui/organisms/people-list.tsx";
import type { RoomLive } from "./room-state.ts";

const PARTS = { host: "Host", guest: "Guest", moderator: "Moderator", viewer: undefined } as const;

/** The people of a room as the list shows them, and how many more there are. */
export function peopleOf(live: RoomLive): { people: Person[]; more: number } {
  const people = live.people.map((one) => ({
    id: one.participant,
    name: one.name,
    part: PARTS[one.role],
    you: one.participant === live.you?.participant,
  }));
  const watching = live.people.filter((one) => one.role !== "host").length;
  return { people, more: Math.max(0, (live.room?.viewers ?? 0) - watching) };
}
