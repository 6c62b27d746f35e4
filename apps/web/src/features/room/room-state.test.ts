import {
  EMPTY_STAGE,
  OPEN_CHAT,
  type Presence,
  type RoomSnapshot,
  type RoomStateChange,
} from "@sameroom/contract";
import { describe, expect, it } from "vitest";
import { peopleOf } from "./people.ts";
import { initialRoom, LISTED_PEOPLE, type RoomAction, roomReducer } from "./room-state.ts";

const person = (participant: string, role: Presence["role"] = "viewer"): Presence => ({
  participant,
  name: participant,
  role,
});
const snapshot: RoomSnapshot = {
  room: {
    id: "00000000-0000-4000-8000-000000000001",
    slug: "kiln",
    title: "Kiln",
    description: "",
    owner: { id: "00000000-0000-4000-8000-000000000002", name: "Mara" },
    state: "live",
    startedAt: "2026-01-01T10:00:00.000Z",
    endedAt: null,
    viewers: 3,
    coverUrl: null,
    thumbnailUrl: null,
    visibility: "public",
    recordingMode: "manual",
    recording: null,
  },
  you: person("user:you"),
  people: [person("user:mara", "host"), person("user:you")],
  host: { microphoneMuted: true, cameraOff: false, screenSharing: false, onBreak: false },
  graceEndsUnixMs: null,
  serverUnixMs: 1_005_000,
  standings: ["viewer"],
  log: { events: [], last: 0, complete: true },
  chat: { mode: OPEN_CHAT, pinned: null },
  stage: EMPTY_STAGE,
  battle: null,
};
const entered = () => roomReducer(initialRoom, { type: "snapshot", snapshot, nowMs: 1_000_000 });
const after = (...actions: RoomAction[]) => actions.reduce(roomReducer, entered());
const change = (more: Partial<RoomStateChange>): RoomAction => ({
  type: "state",
  change: { state: "live", atUnixMs: 2_000_000, graceEndsUnixMs: null, reason: null, ...more },
});

describe("a room as the page knows it", () => {
  it("takes everything from the snapshot and learns how wrong this computer's clock is", () => {
    const live = entered();
    expect(live.room?.title).toBe("Kiln");
    expect(live.host.microphoneMuted).toBe(true);
    expect(live.clockOffsetMs).toBe(5_000);
  });

  it("shows the end of the grace period on this computer's clock", () => {
    const live = after(change({ state: "interrupted", graceEndsUnixMs: 1_035_000 }));
    expect(live.room?.state).toBe("interrupted");
    expect(live.graceEndsMs).toBe(1_030_000);
  });

  it("follows the recording, and forgets the last show's with the next one", () => {
    const recording = (state: "recording" | "ready"): RoomAction => ({
      type: "recording",
      recording: { id: "00000000-0000-4000-8000-000000000003", state, fault: null },
    });
    const ready = [change({ state: "ended" }), recording("ready")];
    expect(after(...ready).room?.recording?.state).toBe("ready");
    expect(after(...ready, change({ state: "live" })).room?.recording).toBeNull();
    const early = [change({ state: "ended" }), recording("recording"), change({ state: "live" })];
    expect(after(...early).room?.recording?.state).toBe("recording");
  });

  it("keeps the start of the show when the host comes back from an interruption", () => {
    const live = after(change({ state: "interrupted" }), change({ state: "live" }));
    expect(live.room?.startedAt).toBe("2026-01-01T10:00:00.000Z");
    expect(live.graceEndsMs).toBeNull();
  });

  it("counts a new broadcast from its own start", () => {
    const live = after(change({ state: "ended", reason: "host" }), change({ atUnixMs: 3_000_000 }));
    expect(live.room?.startedAt).toBe(new Date(3_000_000).toISOString());
    expect(live.room?.endedAt).toBeNull();
  });

  it("says who ended the show", () => {
    const live = after(change({ state: "ended", reason: "moderator" }));
    expect(live.endReason).toBe("moderator");
    expect(live.room?.endedAt).toBe(new Date(2_000_000).toISOString());
  });

  it("forgets what the host's devices did when the show ends", () => {
    const live = after(change({ state: "ended", reason: "host" }));
    expect(live.host).toEqual({
      microphoneMuted: false,
      cameraOff: false,
      screenSharing: false,
      onBreak: false,
    });
  });

  it("lists nobody twice, hosts first, and forgets who left", () => {
    const live = after(
      { type: "joined", who: person("user:a") },
      { type: "joined", who: person("user:a") },
      { type: "joined", who: person("user:b", "host") },
      { type: "left", who: person("user:you") },
    );
    expect(live.people.map((one) => one.participant)).toEqual(["user:mara", "user:b", "user:a"]);
  });

  it("does not let a crowd grow the list without end", () => {
    const crowd = Array.from(
      { length: 500 },
      (_, at): RoomAction => ({ type: "joined", who: person(`user:${at}`) }),
    );
    expect(after(...crowd).people).toHaveLength(LISTED_PEOPLE);
  });

  it("applies a notice to the host's state and counts it, so that the same one is seen twice", () => {
    const camera: RoomAction = { type: "notice", notice: { kind: "camera", off: true } };
    const live = after(camera, camera);
    expect(live.host).toEqual({
      microphoneMuted: true,
      cameraOff: true,
      screenSharing: false,
      onBreak: false,
    });
    expect(live.notice?.count).toBe(2);
  });

  it("shows a new title at once", () => {
    expect(after({ type: "notice", notice: { kind: "title", title: "Glaze" } }).room?.title).toBe("Glaze");
  });

  it("clears a failure with the connection, not before", () => {
    const failure = { code: "network.unreachable", message: "away", retrying: true };
    const lost = after({ type: "failure", failure }, { type: "connection", connection: "reconnecting" });
    expect(lost.failure).toEqual(failure);
    expect(roomReducer(lost, { type: "connection", connection: "connected" }).failure).toBeNull();
  });

  it("ignores counts and states that come before the first snapshot", () => {
    expect(roomReducer(initialRoom, { type: "viewers", viewers: 9 })).toBe(initialRoom);
    expect(roomReducer(initialRoom, change({ state: "ended" }))).toBe(initialRoom);
  });
});

describe("the list of people", () => {
  it("counts those who are not listed, without the host", () => {
    const { people, more } = peopleOf(after({ type: "viewers", viewers: 40 }));
    expect(people.map((one) => [one.name, one.part, one.you])).toEqual([
      ["user:mara", "Host", false],
      ["user:you", undefined, true],
    ]);
    expect(more).toBe(39);
  });

  it("is never negative while the count lags behind", () => {
    expect(peopleOf(after({ type: "viewers", viewers: 0 })).more).toBe(0);
  });
});
