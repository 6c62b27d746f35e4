import type { Battle, BattleDesk } from "@sameroom/contract";
import type { Room } from "../../db/schema.ts";
import type { AppendEvent } from "../../room-log.ts";

/** What battles need of the rest of control. */
export interface BattlePorts {
  /** Throws `room.not_found`. */
  roomOf: (slug: string) => Promise<Room>;
  /** Who hosts it, while somebody does. */
  hostOf: (slug: string) => Promise<{ participant: string; name: string } | null>;
  /** Throws `stage.full` when there is no seat for an opponent. */
  requireSeat: (slug: string) => Promise<void>;
  /** Seats the host of another room on this one's stage; null: not any more. */
  join: (
    slug: string,
    opponent: { participant: string; name: string; room: string; here: boolean } | null,
  ) => Promise<void>;
  /** Into a room's log. */
  append: AppendEvent;
  /** To everybody in a room. */
  tell: (slug: string, battle: Battle) => void;
  /** To a room's hosts. */
  tellDesk: (slug: string, desk: BattleDesk) => void;
}
