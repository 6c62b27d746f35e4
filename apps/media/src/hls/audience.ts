import { Emitter } from "@sameroom/base";

export type AudienceEvents = {
  /** So many players have this room's show from here, at most once a second a room. */
  changed: [room: string, players: number];
};

/** Whoever asks. Players have no names: those with the same address that call themselves the same are one. */
export interface Player {
  /** Of a whole network where one customer has one. */
  address: string;
  /** What it calls itself. */
  agent: string | undefined;
}

interface Listening {
  seenAtMs: number;
  /** Answers without an end that it is being sent. */
  open: number;
}

interface Room {
  players: Map<string, Listening>;
  agentsOf: Map<string, number>;
  told: number;
}

/** A player asks again within a target duration (6 s), and is held for three at most. */
export const GONE_AFTER_MS = 20_000;
export const TELL_EVERY_MS = 1000;
/** More names than that under one address count for nothing: they cost nothing to make up. */
export const MAX_AGENTS = 10;
const MAX_AGENT_LENGTH = 200;

/**
 * Counts players that have nothing but addresses: who is in the room over Socket.IO or WebRTC is counted there. Time is an
 * argument, milliseconds, monotonic.
 */
export class Audience extends Emitter<AudienceEvents> {
  readonly #rooms = new Map<string, Room>();
  #toldAtMs = Number.NEGATIVE_INFINITY;

  /** All rooms that have any players, as told last. */
  get all(): { room: string; players: number }[] {
    return [...this.#rooms]
      .map(([room, { told }]) => ({ room, players: told }))
      .filter(({ players }) => players > 0);
  }

  /** It has asked for what comes next. */
  seen(room: string, player: Player, nowMs: number): void {
    this.#find(room, player, nowMs);
  }

  /** It is being sent the show from now on; the returned function says that it is not any more. */
  enter(room: string, player: Player, nowMs: number): () => void {
    const listening = this.#find(room, player, nowMs);
    if (listening === undefined) return () => {};
    listening.open += 1;
    return () => {
      listening.open -= 1;
      if (listening.open === 0) listening.seenAtMs = Number.NEGATIVE_INFINITY;
    };
  }

  /** Forgets who has gone and tells what has changed. A few times a second. */
  tick(nowMs: number): void {
    if (nowMs - this.#toldAtMs < TELL_EVERY_MS) return;
    this.#toldAtMs = nowMs;
    for (const [name, room] of this.#rooms) {
      for (const [key, { seenAtMs, open }] of room.players)
        if (open === 0 && nowMs - seenAtMs >= GONE_AFTER_MS) forget(room, key);
      const { size } = room.players;
      if (size === 0) this.#rooms.delete(name);
      if (size === room.told) continue;
      room.told = size;
      this.emit("changed", name, size);
    }
  }

  #find(name: string, { address, agent = "" }: Player, nowMs: number): Listening | undefined {
    const room = this.#rooms.get(name) ?? { players: new Map(), agentsOf: new Map(), told: 0 };
    this.#rooms.set(name, room);
    const key = `${address} ${agent.slice(0, MAX_AGENT_LENGTH)}`;
    const known = room.players.get(key);
    if (known !== undefined) {
      known.seenAtMs = nowMs;
      return known;
    }
    const agents = room.agentsOf.get(address) ?? 0;
    if (agents >= MAX_AGENTS) return undefined;
    room.agentsOf.set(address, agents + 1);
    const listening = { seenAtMs: nowMs, open: 0 };
    room.players.set(key, listening);
    return listening;
  }
}

function forget(room: Room, key: string): void {
  room.players.delete(key);
  const address = key.slice(0, key.indexOf(" "));
  const left = (room.agentsOf.get(address) ?? 1) - 1;
  if (left > 0) room.agentsOf.set(address, left);
  else room.agentsOf.delete(address);
}
