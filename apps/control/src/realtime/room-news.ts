import type { Battle, EventFrame } from "@sameroom/contract";

/** What the people in a room get of what was appended to its log. Each socket gets one of these frames. */
export interface TickFrames {
  /** Null: nothing for them. */
  everybody: EventFrame | null;
  /** For staff; the same object where there is no difference. */
  staff: EventFrame | null;
  /** For those whom messages concern that were left out for the others, when they are no staff. */
  personal: ReadonlyMap<string, EventFrame>;
}

/** Something all sockets of a room are told in their turns. */
export type RoomNews =
  | { type: "log"; frames: TickFrames }
  /** How many watch: a newer number takes the place of one that was not told yet. */
  | { type: "viewers"; count: number }
  /** Reactions by emoji, since the last ones: those that were not told yet add up. */
  | { type: "reactions"; counts: Readonly<Record<string, number>> }
  /** The battle the room is in: each takes the place of its older self. */
  | { type: "battle"; battle: Battle };

/** All that a socket is told in one turn. Null, empty: nothing of that kind. */
export interface Turn {
  frame: EventFrame | null;
  viewers: number | null;
  reactions: Record<string, number> | null;
  battles: Battle[];
}

/** Makes one of several news, oldest first. `frameOf`: whose. Null: nothing is told. */
export function turnOf(
  news: readonly RoomNews[],
  frameOf: (frames: TickFrames) => EventFrame | null,
): Turn | null {
  const frames: EventFrame[] = [];
  const turn: Turn = { frame: null, viewers: null, reactions: null, battles: [] };
  for (const one of news) {
    if (one.type === "viewers") turn.viewers = one.count;
    else if (one.type === "log") frames.push(...[frameOf(one.frames) ?? []].flat());
    else if (one.type === "reactions") turn.reactions = add(turn.reactions ?? {}, one.counts);
    else turn.battles = [...turn.battles.filter(({ id }) => id !== one.battle.id), one.battle];
  }
  turn.frame = joinFrames(frames);
  const { frame, viewers, reactions, battles } = turn;
  return frame === null && viewers === null && reactions === null && battles.length === 0 ? null : turn;
}

function add(sums: Record<string, number>, counts: Readonly<Record<string, number>>): Record<string, number> {
  for (const [emoji, count] of Object.entries(counts)) sums[emoji] = (sums[emoji] ?? 0) + count;
  return sums;
}

function joinFrames(frames: readonly EventFrame[]): EventFrame | null {
  const last = frames.at(-1);
  if (last === undefined || frames.length === 1) return last ?? null;
  return {
    last: last.last,
    events: frames.flatMap(({ events }) => events),
    omitted: frames.reduce((sum, { omitted }) => sum + omitted, 0),
  };
}
