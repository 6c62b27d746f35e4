import {
  MAX_BARRED,
  OPPONENT_SEAT,
  type RaisedHand,
  SEAT_KEPT_MS,
  STAGE_SEATS,
  type Stage,
  type StageLayout,
  type StageMember,
  type StageOrder,
} from "@sameroom/contract";
import { ProblemError } from "../../problem-error.ts";

/** Who is invited has this long to answer, and who has accepted as long to go on air, ms. */
export const JOIN_MS = 120_000;
/** Hands that are up and invitations under way, together. */
export const MAX_HANDS = 200;

export interface Person {
  participant: string;
  name: string;
}

export interface Guest extends Omit<StageMember, "role"> {
  /** When the seat is free again unless they come: while `joining` or `away`, ms since 1970. */
  untilUnixMs: number | null;
}

export interface Hand extends RaisedHand {
  /** When the invitation is void, ms since 1970; null: not invited. */
  untilUnixMs: number | null;
  /** Who invites. */
  by: string;
}

/** The host of another room, who is seen and heard here. */
export interface Opponent extends Person {
  /** Where they are on air. */
  room: string;
  here: boolean;
  silenced: boolean;
  /** As they tell their own room; missing: on. */
  microphoneMuted?: boolean;
  cameraOff?: boolean;
}

/** All there is to know of a room's stage in one broadcast. Never changed, only replaced. */
export interface StageState {
  readonly revision: number;
  readonly layout: StageLayout;
  readonly spotlight: string | null;
  readonly host: (Person & { here: boolean }) | null;
  /** While a battle goes on; missing: never yet. */
  readonly opponent?: Opponent | null;
  /** The guest who runs the room in the owner's place; missing: nobody was handed it yet. */
  readonly lead?: string | null;
  /** By seat; only guests. */
  readonly guests: readonly Guest[];
  /** In the order they came. */
  readonly hands: readonly Hand[];
  readonly barred: readonly string[];
}

export const NO_STAGE: StageState = {
  revision: 0,
  layout: "spotlight",
  spotlight: null,
  host: null,
  opponent: null,
  guests: [],
  hands: [],
  barred: [],
};

/** Raises a hand, or takes it down; who is invited declines with that. Throws `stage.full` when there are too many. */
export function ask(
  state: StageState,
  who: Person,
  { up, note, nowUnixMs }: { up: boolean; note: string; nowUnixMs: number },
): StageState {
  const known = handOf(state, who.participant);
  if (!up) return known === undefined ? state : withoutHand(state, who.participant);
  if (guestOf(state, who.participant) !== undefined || state.host?.participant === who.participant)
    return state;
  if (known !== undefined) return withHand(state, { ...known, note });
  if (state.hands.length >= MAX_HANDS) throw new ProblemError("stage.full");
  return withHand(state, { ...who, note, sinceUnixMs: nowUnixMs, invited: false, untilUnixMs: null, by: "" });
}

/** Asks somebody to come on stage; what they were taken off for is forgiven. Throws `stage.full`. */
export function invite(
  state: StageState,
  who: Person,
  { by, nowUnixMs }: { by: string; nowUnixMs: number },
): StageState {
  const { participant } = who;
  if (guestOf(state, participant) !== undefined || state.host?.participant === participant) return state;
  const invited = state.hands.filter((hand) => hand.invited && hand.participant !== participant).length;
  if (state.guests.length + invited >= placesFor(state)) throw new ProblemError("stage.full");
  const hand = handOf(state, participant) ?? { ...who, note: "", sinceUnixMs: nowUnixMs };
  return withHand(readmit(state, participant), {
    ...hand,
    invited: true,
    untilUnixMs: nowUnixMs + JOIN_MS,
    by,
  });
}

/** The invitation is answered: who accepts has a seat from here on. Throws `stage.not_invited`, `stage.full`. */
export function answer(
  state: StageState,
  participant: string,
  { accept, nowUnixMs }: { accept: boolean; nowUnixMs: number },
): StageState {
  const hand = handOf(state, participant);
  if (hand?.invited !== true) {
    // Said twice, as after a lost connection.
    if (accept === (guestOf(state, participant) !== undefined)) return state;
    throw new ProblemError("stage.not_invited");
  }
  const after = withoutHand(state, participant);
  return accept ? seat(after, hand, { state: "joining", untilUnixMs: nowUnixMs + JOIN_MS }) : after;
}

/** A guest publishes: they are on stage. Who comes with a guest's token of an integrator needs no invitation. */
export function arrive(state: StageState, who: Person): StageState {
  if (state.barred.includes(who.participant) || isOpponent(state, who.participant)) return state;
  const on = { state: "on", untilUnixMs: null } as const;
  const guest = guestOf(state, who.participant);
  if (guest?.state === "on") return state;
  if (guest !== undefined) return withGuest(state, { ...guest, ...on });
  if (state.guests.length >= placesFor(state)) return state;
  return seat(withoutHand(state, who.participant), who, on);
}

/** A guest publishes no more; the seat is kept for a while. */
export function lose(state: StageState, participant: string, nowUnixMs: number): StageState {
  const guest = guestOf(state, participant);
  if (guest?.state !== "on") return state;
  return withGuest(state, { ...guest, state: "away", untilUnixMs: nowUnixMs + SEAT_KEPT_MS });
}

/** The host is on air, and nobody's guest; null: the host was lost. Who it was stays. */
export function host(state: StageState, who: Person | null): StageState {
  if (who !== null) {
    const { host } = state;
    if (host?.here === true && host.participant === who.participant && host.name === who.name) return state;
    const after = leave(state, who.participant);
    return { ...after, host: { participant: who.participant, name: who.name, here: true } };
  }
  return state.host?.here === true ? { ...state, host: { ...state.host, here: false } } : state;
}

/** The host of another room is on this stage, too, in the last seat; null: not any more. Throws `stage.full`. */
export function join(state: StageState, opponent: Omit<Opponent, "silenced"> | null): StageState {
  const before = state.opponent ?? null;
  if (opponent === null) return before === null ? state : { ...state, opponent: null };
  const cleared = leave(state, opponent.participant);
  if (cleared.guests.some(({ seat }) => seat === OPPONENT_SEAT)) throw new ProblemError("stage.full");
  const silenced = before?.participant === opponent.participant && before.silenced;
  const after = changed(before, { ...opponent, silenced });
  return after === before ? cleared : { ...cleared, opponent: after };
}

/** What the opponent's devices do now; nothing without an opponent. */
export function opponentDevices(
  state: StageState,
  devices: Required<Pick<Opponent, "microphoneMuted" | "cameraOff">>,
): StageState {
  const before = state.opponent ?? null;
  if (before === null) return state;
  const opponent = changed(before, { ...before, ...devices });
  return opponent === before ? state : { ...state, opponent };
}

/** The same object where nothing is another. */
function changed(before: Opponent | null, after: Opponent): Opponent {
  const names = Object.keys(after) as (keyof Opponent)[];
  return before !== null && names.every((name) => before[name] === after[name]) ? before : after;
}

/** The opponent is not heard here, or heard again. Throws `stage.not_here`. */
export function silenceOpponent(state: StageState, silenced: boolean): StageState {
  const opponent = state.opponent ?? null;
  if (opponent === null) throw new ProblemError("stage.not_here");
  return opponent.silenced === silenced ? state : { ...state, opponent: { ...opponent, silenced } };
}

/** Somebody goes by themselves. */
export function leave(state: StageState, participant: string): StageState {
  if (guestOf(state, participant) === undefined) return state;
  const guests = state.guests.filter((guest) => guest.participant !== participant);
  return {
    ...{ ...state, guests, spotlight: state.spotlight === participant ? null : state.spotlight },
    lead: state.lead === participant ? null : (state.lead ?? null),
  };
}

/**
 * Gives a guest the host's part of running the room, and shows them large; null takes it back. It is theirs for as long as they
 * have a seat. Throws `stage.not_here` for who is not on stage.
 */
export function handOver(state: StageState, participant: string | null): StageState {
  const before = state.lead ?? null;
  if (before === participant) return state;
  if (participant !== null && guestOf(state, participant)?.state !== "on")
    throw new ProblemError("stage.not_here");
  const spotlight = participant ?? (state.spotlight === before ? null : state.spotlight);
  return { ...state, lead: participant, spotlight };
}

/** Who was taken off the stage may be there again. */
export function readmit(state: StageState, participant: string): StageState {
  if (!state.barred.includes(participant)) return state;
  return { ...state, barred: state.barred.filter((one) => one !== participant) };
}

/** Takes somebody off the stage, their hand down, or their invitation back; who was on stage may not come back. */
export function remove(state: StageState, participant: string): StageState {
  const after = withoutHand(leave(state, participant), participant);
  if (guestOf(state, participant) === undefined) return after;
  const barred = [...state.barred.filter((one) => one !== participant), participant];
  return { ...after, barred: barred.slice(-MAX_BARRED) };
}

/** Throws `stage.not_here` when they are no guest. */
export function change(
  state: StageState,
  participant: string,
  changes: Partial<Pick<Guest, "microphoneMuted" | "cameraOff" | "silenced">>,
): StageState {
  const guest = guestOf(state, participant);
  if (guest === undefined) throw new ProblemError("stage.not_here");
  return withGuest(state, { ...guest, ...changes });
}

/** Throws `stage.not_here` when who should be large is not on stage. */
export function arrange(state: StageState, layout: StageLayout, spotlight: string | null): StageState {
  const isHost = spotlight !== null && state.host?.participant === spotlight;
  const large = isHost ? null : spotlight;
  if (large !== null && guestOf(state, large) === undefined) throw new ProblemError("stage.not_here");
  return { ...state, layout, spotlight: large };
}

/** Seats and invitations nobody has taken in time are free. */
export function expire(state: StageState, nowUnixMs: number): StageState {
  const isOver = ({ untilUnixMs }: { untilUnixMs: number | null }) =>
    untilUnixMs !== null && untilUnixMs <= nowUnixMs;
  const left = state.guests
    .filter(isOver)
    .reduce((after, { participant }) => leave(after, participant), state);
  const hands = left.hands.filter((hand) => !isOver(hand));
  return hands.length === left.hands.length ? left : { ...left, hands };
}

/** When {@link expire} has something to do, ms since 1970, or null. */
export function deadlineOf({ guests, hands }: StageState): number | null {
  const times = [...guests, ...hands].flatMap(({ untilUnixMs }) => untilUnixMs ?? []);
  return times.length === 0 ? null : Math.min(...times);
}

/** The stage as everybody sees it. */
export function presentStage(state: StageState): Stage {
  const { revision, host, guests, opponent } = state;
  const { layout, spotlight } = arrangementOf(state);
  const joined = opponent ?? null;
  if (guests.length === 0 && joined === null) return { revision, layout, spotlight: null, members: [] };
  const members: StageMember[] = guests.map(({ untilUnixMs: _, ...guest }) => ({ ...guest, role: "guest" }));
  if (host !== null)
    members.unshift({
      ...{ participant: host.participant, name: host.name, role: "host", seat: 0 },
      ...{ state: host.here ? "on" : "away", microphoneMuted: false, cameraOff: false, silenced: false },
    });
  if (joined !== null)
    members.push({
      ...{ participant: joined.participant, name: joined.name, role: "opponent", seat: OPPONENT_SEAT },
      ...{ state: joined.here ? "on" : "away", silenced: joined.silenced },
      ...{ microphoneMuted: joined.microphoneMuted ?? false, cameraOff: joined.cameraOff ?? false },
    });
  const { lead = null } = state;
  return { revision, layout, spotlight, ...(lead === null ? {} : { lead }), members };
}

export function presentHands({ hands }: StageState): RaisedHand[] {
  return hands.map(({ untilUnixMs: _until, by: _by, ...hand }) => hand);
}

/** The stage as media carries it. */
export function orderOf(state: StageState): StageOrder {
  const { host, guests, barred, opponent } = state;
  const visitor = opponent ?? null;
  const seated = new Map(guests.map(({ seat, participant }) => [seat, participant]));
  if (visitor !== null) seated.set(OPPONENT_SEAT, visitor.participant);
  const last = Math.max(-1, ...seated.keys());
  const seats = Array.from({ length: last + 1 }, (_, seat) =>
    seat === 0 ? (host?.participant ?? null) : (seated.get(seat) ?? null),
  );
  const muted = [...guests, ...(visitor === null ? [] : [visitor])].filter(({ silenced }) => silenced);
  const faces = presentStage(state).members.map(({ participant, name, cameraOff }) => ({
    ...{ participant, name, cameraOff, whole: false },
  }));
  const silenced = muted.map(({ participant }) => participant);
  const order = { seats, silenced, barred: [...barred], ...arrangementOf(state), faces };
  if (visitor === null) return order;
  const { participant, room } = visitor;
  return { ...order, visitors: [{ participant, room, from: null }] };
}

export function guestOf(state: StageState, participant: string): Guest | undefined {
  return state.guests.find((guest) => guest.participant === participant);
}

/** What somebody is by their seat. */
export function standingsOf(state: StageState, participant: string): ("guest" | "host")[] {
  if (guestOf(state, participant) === undefined) return [];
  return state.lead === participant ? ["host", "guest"] : ["guest"];
}

export function handOf(state: StageState, participant: string): Hand | undefined {
  return state.hands.find((hand) => hand.participant === participant);
}

/** A battle is two beside each other, whatever was chosen for the show. */
function arrangementOf({ layout, spotlight, opponent }: StageState): Pick<Stage, "layout" | "spotlight"> {
  return opponent ? { layout: "side-by-side", spotlight: null } : { layout, spotlight };
}

function isOpponent({ opponent }: StageState, participant: string): boolean {
  return opponent?.participant === participant;
}

/** How many guests have a seat at most: an opponent has the last one. */
function placesFor({ opponent }: StageState): number {
  return STAGE_SEATS - 1 - (opponent ? 1 : 0);
}

/** In the lowest seat that is free. Throws `stage.full`. */
function seat(
  state: StageState,
  { participant, name }: Person,
  how: Pick<Guest, "state" | "untilUnixMs">,
): StageState {
  const taken = new Set(state.guests.map((guest) => guest.seat));
  const free = Array.from({ length: placesFor(state) }, (_, index) => index + 1).find(
    (place) => !taken.has(place),
  );
  if (free === undefined) throw new ProblemError("stage.full");
  const fresh = { microphoneMuted: false, cameraOff: false, silenced: false };
  return withGuest(state, { participant, name, seat: free, ...fresh, ...how });
}

function withGuest(state: StageState, guest: Guest): StageState {
  const others = state.guests.filter(({ participant }) => participant !== guest.participant);
  return { ...state, guests: [...others, guest].sort((left, right) => left.seat - right.seat) };
}

function withHand(state: StageState, hand: Hand): StageState {
  const place = state.hands.findIndex(({ participant }) => participant === hand.participant);
  return { ...state, hands: place < 0 ? [...state.hands, hand] : state.hands.with(place, hand) };
}

function withoutHand(state: StageState, participant: string): StageState {
  if (handOf(state, participant) === undefined) return state;
  return { ...state, hands: state.hands.filter((hand) => hand.participant !== participant) };
}
