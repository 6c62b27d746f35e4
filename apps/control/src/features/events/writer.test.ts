import type { EventBody, RoomEvent } from "@sameroom/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemTime } from "../../clock.ts";
import type { Database } from "../../db/database.ts";
import { openExternal } from "../../db/external.ts";
import { migrateDatabase } from "../../db/migrate.ts";
import { type Cluster, startCluster } from "../../db/postgres-cluster.fixture.ts";
import { newId } from "../../ids.ts";
import type { EventDraft } from "../../room-log.ts";
import { openTestDatabase, type TestDatabase } from "../../testing/control.fixture.ts";
import { createAccountStore } from "../accounts/store.ts";
import { createRoomStore } from "../rooms/store.ts";
import { createEventStore } from "./store.ts";
import { createEventWriter, type EventWriter } from "./writer.ts";

const HOOK_MS = 60_000;
const T0 = 1_700_000_000_000;
const LOG = { debug() {}, info() {}, warn() {}, error() {} };
const TIME = { ...systemTime, unixMs: () => T0 };

async function makeRooms(database: Database, slugs: readonly string[]): Promise<string[]> {
  const ownerId = newId(T0);
  await createAccountStore(database.orm).insert({
    ...{ id: ownerId, username: "owner", nameKey: "owner", displayName: "owner", passwordHash: "x" },
    ...{ role: "user", disabled: false, createdAt: new Date(T0) },
  });
  const ids = [];
  for (const slug of slugs) {
    const id = newId(T0);
    await createRoomStore(database.orm).insert({
      ...{ id, slug, ownerId, title: slug, description: "", createdAt: new Date(T0) },
    });
    ids.push(id);
  }
  return ids;
}

const actor = (participant: string) => ({ participant, name: participant, standings: [] });
function message(text: string, more: Partial<EventDraft> & { replyTo?: number } = {}): EventDraft {
  const { replyTo, ...draft } = more;
  const quoted = { sequence: replyTo ?? 1, participant: "guest:a", name: "a", excerpt: "secret" };
  const body: EventBody = {
    ...{ type: "message", text, mentions: [] },
    replyTo: replyTo === undefined ? null : quoted,
  };
  return { actor: actor("guest:a"), body, ...draft };
}

describe("the writer, on the embedded database", () => {
  let db: TestDatabase;
  let writer: EventWriter;
  let roomId: string;
  let transactions = 0;
  const appended: [string, number[]][] = [];
  beforeAll(async () => {
    db = await openTestDatabase();
    [roomId] = (await makeRooms(db.database, ["one-room", "two-room", "del-room"])) as [string];
    const store = createEventStore(db.database.orm);
    writer = createEventWriter({
      ...{ time: TIME, log: LOG },
      store: {
        append(drafts) {
          transactions += 1;
          return store.append(drafts);
        },
      },
      appended: (slug, events) => appended.push([slug, events.map(({ sequence }) => sequence)]),
    });
  }, HOOK_MS);
  afterAll(() => db.drop(), HOOK_MS);
  const read = (id: string, more = {}) =>
    createEventStore(db.database.orm).read(id, { staff: true, limit: 500, ...more });

  test("gathers what comes while it writes, keeps each room's order and says what is there", async () => {
    const events = await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        writer.append(index % 3 === 0 ? "two-room" : "one-room", message(`m${index}`)),
      ),
    );
    expect(transactions).toBeLessThanOrEqual(2);
    const ones = events.filter((_, index) => index % 3 !== 0);
    expect(ones.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 200 }, (_, index) => index + 1),
    );
    expect((await read(roomId)).events).toEqual(ones);
    expect(appended.filter(([slug]) => slug === "one-room").flatMap(([, all]) => all)).toEqual(
      ones.map(({ sequence }) => sequence),
    );
  });

  test("pages both ways, leaves out what is for staff and finds kinds", async () => {
    await writer.append("one-room", { ...message("psst"), audience: "staff" });
    const sequences = (page: { events: RoomEvent[] }) => page.events.map(({ sequence }) => sequence);
    const forward = await read(roomId, { after: 198, limit: 2 });
    expect([sequences(forward), forward.complete]).toEqual([[199, 200], false]);
    const back = await read(roomId, { before: 3, limit: 2 });
    expect([sequences(back), back.complete]).toEqual([[1, 2], true]);
    expect(sequences(await read(roomId, { limit: 2, staff: false }))).toEqual([199, 200]);
    expect(sequences(await read(roomId, { types: ["gift"] }))).toEqual([]);
    expect(sequences(await read(roomId, { without: "message" }))).toEqual([]);
  });

  test("answers a client id it knows with the first event, also within one transaction", async () => {
    const clientId = newId(T0);
    const [first, again] = await Promise.all([
      writer.append("one-room", message("once", { clientId })),
      writer.append("one-room", message("twice", { clientId: clientId.toUpperCase() })),
    ]);
    expect(again).toEqual(first);
    expect(await writer.append("one-room", message("thrice", { clientId }))).toEqual(first);
    const other = await writer.append("one-room", { ...message("x", { clientId }), actor: actor("guest:b") });
    expect(other.sequence).toBe(first.sequence + 1);
  });

  test("takes the text of what is deleted out of the log, also where it is quoted, before or after", async () => {
    const room = "del-room";
    await writer.append(room, message("secret"));
    await writer.append(room, message("so true", { replyTo: 1 }));
    await writer.append(room, { actor: null, body: { type: "message-pinned", message: 1 } });
    await writer.append(room, { actor: actor("guest:m"), body: { type: "message-deleted", message: 1 } });
    await writer.append(room, message("late", { replyTo: 1 }));
    const store = createEventStore(db.database.orm);
    const id = (await createRoomStore(db.database.orm).find(room))!.room.id;
    const { events } = await store.read(id, { staff: true, limit: 9 });
    expect(JSON.stringify(events)).not.toContain("secret");
    expect(events.map(({ body }) => (body.type === "message" ? body.text : body.type))).toEqual([
      ...["", "so true", "message-pinned", "message-deleted", "late"],
    ]);
    expect(await store.head(id)).toEqual({ last: 5, chatMode: null, pinned: null });
  });

  test("a draft the database does not take costs no other one; half characters are mended", async () => {
    const good = message("half \ud83d and \0");
    const bad = { ...message("bad"), clientId: "no uuid" };
    const outcomes = await Promise.allSettled([
      ...[writer.append("one-room", message("a")), writer.append("one-room", bad)],
      ...[writer.append("no-room", good), writer.append("one-room", good)],
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
    expect(outcomes[2]).toMatchObject({ reason: { problem: { code: "room.not_found" } } });
    expect(outcomes[3]).toMatchObject({ value: { body: { text: "half \ufffd and \ufffd" } } });
  });
});

describe("two writers on one PostgreSQL", () => {
  let cluster: Cluster;
  const databases: Database[] = [];
  beforeAll(async () => {
    cluster = await startCluster();
    const url = await cluster.createDatabase();
    for (let count = 0; count < 2; count++) databases.push(await openExternal({ url, onError: () => {} }));
    await migrateDatabase(databases[0]!);
  }, HOOK_MS);
  afterAll(async () => {
    for (const database of databases) await database.close();
    await cluster.stop();
  }, HOOK_MS);

  test("keep one order without gaps, and one event for a client id", async () => {
    const slugs = ["room-a", "room-b", "room-c"];
    const ids = await makeRooms(databases[0]!, slugs);
    const writers = databases.map((database) =>
      createEventWriter({
        ...{ time: TIME, log: LOG, appended: () => {} },
        store: createEventStore(database.orm),
      }),
    );
    const clientIds = Array.from({ length: 400 }, () => newId(T0));
    const appendAll = (writer: EventWriter, backwards: boolean) =>
      Promise.all(
        (backwards ? [...clientIds].reverse() : clientIds).map((clientId, index) =>
          writer.append(slugs[index % 3]!, message(clientId, { clientId })),
        ),
      );
    // Each id is said by both, in whichever rooms its place falls: twice in the same room is once in its log.
    const [one, two] = await Promise.all([appendAll(writers[0]!, false), appendAll(writers[1]!, true)]);
    const store = createEventStore(databases[0]!.orm);
    for (const [place, id] of ids.entries()) {
      const { events } = await store.read(id, { after: 0, staff: true, limit: 1000 });
      expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
      expect(new Set(events.map(({ clientId }) => clientId)).size).toBe(events.length);
      const answered = [...one, ...two].filter(({ clientId }, index) => {
        const at = index % 400;
        return clientId !== null && at % 3 === place;
      });
      for (const event of answered) expect(events[event.sequence - 1]).toEqual(event);
    }
  });
});
