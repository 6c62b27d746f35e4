/**
 * Socket.IO event maps. Namespace `/`; the client authenticates with `auth: { token }` (a room token with
 * `subscribe`); the token's room is the only room the socket is in. A connection error carries a `Problem` in `data`.
 */
import { z } from "zod";
import type { Finding } from "./doctor.ts";
import type { Problem } from "./errors.ts";
import type { Publisher, PublisherHealth } from "./link.ts";
import type { RoomRole } from "./permissions.ts";
import type { RestreamStatus } from "./restream.ts";
import { type HostNotice, hostNoticeSchema, type RoomState, type RoomView } from "./room.ts";

export const REALTIME_PATH = "/socket.io";

/** Someone present. */
export interface Presence {
  participant: string;
  name: string;
  role: RoomRole;
}

/** State of the host's devices as last told; a late joiner gets it with the snapshot. */
export interface HostStatus {
  microphoneMuted: boolean;
  cameraOff: boolean;
  screenSharing: boolean;
}

/** Everything a client needs to draw the room, sent on every (re)connection. */
export interface RoomSnapshot {
  room: RoomView;
  you: Presence;
  /** The first 50 people, hosts first; `room.viewers` counts all. */
  people: Presence[];
  host: HostStatus;
  /** When an interrupted room will be ended, milliseconds since 1970. */
  graceEndsUnixMs: number | null;
  serverUnixMs: number;
  /** For hosts only: the session on air, theirs or another device's; null: none. */
  source?: Publisher | null;
  /** For hosts only: what is wrong with the stream on air. */
  findings?: Finding[];
}

export interface RoomStateChange {
  state: RoomState;
  atUnixMs: number;
  /** With `interrupted`: when the room ends unless the host returns. */
  graceEndsUnixMs: number | null;
  /** With `ended`: who or what ended it. */
  reason: "host" | "grace" | "moderator" | null;
}

export interface ServerToClient {
  "room.snapshot": (snapshot: RoomSnapshot) => void;
  "room.state": (change: RoomStateChange) => void;
  "room.viewers": (count: number) => void;
  "room.updated": (room: RoomView) => void;
  "presence.joined": (who: Presence) => void;
  "presence.left": (who: Presence) => void;
  "host.notice": (notice: HostNotice) => void;
  /** The recording of this broadcast began, changed or is ready; with `ready`, a replay can be offered. */
  "room.recording": (recording: NonNullable<RoomView["recording"]>) => void;
  /** To hosts only. */
  "host.health": (health: PublisherHealth) => void;
  /** To hosts only: how the targets of the restream that runs are doing, all of them. */
  "host.restream": (targets: RestreamStatus[]) => void;
  /** To hosts only: the session on air is another, or another way; null: there is none. */
  "host.source": (source: Publisher | null) => void;
  /** To hosts only: all that is wrong with the stream on air, whenever it changes. */
  "host.findings": (findings: Finding[]) => void;
}

export type Ack<T = null> = (answer: { ok: true; value: T } | { ok: false; problem: Problem }) => void;

export interface ClientToServer {
  /** Hosts only: tell viewers what changed. */
  "host.notice": (notice: HostNotice, ack: Ack) => void;
  /** Hosts only: end the broadcast for everybody, now. */
  "room.end": (ack: Ack) => void;
}

/** Schemas of what clients send; the server parses with these and answers `request.invalid` otherwise. */
export const clientToServerSchemas = {
  "host.notice": hostNoticeSchema,
  "room.end": z.undefined(),
} as const;
