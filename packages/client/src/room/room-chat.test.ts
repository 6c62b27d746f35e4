import { type Ack, type NewMessage, problem, type RoomEvent } from "@sameroom/contract";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type FakeRoom, openFakeRoom, SNAPSHOT } from "../testing/fake-room.fixture.ts";
import type { LogNews, PendingMessage, RoomConnection } from "../types.ts";

let room: FakeRoom;
beforeEach(async () => {
  room = await openFakeRoom();
});
afterEach(() => room.close());

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 5000 });
const connected = (connection: RoomConnection) => until(() => expect(connection.snapshot).not.toBeNull());

function said(sequence: number, text: string, clientId: string | null = null): RoomEvent {
  return {
    ...{ sequence, atUnixMs: 1000 + sequence, captureUnixMs: null, clientId, audience: "all" },
    actor: { participant: "guest:2", name: "Bo", standings: [] },
    body: { type: "message", text, replyTo: null, mentions: [] },
  };
}
const happened = (sequence: number, body: RoomEvent["body"]): RoomEvent => ({ ...said(sequence, "x"), body });
const newsOf = (events: unknown[]) =>
  (events as [string, LogNews][]).filter(([name]) => name === "events").map(([, news]) => news);
const told = (events: unknown[]) => newsOf(events).flatMap((news) => news.events.map((one) => one.sequence));

describe("the log", () => {
  it("goes on where it was after a reconnection: nothing twice, nothing lost", async () => {
    room.snapshot = { ...SNAPSHOT, log: { events: [said(4, "a"), said(5, "b")], last: 5, complete: false } };
    const { connection, events } = room.connect();
    await connected(connection);
    room.server.emit("room.events", { last: 5, events: [said(5, "b")], omitted: 0 });
    room.server.emit("room.events", { last: 9, events: [said(7, "c")], omitted: 2 });
    await until(() => expect(told(events)).toEqual([4, 5, 7]));
    expect(newsOf(events).map(({ restarted, omitted }) => [restarted, omitted])).toEqual([
      [true, 0],
      [false, 0],
      [false, 2],
    ]);
    room.snapshot = {
      ...SNAPSHOT,
      log: { events: [said(10, "d"), said(11, "e")], last: 12, complete: true },
    };
    room.server.disconnectSockets(true);
    await until(() => expect(told(events)).toEqual([4, 5, 7, 10, 11]));
    expect(room.auths[1]).toEqual({ token: "token1", after: 9 });
    expect(newsOf(events).at(-1)?.restarted).toBe(false);
  });

  it("begins anew when too much happened meanwhile, or the server knows less than we do", async () => {
    room.snapshot = { ...SNAPSHOT, log: { events: [said(50, "a")], last: 50, complete: false } };
    const { connection, events } = room.connect();
    await connected(connection);
    room.snapshot = { ...SNAPSHOT, log: { events: [said(900, "z")], last: 900, complete: false } };
    room.server.disconnectSockets(true);
    await until(() => expect(told(events)).toEqual([50, 900]));
    room.snapshot = { ...SNAPSHOT, log: { events: [said(3, "b")], last: 3, complete: true } };
    room.server.disconnectSockets(true);
    await until(() => expect(told(events)).toEqual([50, 900, 3]));
    expect(newsOf(events).map(({ restarted }) => restarted)).toEqual([true, true, true]);
  });

  it("keeps chat, pin and stage in the snapshot up to date", async () => {
    const { connection, events, world } = room.connect();
    await connected(connection);
    const mode = { slowS: 5, who: "accounts", emojiOnly: false } as const;
    const frame = [said(1, "hi"), happened(2, { type: "message-pinned", message: 1 })];
    room.server.emit("room.events", { last: 2, events: frame, omitted: 0 });
    await until(() => expect(connection.snapshot?.chat.pinned).toEqual(said(1, "hi")));
    const more = [
      happened(3, { type: "chat-mode", mode }),
      happened(4, { type: "message-deleted", message: 1 }),
    ];
    room.server.emit("room.events", { last: 4, events: more, omitted: 0 });
    await until(() => expect(connection.snapshot?.chat).toEqual({ mode, pinned: null }));
    expect(events.filter((event) => (event as [string])[0] === "chat")).toHaveLength(2);
    const stage = { ...SNAPSHOT.stage, revision: 2, layout: "grid" } as const;
    // Two control processes may say it in either order.
    const stages = [stage, { ...stage, revision: 1, layout: "spotlight" } as const];
    const late = stages.map((each, index) => happened(5 + index, { type: "stage", stage: each }));
    room.server.emit("room.events", { last: 6, events: late, omitted: 0 });
    await until(() => expect(connection.snapshot?.stage).toEqual(stage));
    expect(world.requests).toEqual([]);
  });
});

describe("a message", () => {
  const heard: NewMessage[] = [];
  let answer: (ack: Ack<{ sequence: number }>, message: NewMessage) => void;
  beforeEach(() => {
    heard.length = 0;
    answer = (ack) => ack({ ok: true, value: { sequence: 1 } });
    room.server.on("connection", (socket) => {
      socket.on("chat.send", (message, ack) => {
        heard.push(message);
        answer(ack, message);
      });
    });
  });
  const states = (all: readonly PendingMessage[]) => all.map(({ text, state }) => [text, state]);

  it("is pending at once and becomes the event with its id", async () => {
    const { connection } = room.connect();
    const { id } = connection.send("early");
    expect(states(connection.pending)).toEqual([["early", "sending"]]);
    await until(() => expect(heard).toHaveLength(1));
    expect(heard[0]).toEqual({ id, text: "early", replyTo: null, captureUnixMs: null });
    expect(connection.pending).toHaveLength(1);
    room.server.emit("room.events", { last: 1, events: [said(1, "early", id)], omitted: 0 });
    await until(() => expect(connection.pending).toEqual([]));
  });

  it("whose answer was lost is sent again with the same id after the reconnection", async () => {
    answer = () => room.server.disconnectSockets(true);
    const { connection } = room.connect();
    await connected(connection);
    const { id } = connection.send("twice?", { replyTo: 7, captureUnixMs: 5 });
    await until(() => expect(heard).toHaveLength(1));
    answer = (ack) => ack({ ok: true, value: { sequence: 1 } });
    await until(() => expect(heard).toHaveLength(2));
    expect(heard[1]).toEqual({ id, text: "twice?", replyTo: 7, captureUnixMs: 5 });
    expect(heard[0]).toEqual(heard[1]);
  });

  it("that is refused says why, and can be tried again or discarded", async () => {
    answer = (ack) => ack({ ok: false, problem: problem("request.rate_limited", { retryAfter: 3 }) });
    const { connection } = room.connect();
    await connected(connection);
    const { id } = connection.send("no");
    await until(() => expect(states(connection.pending)).toEqual([["no", "failed"]]));
    expect(connection.pending[0]?.failure).toMatchObject({ code: "request.rate_limited", retrying: false });
    connection.resend(id);
    expect(states(connection.pending)).toEqual([["no", "sending"]]);
    await until(() => expect(heard).toHaveLength(2));
    await until(() => expect(states(connection.pending)).toEqual([["no", "failed"]]));
    connection.discard(id);
    expect(connection.pending).toEqual([]);
  });
});

it("taps are gathered into a command now and then", async () => {
  const heard: unknown[] = [];
  room.server.on("connection", (socket) => {
    socket.on("reaction.send", (reaction, ack) => {
      heard.push(reaction);
      ack({ ok: true, value: null });
    });
  });
  const { connection } = room.connect();
  await connected(connection);
  for (let tap = 0; tap < 30; tap++) connection.react("🔥", 9);
  await until(() => expect(heard).toHaveLength(2));
  expect(heard).toEqual([
    { emoji: "🔥", count: 1, captureUnixMs: 9 },
    { emoji: "🔥", count: 20, captureUnixMs: 9 },
  ]);
});
