import { createHash } from "node:crypto";
import type { Battle } from "@sameroom/contract";
import type { BattlePorts } from "./ports.ts";
import { presentBattle } from "./present.ts";
import { type BattleState, INDEXES, isJoined, otherOf } from "./rules.ts";
import type { BattleStore, ChangedBattle } from "./store.ts";

export interface AnnounceDeps extends Pick<BattlePorts, "join" | "append" | "tell"> {
  store: Pick<BattleStore, "told">;
  /** Tells the hosts of these rooms what is on their desks. */
  tellDesks: (slugs: readonly string[]) => Promise<void>;
  /** Somebody else may not have come to the end of this: all of it once more. */
  retold: boolean;
}

/** Phases the rooms' logs tell of. */
const TOLD: readonly BattleState["phase"][] = ["starting", "result", "over"];

/** Makes true what was decided of a battle and tells everybody it concerns. The same again does no harm. */
export async function announceBattle(
  { id, before, after }: ChangedBattle,
  deps: AnnounceDeps,
): Promise<void> {
  const stepped = deps.retold || before.phase !== after.phase || before.round !== after.round;
  if (after === before && !stepped) return;
  const rooms = after.sides.map(({ room }) => room);
  // What was never accepted is nobody's business but the hosts'.
  const battle = after.startsUnixMs === 0 ? null : presentBattle(id, after);
  if (battle !== null) {
    if (stepped || whoIsHere(before) !== whoIsHere(after)) await joinRooms(after, deps);
    for (const room of rooms) deps.tell(room, battle);
    if (stepped) await log(battle, after.round, deps);
  }
  if (!stepped) return;
  if (!isJoined(before) || !isJoined(after)) await deps.tellDesks(rooms);
  await deps.store.told(id, after.revision);
}

async function joinRooms(state: BattleState, { join }: Pick<AnnounceDeps, "join">): Promise<void> {
  for (const index of INDEXES) {
    const { room, participant, name, awaySinceUnixMs } = state.sides[otherOf(index)];
    const opponent = { room, participant, name, here: awaySinceUnixMs === null };
    await join(state.sides[index].room, isJoined(state) ? opponent : null);
  }
}

async function log(battle: Battle, round: number, { append }: Pick<AnnounceDeps, "append">): Promise<void> {
  if (!TOLD.includes(battle.phase)) return;
  const clientId = eventId(`${battle.id} ${round} ${battle.phase}`);
  for (const { room } of battle.sides)
    await append(room, { body: { type: "battle", battle }, actor: null, clientId });
}

function whoIsHere({ sides }: BattleState): string {
  return sides.map(({ awaySinceUnixMs }) => awaySinceUnixMs === null).join();
}

/** The same for the same step of a battle, so that the log has it once (RFC 9562 section 5.8). */
function eventId(step: string): string {
  const hex = createHash("sha256").update(step).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
