import type { Time } from "../clock.ts";
import { type RoomNews, type Turn, turnOf } from "./room-news.ts";
import { type SendingTurns, WORK_MS } from "./sending-turns.ts";

/** How a room's news come to its sockets. */
export interface RoundPorts<Socket, Encoded> {
  time: Time;
  /** Of all rooms of the process. */
  turns: SendingTurns;
  participantOf: (socket: Socket) => string;
  isStaff: (socket: Socket) => boolean;
  /** false: it has not taken yet what it was sent. */
  isReady: (socket: Socket) => boolean;
  encode: (turn: Turn) => Encoded;
  send: (socket: Socket, encoded: Encoded) => void;
  /** It is too far behind to be served from here; when it comes back it asks for what it missed. */
  drop: (socket: Socket) => void;
}

/**
 * The sockets of one room, served in turns. What is pushed waits for nothing but a socket's turn: each gets all there is at once,
 * and nothing more within {@link TICK_MS}. Sending takes a bounded share of the process's time: a room too large to be served in a
 * tick is gone round without a break, and what comes meanwhile is for those whose turn is still to come. A socket that does not read
 * is passed over until it does, so nothing piles up for it.
 */
export interface Rounds<Socket> {
  add(socket: Socket): void;
  remove(socket: Socket): void;
  /** For who is here now. */
  push(news: RoomNews): void;
  readonly size: number;
  close(): void;
}

/** A socket is told at most once in this time: ten times a second. */
export const TICK_MS = 100;
/** What was pushed is kept at least this long for those who do not read. */
export const MAX_BEHIND_MS = 10_000;
/** Sockets served between two looks at the clock. */
const STEP = 32;

interface Pushed {
  news: RoomNews;
  atMs: number;
}

interface Place {
  /** Number of the newest news it has. */
  seen: number;
  index: number;
}

export function createRounds<Socket, Encoded>(ports: RoundPorts<Socket, Encoded>): Rounds<Socket> {
  const { time } = ports;
  const sockets: Socket[] = [];
  const places = new Map<Socket, Place>();
  /** Sockets that have everything. */
  let upToDate = 0;
  /** What was pushed, from number `first` on. */
  let pushed: Pushed[] = [];
  let first = 1;
  /** The last of them that have a frame of somebody's own. */
  const personalAt = new Map<string, number>();
  /** Made for all who are as far, until more is pushed. */
  const shared = new Map<string, Encoded | null>();
  /** Whose turn it is. */
  let turn = 0;
  /** Sockets whose turn is still to come in this round. */
  let left = 0;
  let roundBeganMs = Number.NEGATIVE_INFINITY;
  let cancelNext: (() => void) | null = null;
  const newest = () => first + pushed.length - 1;

  function push(news: RoomNews): void {
    if (sockets.length === 0) return;
    pushed.push({ news, atMs: time.nowMs() });
    upToDate = 0;
    shared.clear();
    if (news.type === "log")
      for (const participant of news.frames.personal.keys()) personalAt.set(participant, newest());
    if (cancelNext === null) goRound();
  }

  /** Begins a round, as soon as one may. */
  function goRound(): void {
    const waitMs = roundBeganMs + TICK_MS - time.nowMs();
    if (waitMs > 0) cancelNext = time.after(waitMs, begin);
    else begin();
  }

  function begin(): void {
    const nowMs = time.nowMs();
    // As old when the last round began: whoever lacks it had their turn since, however long this process slept.
    const oldMs = roundBeganMs - MAX_BEHIND_MS;
    while (pushed.length > 0 && pushed[0]!.atMs < oldMs) forgetOldest();
    roundBeganMs = nowMs;
    left = sockets.length;
    goOn();
  }

  function goOn(): void {
    cancelNext = ports.turns.take(serve) ?? cancelNext;
  }

  function forgetOldest(): void {
    pushed.shift();
    first += 1;
    for (const [socket, { seen }] of [...places]) if (seen < first - 1) ports.drop(socket);
  }

  /** Some of them; returns how long it took, ms. */
  function serve(): number {
    cancelNext = null;
    const beganMs = time.nowMs();
    for (let looked = 1; left > 0; looked++, left--) {
      if (looked % STEP === 0 && time.nowMs() - beganMs >= WORK_MS) break;
      // Who sends may find that somebody is gone.
      if (turn >= sockets.length) turn = 0;
      const socket = sockets[turn];
      if (socket === undefined) break;
      turn += 1;
      const place = places.get(socket)!;
      if (place.seen !== newest() && ports.isReady(socket)) give(socket, place);
    }
    const tookMs = time.nowMs() - beganMs;
    if (sockets.length === upToDate) forgetAll();
    else if (left > 0) goOn();
    else goRound();
    return tookMs;
  }

  function give(socket: Socket, place: Place): void {
    const { seen } = place;
    place.seen = newest();
    upToDate += 1;
    const isStaff = ports.isStaff(socket);
    const participant = ports.participantOf(socket);
    const isApart = !isStaff && (personalAt.get(participant) ?? 0) > seen;
    const encoded = isApart
      ? encodeFor(seen, ({ personal, everybody }) => personal.get(participant) ?? everybody)
      : sharedFrom(seen, isStaff);
    if (encoded !== null) ports.send(socket, encoded);
  }

  function sharedFrom(seen: number, isStaff: boolean): Encoded | null {
    const key = `${isStaff} ${seen}`;
    let encoded = shared.get(key);
    if (encoded === undefined) {
      encoded = encodeFor(seen, ({ staff, everybody }) => (isStaff ? staff : everybody));
      shared.set(key, encoded);
    }
    return encoded;
  }

  function encodeFor(seen: number, frameOf: Parameters<typeof turnOf>[1]): Encoded | null {
    const news = pushed.slice(seen + 1 - first).map((one) => one.news);
    const turn = turnOf(news, frameOf);
    return turn === null ? null : ports.encode(turn);
  }

  function forgetAll(): void {
    first += pushed.length;
    pushed = [];
    left = 0;
    personalAt.clear();
    shared.clear();
  }

  return {
    add(socket) {
      places.set(socket, { seen: newest(), index: sockets.length });
      sockets.push(socket);
      upToDate += 1;
    },
    remove(socket) {
      const place = places.get(socket);
      if (place === undefined) return;
      places.delete(socket);
      if (place.seen === newest()) upToDate -= 1;
      const last = sockets.pop()!;
      if (last === socket) return;
      sockets[place.index] = last;
      places.get(last)!.index = place.index;
    },
    push,
    get size() {
      return sockets.length;
    },
    close() {
      cancelNext?.();
      cancelNext = null;
    },
  };
}
