import { Avatar } from "../atoms/avatar.tsx";
import { Badge } from "../atoms/badge.tsx";

export interface Person {
  id: string;
  name: string;
  /** Shown beside the name; nothing for ordinary viewers. */
  part?: string | undefined;
  you: boolean;
}

/** Who is here. `more` counts those who are not listed by name. */
export function PeopleList({ people, more }: { people: readonly Person[]; more: number }) {
  if (people.length === 0 && more === 0) {
    return <p className="text-sm text-ink-faint">Nobody has come in yet. Share the link.</p>;
  }
  return (
    <>
      <ul aria-label="People in the room" className="-mx-2 flex max-h-[25.5rem] flex-col overflow-y-auto">
        {people.map((person) => (
          <li key={person.id} className="flex min-h-11 animate-rise items-center gap-3 rounded-xl px-2 py-1">
            <Avatar name={person.name} size="sm" />
            <span className="min-w-0 flex-1 truncate font-medium">
              {person.name}
              {person.you && <span className="ml-1.5 font-normal text-ink-faint">you</span>}
            </span>
            {person.part && <Badge tone="dusk">{person.part}</Badge>}
          </li>
        ))}
      </ul>
      {more > 0 && (
        <p className="pt-2 text-sm text-ink-faint tabular">and {more.toLocaleString("en")} more</p>
      )}
    </>
  );
}
