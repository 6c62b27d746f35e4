import type { Presence, RoomRole } from "@sameroom/contract";

/** One way in which somebody is in a room: a socket or a media session. */
export interface Connection {
  id: string;
  participant: string;
  name: string;
  role: RoomRole;
}

/** Who is in one room. Pure. Somebody with several connections counts once, in the highest of their roles. */
export interface People {
  /** Adds a connection. true when this person was not here before. */
  attach(connection: Connection): boolean;
  /** Removes a connection; returns the participant who has none left, else null. They stay until {@link remove}. */
  detach(id: string): string | null;
  /** Forgets somebody without connections; returns who it was, or null when they are back or gone already. */
  remove(participant: string): Presence | null;
  find(participant: string): Presence | null;
  /** The first `limit`, hosts first, then by role, then as they came. */
  list(limit: number): Presence[];
  /** People here, hosts included. */
  readonly size: number;
  /** People here who watch: everybody but hosts. */
  readonly viewers: number;
  participants(): string[];
  connectionIds(): string[];
}

const RANK: Record<RoomRole, number> = { host: 0, guest: 1, moderator: 2, viewer: 3 };

interface Person {
  participant: string;
  name: string;
  role: RoomRole;
  connections: Map<string, Connection>;
}

export function createPeople(): People {
  const people = new Map<string, Person>();
  const byConnection = new Map<string, Person>();
  let hosts = 0;
  const present = ({ participant, name, role }: Person): Presence => ({ participant, name, role });

  function setRole(person: Person, role: RoomRole): void {
    hosts += Number(role === "host") - Number(person.role === "host");
    person.role = role;
  }

  return {
    attach(connection) {
      const { id, participant, name, role } = connection;
      if (byConnection.get(id)?.participant !== participant) byConnection.get(id)?.connections.delete(id);
      let person = people.get(participant);
      const isNew = person === undefined;
      if (person === undefined) {
        person = { participant, name, role, connections: new Map() };
        if (role === "host") hosts += 1;
        people.set(participant, person);
      }
      person.connections.set(id, connection);
      byConnection.set(id, person);
      person.name = name;
      setRole(person, highestRole(person));
      return isNew;
    },
    detach(id) {
      const person = byConnection.get(id);
      if (person === undefined) return null;
      byConnection.delete(id);
      person.connections.delete(id);
      if (person.connections.size === 0) return person.participant;
      setRole(person, highestRole(person));
      return null;
    },
    remove(participant) {
      const person = people.get(participant);
      if (person === undefined || person.connections.size > 0) return null;
      people.delete(participant);
      if (person.role === "host") hosts -= 1;
      return present(person);
    },
    find(participant) {
      const person = people.get(participant);
      return person === undefined ? null : present(person);
    },
    list(limit) {
      const sorted = [...people.values()].sort((left, right) => RANK[left.role] - RANK[right.role]);
      return sorted.slice(0, limit).map(present);
    },
    get size() {
      return people.size;
    },
    get viewers() {
      return people.size - hosts;
    },
    participants: () => [...people.keys()],
    connectionIds: () => [...byConnection.keys()],
  };
}

function highestRole(person: Person): RoomRole {
  let role: RoomRole = "viewer";
  for (const connection of person.connections.values())
    if (RANK[connection.role] < RANK[role]) role = connection.role;
  return role;
}
