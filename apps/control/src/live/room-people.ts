import type { Actor, Standing } from "@sameroom/contract";
import type { Audit } from "../audit.ts";
import type { Time } from "../clock.ts";
import type { Database } from "../db/database.ts";
import type { AccountStore } from "../features/accounts/store.ts";
import { type Admission, createAdmission } from "../features/people/admission.ts";
import { createDiscipline, type Discipline, type RoomOfPeople } from "../features/people/discipline.ts";
import type { ModeratorStore } from "../features/people/moderator-store.ts";
import { createModerators, type Moderators } from "../features/people/moderators.ts";
import { createMutes } from "../features/people/mutes.ts";
import { createSanctionStore, type SanctionStore } from "../features/people/sanction-store.ts";
import { peopleCommands } from "../features/people/socket.ts";
import type { Standings } from "../features/people/standings.ts";
import { createTraceStore, type TraceStore } from "../features/people/trace-store.ts";
import type { PresenceService } from "../features/presence/presence.ts";
import { findRoom } from "../features/rooms/find-room.ts";
import type { RoomStore } from "../features/rooms/store.ts";
import type { StageService } from "../features/stage/stage.ts";
import { nameOfGuest } from "../features/tokens/guest-identity.ts";
import type { Workers } from "../link/workers.ts";
import type { CommandHandlers, Gateway } from "../realtime/gateway.ts";
import type { TellRoom } from "../room-log.ts";
import { isIntegrators } from "./strangers.ts";

/** Order among a room's people, while it goes on. */
export interface RoomPeople {
  readonly discipline: Discipline;
  readonly moderators: Moderators;
  readonly admission: Admission;
  readonly sanctions: SanctionStore;
  readonly traces: TraceStore;
  readonly commands: CommandHandlers;
  /** Another control process may have muted somebody. */
  forgetMutes(): void;
  /** Somebody connected at media, maybe with a token from before they were banned. */
  arrived(slug: string, participant: string): Promise<void>;
  /** Somebody, here or not, with all they are to the room. */
  targetOf(room: RoomOfPeople, participant: string): Promise<Actor>;
}

export function createRoomPeople(deps: {
  db: Database["orm"];
  time: Time;
  rooms: RoomStore;
  accounts: AccountStore;
  standings: Standings;
  moderatorStore: ModeratorStore;
  audit: Audit;
  append: TellRoom;
  presence: Pick<PresenceService, "find">;
  workers: Pick<Workers, "broadcast">;
  gateway: () => Pick<Gateway, "disconnect" | "changeStanding">;
  /** Not asked for before the first sanction. */
  stage: () => Pick<StageService, "silence" | "expel" | "standingsOf">;
}): RoomPeople {
  const { db, time: clock, rooms, accounts, append, audit } = deps;
  const sanctions = createSanctionStore(db, () => mutes.forget());
  const mutes = createMutes(sanctions, clock);
  const traces = createTraceStore(db);
  const expel = (slug: string, participant: string) => {
    deps.gateway().disconnect(participant, slug);
    deps.workers.broadcast({ type: "close-participant", participant, room: slug });
  };

  async function nameOf(participant: string): Promise<string> {
    const [kind, id = ""] = participant.split(/:(.*)/s);
    if (kind === "guest") return nameOfGuest(id);
    if (kind === "key") return id.slice(0, 40);
    return (await accounts.byId(id))?.displayName ?? "Somebody";
  }

  async function targetOf(room: RoomOfPeople, participant: string): Promise<Actor> {
    const here = deps.presence.find(room.slug, participant);
    const are = await deps.standings.ofParticipant(participant, room);
    const role: Standing[] =
      here?.role === "host" || (here !== null && isIntegrators(participant)) ? [here.role] : [];
    // Who was handed the room is above those who watch.
    const seated = (await deps.stage().standingsOf(room.slug, participant)).filter((one) => one === "host");
    const standings = [...new Set([...are, ...role, ...seated])].filter((one) => one !== "viewer");
    return { participant, name: here?.name ?? (await nameOf(participant)), standings };
  }

  const discipline = createDiscipline({
    ...{ store: sanctions, traces, clock, append, audit, targetOf },
    banned(slug, participant) {
      expel(slug, participant);
      deps.stage().expel(slug, participant);
    },
    muted: (slug, participant) => deps.stage().silence(slug, participant),
  });
  const moderators = createModerators({
    ...{ store: deps.moderatorStore, accounts, clock, append, audit },
    changed: (slug, participant, appointed) =>
      deps.gateway().changeStanding(slug, participant, "moderator", appointed),
  });
  return {
    ...{ discipline, moderators, sanctions, traces, targetOf },
    admission: createAdmission({
      ...{ store: sanctions, traces, clock, append, audit, mutesOf: mutes.of },
    }),
    commands: peopleCommands({
      ...{ discipline, moderators },
      roomOf: async (slug) => (await findRoom(rooms, slug)).room,
    }),
    forgetMutes: mutes.forget,
    async arrived(slug, participant) {
      const found = await sanctions.inForceAt(slug, participant, new Date(clock.unixMs()));
      if (found.some(({ kind }) => kind === "ban")) expel(slug, participant);
    },
  };
}
