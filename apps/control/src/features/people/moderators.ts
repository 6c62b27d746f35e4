import type { Clock } from "@sameroom/base";
import { type Actor, standsAbove } from "@sameroom/contract";
import type { Audit } from "../../audit.ts";
import type { Account } from "../../db/schema.ts";
import { ProblemError } from "../../problem-error.ts";
import type { TellRoom } from "../../room-log.ts";
import type { RoomOfPeople } from "./discipline.ts";
import type { ModeratorStore } from "./moderator-store.ts";
import { accountIdOf } from "./rules.ts";

/** Moderators of one room at most. */
export const MAX_MODERATORS = 100;

export interface ModeratorPorts {
  store: ModeratorStore;
  accounts: {
    byId: (id: string) => Promise<Account | null>;
    byUsername: (username: string) => Promise<Account | null>;
  };
  clock: Clock;
  append: TellRoom;
  audit: Audit;
  /** Somebody is a moderator of the room now, or not any more: their sockets hear of it. */
  changed: (slug: string, participant: string, appointed: boolean) => void;
}

/** Who helps to run a room. All but `list` throw `people.not_found` when there is no such account, or it is disabled. */
export interface Moderators {
  list: ModeratorStore["list"];
  /** Throws `people.limit`, and `people.protected` for the owner. */
  appoint(room: RoomOfPeople, actor: Actor, who: Whom): Promise<Account>;
  dismiss(room: RoomOfPeople, actor: Actor, who: Whom): Promise<void>;
}

export type Whom = { username: string } | { account: string } | { participant: string };

export function createModerators(deps: ModeratorPorts): Moderators {
  const { store } = deps;

  async function find(who: Whom): Promise<Account> {
    const id = "account" in who ? who.account : "participant" in who ? accountIdOf(who.participant) : null;
    const found =
      "username" in who
        ? await deps.accounts.byUsername(who.username)
        : id === null
          ? null
          : await deps.accounts.byId(id);
    if (found === null) throw new ProblemError("people.not_found");
    return found;
  }

  async function tell(room: RoomOfPeople, actor: Actor, account: Account, appointed: boolean): Promise<void> {
    const subject = { participant: `user:${account.id}`, name: account.displayName };
    const action = appointed ? "appoint" : "dismiss";
    deps.changed(room.slug, subject.participant, appointed);
    await deps.audit(room.id, {
      actor: { participant: actor.participant, name: actor.name },
      ...{ action: `people.${action}`, subject },
      undo: { kind: appointed ? "dismiss" : "appoint", account: account.id },
    });
    await deps.append(room.slug, {
      ...{ actor, audience: "staff" },
      body: { type: "moderation", action, ...subject, untilUnixMs: null, reason: "" },
    });
  }

  return {
    list: store.list,
    async appoint(room, actor, who) {
      const account = await find(who);
      if (account.disabled) throw new ProblemError("people.not_found");
      if (account.id === room.ownerId) throw new ProblemError("people.protected");
      if ((await store.countOf(room.id)) >= MAX_MODERATORS) throw new ProblemError("people.limit");
      if (await store.insert(room.id, account.id, new Date(deps.clock.unixMs())))
        await tell(room, actor, account, true);
      return account;
    },
    async dismiss(room, actor, who) {
      const account = await find(who);
      if (!standsAbove(actor.standings, ["moderator"])) throw new ProblemError("people.protected");
      if (!(await store.remove(room.id, account.id))) throw new ProblemError("people.not_found");
      await tell(room, actor, account, false);
    },
  };
}
