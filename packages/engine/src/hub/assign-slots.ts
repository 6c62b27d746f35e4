import type { HubPublisher, HubSlot, MediaKind } from "./types.ts";

/** Who has which place of a room's picture, first to last; null leaves a place empty. */
export type Stage = readonly (string | null)[];

/** What decides about the slots of one viewer besides who is on air. */
export interface SeatingRules {
  /** Who sat in each slot last, by MID; they keep it, also for when they come back. */
  seats: Map<string, string>;
  /** Viewer's own wish for a slot, by MID. */
  pins: ReadonlyMap<string, string>;
  /** The room's places, first to last, null for an empty one; undefined: host first, then as they came. */
  stage: Stage | undefined;
  /** Not heard by anybody. */
  silenced: ReadonlySet<string>;
  /** Loudest first; decides who is heard when there are more speakers than slots. */
  speakers: readonly string[];
  /** Not seated: the viewer, for audio. */
  except: string | undefined;
}

/** The first slot of company is the first guest's. */
const FIRST_GUEST = 1;

/**
 * Who sits in the slots of one kind of a viewer who has the guests alone, by MID: each guest in the slot of their place on
 * stage, nobody without a place, never the viewer.
 */
export function assignCompany(
  publishers: readonly HubPublisher[],
  slots: readonly HubSlot[],
  kind: MediaKind,
  { stage, silenced, except }: Pick<SeatingRules, "stage" | "silenced" | "except">,
): Map<string, HubPublisher> {
  const seated = new Map<string, HubPublisher>();
  for (const [index, { mid }] of slots.filter((slot) => slot.kind === kind).entries()) {
    const participant = stage?.[index + FIRST_GUEST];
    if (participant === undefined || participant === null || participant === except) continue;
    if (kind === "audio" && silenced.has(participant)) continue;
    const sends = (publisher: HubPublisher) =>
      publisher.participant === participant && publisher.tracks.some((track) => track.kind === kind);
    const publisher = publishers.findLast(sends);
    if (publisher !== undefined) seated.set(mid, publisher);
  }
  return seated;
}

/**
 * Who sits in each slot of one kind, by MID. A pin comes first, then the room's stage, then the host in the first slot;
 * everybody else keeps the slot they had, and newcomers take what is free. Nobody moves because somebody else comes or
 * goes, but for the host's first slot.
 */
export function assignSlots(
  publishers: readonly HubPublisher[],
  slots: readonly HubSlot[],
  kind: MediaKind,
  rules: SeatingRules,
): Map<string, HubPublisher> {
  const seated = new Map<string, HubPublisher>();
  const own = slots.filter((slot) => slot.kind === kind);
  const waiting = choose(publishers, kind, own.length, rules);
  const seat = (mid: string, participant: string | null | undefined) => {
    const publisher = waiting.get(participant ?? "");
    if (publisher === undefined || seated.has(mid)) return;
    waiting.delete(publisher.participant);
    seated.set(mid, publisher);
    // Whoever moves does not keep the seat they leave.
    for (const left of own) if (rules.seats.get(left.mid) === participant) rules.seats.delete(left.mid);
    rules.seats.set(mid, publisher.participant);
  };
  for (const { mid } of own) seat(mid, rules.pins.get(mid));
  if (rules.stage !== undefined && kind === "video") {
    for (const [place, { mid }] of own.entries()) seat(mid, rules.stage[place]);
    return seated;
  }
  const first = own.find(({ mid }) => !seated.has(mid));
  if (first !== undefined) seat(first.mid, [...waiting.values()].find(({ host }) => host)?.participant);
  for (const { mid } of own) seat(mid, rules.seats.get(mid));
  const free = own.filter(({ mid }) => !seated.has(mid));
  // A slot that nobody has left is taken before one that waits for somebody to come back.
  const fresh = free.filter(({ mid }) => !rules.seats.has(mid));
  for (const publisher of [...waiting.values()]) {
    const slot = fresh.shift() ?? free.find(({ mid }) => !seated.has(mid));
    if (slot !== undefined) seat(slot.mid, publisher.participant);
  }
  return seated;
}

/**
 * Who may be seated, by participant: all who send this kind, or, when they are too many to be heard, the host and the loudest.
 * Of one participant's sessions the newest that sends it counts, as while one takes over from another.
 */
function choose(
  publishers: readonly HubPublisher[],
  kind: MediaKind,
  places: number,
  { speakers, except, pins, silenced }: SeatingRules,
): Map<string, HubPublisher> {
  const sending = new Map<string, HubPublisher>();
  for (const publisher of publishers) {
    const { participant, tracks } = publisher;
    if (kind === "audio" && (participant === except || silenced.has(participant))) continue;
    if (tracks.some((track) => track.kind === kind)) sending.set(participant, publisher);
  }
  if (kind === "video" || sending.size <= places) return sending;
  const pinned = new Set(pins.values());
  const rank = ({ participant, host }: HubPublisher) => {
    if (host || pinned.has(participant)) return -1;
    const place = speakers.indexOf(participant);
    return place < 0 ? speakers.length : place;
  };
  const heard = [...sending].sort(([, left], [, right]) => rank(left) - rank(right));
  return new Map(heard.slice(0, places));
}
