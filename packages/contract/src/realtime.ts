/**
 * Socket.IO event maps. Namespace `/`; the client authenticates with `auth: { token }` (a room token with
 * `subscribe`); the token's room is the only room the socket is in. A connection error carries a `Problem` in `data`.
 * With `auth: { token, after }` the snapshot's log goes on after that sequence number, so that a client that comes back
 * misses nothing and gets nothing twice.
 */
import type { Standing } from "./actions.ts";
import type { Battle, BattleDesk } from "./battle.ts";
import type { ChatMode } from "./chat.ts";
import type { CommandInput, CommandName, CommandValue } from "./commands.ts";
import type { Finding } from "./doctor.ts";
import type { Problem } from "./errors.ts";
import type { EventFrame, EventPage, RoomEvent } from "./events.ts";
import type { Publisher, PublisherHealth } from "./link.ts";
import type { RoomRole } from "./permissions.ts";
import type { Raid } from "./raids.ts";
import type { RestreamStatus } from "./restream.ts";
import type { HostNotice, RoomState, RoomView } from "./room.ts";
import type { Veil } from "./screening.ts";
import type { RaisedHand, Stage } from "./stage.ts";

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
  /** Away for a moment, neither seen nor heard. */
  onBreak: boolean;
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
  /** What this person is to the room. */
  standings: Standing[];
  /** The log: what came after `auth.after`; the newest when that is not said, or too far back (`complete` is false). */
  log: EventPage;
  chat: { mode: ChatMode; pinned: RoomEvent | null };
  stage: Stage;
  /** Where the viewers are about to be sent; null or absent: nowhere. */
  raid?: Raid | null;
  /** What lies over the show on air, as its pictures looked wrong. */
  veil?: Veil | null;
  /** For those who may invite: hands that are up. */
  hands?: RaisedHand[];
  /** Who is asked to come on stage, and has not answered: by whom. */
  invited?: { name: string };
  /** The battle the room is in; null: none. */
  battle: Battle | null;
  /** For those who may run battles. */
  battleDesk?: BattleDesk;
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
  /** What was added to the log since the last frame. */
  "room.events": (frame: EventFrame) => void;
  /** Reactions since the last ones that were told, by emoji; the log has them by the second. */
  "room.reactions": (counts: Record<string, number>) => void;
  /** This person is something else to the room now: appointed, on stage, subscribed. */
  "you.standings": (standings: Standing[]) => void;
  /** Come on stage? Null: the invitation was taken back. */
  "stage.invited": (by: { name: string } | null) => void;
  /** To those who may invite: all hands that are up. */
  "stage.hands": (hands: RaisedHand[]) => void;
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
  /** The room's battle as it is now, also when only its points have changed; the last of a battle is `over`. */
  "room.battle": (battle: Battle) => void;
  /** To hosts only: challenges, and what else leads to a battle. */
  "battle.desk": (desk: BattleDesk) => void;
}

export type Ack<T = null> = (answer: { ok: true; value: T } | { ok: false; problem: Problem }) => void;

/** Each command of `commands.ts`: input first, acknowledgement last. */
export type ClientToServer = {
  [Name in CommandName]: (input: CommandInput<Name>, ack: Ack<CommandValue<Name>>) => void;
};
