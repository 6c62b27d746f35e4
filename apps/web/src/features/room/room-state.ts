import type { ClientFailure, RoomConnectionState } from "@sameroom/client";
import type {
  Finding,
  HostNotice,
  HostStatus,
  Presence,
  Publisher,
  PublisherHealth,
  Raid,
  RaidRoom,
  RestreamStatus,
  RoomSnapshot,
  RoomStateChange,
  RoomView,
  Veil,
} from "@sameroom/contract";

/** All a page knows of a room from its live connection. */
export interface RoomLive {
  connection: RoomConnectionState;
  /** Snapshots so far: one for each time the connection was (re)made. */
  entries: number;
  /** null until the first snapshot. */
  room: RoomView | null;
  you: Presence | null;
  people: Presence[];
  host: HostStatus;
  /** When the grace period of an interrupted room ends, on this computer's clock. */
  graceEndsMs: number | null;
  /** Server clock minus this computer's, ms. */
  clockOffsetMs: number;
  endReason: RoomStateChange["reason"];
  /** The last notice and its number, so that the same notice twice is seen twice. */
  notice: { count: number; notice: HostNotice } | null;
  health: PublisherHealth | null;
  /** How the targets of the restream are doing; null until something is said of them. */
  restream: RestreamStatus[] | null;
  /** For hosts: the session on air, this page's or another's. */
  source: Publisher | null;
  /** For hosts: what is wrong with the stream on air. */
  findings: Finding[];
  /** Where the viewers are about to be sent. */
  raid: Raid | null;
  /** Where they were sent when this show ended. */
  raidGone: RaidRoom | null;
  /** What lies over the show, as its pictures looked wrong. */
  veil: Veil | null;
  failure: ClientFailure | null;
}

export type RoomAction =
  | { type: "connection"; connection: RoomConnectionState }
  | { type: "failure"; failure: ClientFailure }
  | { type: "snapshot"; snapshot: RoomSnapshot; nowMs: number }
  | { type: "state"; change: RoomStateChange }
  | { type: "viewers"; viewers: number }
  | { type: "updated"; room: RoomView }
  | { type: "joined"; who: Presence }
  | { type: "left"; who: Presence }
  | { type: "notice"; notice: HostNotice }
  | { type: "status"; status: HostStatus }
  | { type: "recording"; recording: NonNullable<RoomView["recording"]> }
  | { type: "restream"; targets: RestreamStatus[] }
  | { type: "health"; health: PublisherHealth }
  | { type: "source"; source: Publisher | null }
  | { type: "findings"; findings: Finding[] }
  | { type: "raid"; raid: Raid | null }
  | { type: "raid-goes"; to: RaidRoom }
  | { type: "veil"; veil: Veil | null };

/** People listed by name at most; the rest is a number. */
export const LISTED_PEOPLE = 50;

/** A host of whom nothing was told yet in this broadcast. */
const freshHost: HostStatus = {
  ...{ microphoneMuted: false, cameraOff: false },
  ...{ screenSharing: false, onBreak: false },
};

export const initialRoom: RoomLive = {
  connection: "connecting",
  entries: 0,
  room: null,
  you: null,
  people: [],
  host: freshHost,
  graceEndsMs: null,
  clockOffsetMs: 0,
  endReason: null,
  notice: null,
  health: null,
  restream: null,
  source: null,
  findings: [],
  raid: null,
  raidGone: null,
  veil: null,
  failure: null,
};

/** What the page knows after something happened in the room. */
export function roomReducer(state: RoomLive, action: RoomAction): RoomLive {
  switch (action.type) {
    case "connection":
      return {
        ...state,
        connection: action.connection,
        failure: action.connection === "connected" ? null : state.failure,
      };
    case "failure":
      return { ...state, failure: action.failure };
    case "snapshot": {
      const { room, you, people, host, graceEndsUnixMs, serverUnixMs } = action.snapshot;
      const clockOffsetMs = serverUnixMs - action.nowMs;
      const graceEndsMs = graceEndsUnixMs === null ? null : graceEndsUnixMs - clockOffsetMs;
      const { source = null, findings = [], raid = null, veil = null } = action.snapshot;
      const entered = { ...state, entries: state.entries + 1, clockOffsetMs, graceEndsMs };
      return { ...entered, room, you, people, host, source, findings, raid, veil };
    }
    case "state":
      return changeState(state, action.change);
    case "viewers":
      return state.room ? { ...state, room: { ...state.room, viewers: action.viewers } } : state;
    case "updated":
      return { ...state, room: action.room };
    case "joined":
      if (state.people.length >= LISTED_PEOPLE) return state;
      if (state.people.some((person) => person.participant === action.who.participant)) return state;
      return { ...state, people: [...state.people, action.who].sort(hostsFirst) };
    case "left":
      return { ...state, people: state.people.filter((one) => one.participant !== action.who.participant) };
    case "notice":
      return noticed(state, action.notice);
    case "status":
      return { ...state, host: action.status };
    case "recording":
      return state.room ? { ...state, room: { ...state.room, recording: action.recording } } : state;
    case "restream":
      return { ...state, restream: action.targets };
    case "health":
      return { ...state, health: action.health };
    case "source":
      // What was measured of another session says nothing of this one.
      return {
        ...state,
        source: action.source,
        health: action.source?.id === state.source?.id ? state.health : null,
      };
    case "findings":
      return { ...state, findings: action.findings };
    case "raid":
      return { ...state, raid: action.raid };
    case "raid-goes":
      return { ...state, raid: null, raidGone: action.to };
    case "veil":
      return { ...state, veil: action.veil };
  }
}

function changeState(state: RoomLive, change: RoomStateChange): RoomLive {
  if (!state.room) return state;
  const at = new Date(change.atUnixMs).toISOString();
  const room = { ...state.room, state: change.state };
  const starts = change.state === "live" && state.room.state !== "interrupted" && state.room.state !== "live";
  if (starts) Object.assign(room, { startedAt: at, endedAt: null, recording: underWay(room.recording) });
  if (change.state === "ended") Object.assign(room, { endedAt: at, thumbnailUrl: null });
  return {
    ...state,
    room,
    graceEndsMs: change.graceEndsUnixMs === null ? null : change.graceEndsUnixMs - state.clockOffsetMs,
    endReason: change.reason,
    host: change.state === "ended" ? freshHost : state.host,
    health: change.state === "live" ? state.health : null,
    raidGone: change.state === "live" ? null : state.raidGone,
  };
}

/** A recording that goes on when a show begins is of that show: word of it may come first. */
function underWay(recording: RoomView["recording"]): RoomView["recording"] {
  return recording?.state === "recording" || recording?.state === "suspended" ? recording : null;
}

function noticed(state: RoomLive, notice: HostNotice): RoomLive {
  const next = { ...state, notice: { count: (state.notice?.count ?? 0) + 1, notice } };
  switch (notice.kind) {
    case "microphone":
      return { ...next, host: { ...state.host, microphoneMuted: notice.muted } };
    case "camera":
      return { ...next, host: { ...state.host, cameraOff: notice.off } };
    case "screen":
      return { ...next, host: { ...state.host, screenSharing: notice.sharing } };
    case "break":
      return { ...next, host: { ...state.host, onBreak: notice.on } };
    case "title":
      return state.room ? { ...next, room: { ...state.room, title: notice.title } } : next;
    case "camera-switched":
    case "cover":
      return next;
  }
}

const RANK: Record<Presence["role"], number> = { host: 0, guest: 1, moderator: 2, viewer: 3 };
function hostsFirst(one: Presence, other: Presence): number {
  return RANK[one.role] - RANK[other.role];
}
