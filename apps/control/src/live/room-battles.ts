import type { Log } from "@sameroom/base";
import type { RoomStateChange } from "@sameroom/contract";
import { type BattleDesk, may, type RoomSnapshot } from "@sameroom/contract";
import type { Time } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { type BattleService, createBattles } from "../features/battles/battles.ts";
import { battleCommands } from "../features/battles/socket.ts";
import { createBattleStore } from "../features/battles/store.ts";
import { findRoom } from "../features/rooms/find-room.ts";
import type { RoomStore } from "../features/rooms/store.ts";
import type { CommandHandlers, Gateway } from "../realtime/gateway.ts";
import type { Admission } from "../realtime/room-socket.ts";
import type { AppendEvent } from "../room-log.ts";
import { shareReads } from "../shared-reads.ts";
import type { RoomStage } from "./room-stage.ts";

/** Battles as the rest of control meets them. */
export interface RoomBattles extends Pick<BattleService, "gift" | "start" | "settled" | "close"> {
  readonly commands: CommandHandlers;
  /** What of battles is in this person's snapshot. */
  snapshotFor(
    admission: Pick<Admission, "claims" | "standings">,
  ): Promise<Pick<RoomSnapshot, "battle" | "battleDesk">>;
  /** A room went on air, was interrupted, ended. */
  state(slug: string, change: Pick<RoomStateChange, "state">): void;
}

export function createRoomBattles(deps: {
  db: Database["orm"];
  time: Time;
  log: Log;
  rooms: RoomStore;
  append: AppendEvent;
  stage: Pick<RoomStage, "hostOf" | "requireOpponentSeat" | "join" | "silenceOpponent">;
  /** Not asked for before the first change. */
  gateway: () => Pick<Gateway, "toHosts" | "tellBattle">;
}): RoomBattles {
  const { stage, gateway, rooms } = deps;
  const battles = createBattles({
    ...{ store: createBattleStore(deps.db), time: deps.time, log: deps.log, append: deps.append },
    roomOf: async (slug) => (await findRoom(rooms, slug)).room,
    ...{ hostOf: stage.hostOf, requireSeat: stage.requireOpponentSeat, join: stage.join },
    tell: (slug, battle) => gateway().tellBattle(slug, battle),
    tellDesk: (slug, desk: BattleDesk) => gateway().toHosts(slug, "battle.desk", desk),
  });
  const battleOf = shareReads(battles.of);
  return {
    gift: battles.gift,
    start: battles.start,
    settled: battles.settled,
    close: battles.close,
    commands: battleCommands(battles, stage.silenceOpponent),
    async snapshotFor({ claims, standings }) {
      const battle = await battleOf(claims.room);
      if (!may(standings, "battle.run")) return { battle };
      return { battle, battleDesk: await battles.deskOf(claims.room) };
    },
    state(slug, { state }) {
      if (state === "interrupted") battles.hostAway(slug);
      else if (state === "live") battles.hostBack(slug);
      else if (state === "ended") battles.ended(slug);
    },
  };
}
