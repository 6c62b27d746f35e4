import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createSessionStore } from "../features/accounts/session-store.ts";
import { createAccountStore } from "../features/accounts/store.ts";
import { createAdminStore } from "../features/admin/store.ts";
import { createApiKeyStore } from "../features/api-keys/store.ts";
import { createBroadcastStore } from "../features/broadcasts/store.ts";
import { NEW_LIFE } from "../features/lifecycle/rules.ts";
import { createLifeStore } from "../features/lifecycle/store.ts";
import { createRecordingStore } from "../features/recordings/store.ts";
import { createRoomStore } from "../features/rooms/store.ts";
import { createStreamKeyStore } from "../features/stream-keys/store.ts";
import { newId } from "../ids.ts";
import type { Database } from "./database.ts";
import { DirectoryLockedError, lockDirectory } from "./directory-lock.ts";
import { makeDataDir, openTestEmbedded } from "./embedded.fixture.ts";
import { DatabaseUnreachableError, openExternal } from "./external.ts";
import { migrateDatabase } from "./migrate.ts";
import { startCluster } from "./postgres-cluster.fixture.ts";
import type { Account, Recording } from "./schema.ts";

/** Opening a database takes a second, on a busy machine many. */
const HOOK_MS = 60_000;

const T0 = 1_700_000_000_000;
const at = (offsetMs: number) => new Date(T0 + offsetMs);

interface Opened {
  database: Database;
  drop: () => Promise<void>;
}

async function embedded(): Promise<Opened> {
  const dataDir = await makeDataDir();
  const database = await openTestEmbedded(dataDir);
  await migrateDatabase(database);
  return {
    database,
    async drop() {
      await database.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function external(): Promise<Opened> {
  const cluster = await startCluster();
  const database = await openExternal({ url: await cluster.createDatabase(), onError: () => {} });
  await Promise.all([migrateDatabase(database), migrateDatabase(database), migrateDatabase(database)]);
  return {
    database,
    async drop() {
      await database.close();
      await cluster.stop();
    },
  };
}

let names = 0;
function account(overrides: Partial<Account> = {}): Account {
  const username = `Person${++names}`;
  return {
    id: newId(T0 + names),
    username,
    nameKey: username.toLowerCase(),
    displayName: username,
    passwordHash: "hash",
    role: "user",
    disabled: false,
    createdAt: at(names),
    ...overrides,
  };
}

describe.each([
  ["embedded", embedded],
  ["external PostgreSQL", external],
])("stores on the %s database", (_name, open) => {
  let opened: Opened;
  let owner: Account;
  beforeAll(async () => {
    opened = await open();
  }, HOOK_MS);
  afterAll(() => opened.drop(), HOOK_MS);
  const db = () => opened.database.orm;
  beforeEach(async () => {
    await db().execute(
      sql`truncate accounts, sessions, api_keys, rooms, broadcasts, stream_keys, recordings, broadcast_findings, restream_targets, room_moderators, sanctions, sanction_signals, participant_traces, chat_rules, held_messages, reports, audit_entries, follows, purchases, sent_gifts, payouts, stages, room_logs, room_events, webhooks, webhook_cursors, webhook_deliveries, subscription_tiers, subscription_orders, subscription_payments, subscription_periods, raids, raid_rules, screening_rules, flagged_frames, push_keys, push_subscriptions, live_notices, push_jobs, battles, battle_desks, battle_gifts`,
    );
    owner = account();
    await createAccountStore(db()).insert(owner);
  });

  async function makeRoom(slug: string, overrides: { id?: string } = {}) {
    const id = overrides.id ?? newId(T0 + ++names);
    const row = { id, slug, ownerId: owner.id, title: slug, description: "", createdAt: at(0) };
    expect(await createRoomStore(db()).insert(row)).toBe(true);
    return id;
  }

  test("migrating again changes nothing and many may migrate at once", async () => {
    const count = sql`select count(*)::int as count from drizzle.__drizzle_migrations`;
    const { rows: before } = await db().execute(count);
    await Promise.all([migrateDatabase(opened.database), migrateDatabase(opened.database)]);
    const { rows } = await db().execute(count);
    expect(rows).toEqual(before);
    const journal = readFileSync(new URL("../../migrations/meta/_journal.json", import.meta.url), "utf8");
    expect(rows).toEqual([{ count: JSON.parse(journal).entries.length }]);
  });

  test("user names are unique and found without regard to case", async () => {
    const store = createAccountStore(db());
    expect(await store.insert(account({ nameKey: owner.nameKey }))).toBe(false);
    expect(await store.byUsername(owner.username.toUpperCase())).toEqual(owner);
    expect(await store.byUsername("nobody")).toBeNull();
    expect(await store.byId(owner.id)).toEqual(owner);
  });

  test("the first admin is the one who is here longest and not disabled", async () => {
    const store = createAccountStore(db());
    expect(await store.firstAdmin()).toBeNull();
    await store.insert(account({ role: "admin", disabled: true }));
    const admin = account({ role: "admin" });
    await store.insert(admin);
    await store.insert(account({ role: "admin" }));
    expect(await store.firstAdmin()).toEqual(admin);
  });

  test("sessions are found with their account, extended, ended and swept", async () => {
    const store = createSessionStore(db());
    const session = { secretHash: "a", accountId: owner.id, createdAt: at(0), expiresAt: at(1000) };
    await store.insert(session);
    await store.insert({ ...session, secretHash: "b" });
    await store.insert({ ...session, secretHash: "c" });
    expect(await store.find("a")).toEqual({ session, account: owner });
    await store.extend("a", at(5000));
    await store.removeExpired(at(2000));
    expect((await store.find("a"))?.session.expiresAt).toEqual(at(5000));
    expect(await store.find("b")).toBeNull();
    await store.removeOf(owner.id);
    expect(await store.find("a")).toBeNull();
  });

  test("API keys belong to one account", async () => {
    const store = createApiKeyStore(db());
    const key = {
      ...{ id: newId(T0), accountId: owner.id, name: "ci", prefix: "srk_abc", secretHash: "h" },
      ...{ createdAt: at(0), lastUsedAt: null },
    };
    await store.insert(key);
    await store.touch(key.id, at(9));
    expect(await store.find("h")).toEqual({ key: { ...key, lastUsedAt: at(9) }, account: owner });
    expect(await store.remove(newId(T0), key.id)).toBe(false);
    expect(await store.remove(owner.id, key.id)).toBe(true);
    expect(await store.of(owner.id)).toEqual([]);
  });

  test("a slug is taken once; rooms are found by slug and id", async () => {
    const store = createRoomStore(db());
    const id = await makeRoom("my-room");
    const row = {
      id: newId(T0),
      slug: "my-room",
      ownerId: owner.id,
      title: "t",
      description: "",
      createdAt: at(0),
    };
    expect(await store.insert(row)).toBe(false);
    expect((await store.find(id))?.room.slug).toBe("my-room");
    expect((await store.find("my-room"))?.ownerName).toBe(owner.displayName);
    expect(await store.find("other")).toBeNull();
    expect(await store.countOf(owner.id)).toBe(1);
  });

  test("recordings are found by what they are of, by age and by size", async () => {
    const store = createRecordingStore(db());
    const [roomId, otherRoom] = [await makeRoom("first"), await makeRoom("second")];
    const [broadcastId, otherBroadcast] = [newId(T0), newId(T0 + 1)];
    for (const [id, broadcast] of [
      [roomId, broadcastId],
      [otherRoom, otherBroadcast],
    ] as const)
      await createLifeStore(db()).save(id, {
        ...{ ...NEW_LIFE, state: "live", broadcastId: broadcast, startedUnixMs: T0 },
      });
    const row = (second: number, overrides: Partial<Recording> = {}): Recording => ({
      ...{ id: newId(T0 + second), roomId, broadcastId, worker: "w", state: "ready", fault: null },
      ...{
        title: "t",
        visibility: "public",
        startedAt: at(second * 1000),
        durationMs: 500.5,
        bytes: 2 ** 40,
      },
      ...{ width: 1, height: 1, fileBytes: 2 ** 41, fileSha256: "ab", hasPictures: true, deletedAt: null },
      ...overrides,
    });
    const rows = [
      row(1),
      row(2, { visibility: "private", worker: "v" }),
      row(3, { state: "recording", broadcastId: otherBroadcast }),
      row(4, { state: "failed", fault: "damaged" }),
      row(5),
    ];
    for (const one of rows) await store.put(one);
    const [first, hidden, running, failed, last] = rows as [
      Recording,
      Recording,
      Recording,
      Recording,
      Recording,
    ];
    const ids = (all: readonly { id: string }[]) => all.map(({ id }) => id);

    expect((await store.find(first.id))?.recording).toEqual(first);
    // Another room's broadcast is none of this recording's, and news without one keeps what is known.
    expect((await store.find(running.id))?.recording.broadcastId).toBeNull();
    await store.put({ ...first, broadcastId: null, title: "Not by a fact", bytes: 5 });
    expect((await store.find(first.id))?.recording).toEqual({ ...first, bytes: 5 });
    await store.put(first);

    const page = await store.list({ limit: 2 });
    expect(ids(page.recordings.map(({ recording }) => recording))).toEqual([last.id, failed.id]);
    const rest = await store.list({ limit: 9, after: page.next! });
    expect(ids(rest.recordings.map(({ recording }) => recording))).toEqual([running.id, hidden.id, first.id]);
    expect(rest.next).toBeNull();
    const open = await store.list({ limit: 9, publicOnly: true, ownerId: owner.id, roomId });
    expect(ids(open.recordings.map(({ recording }) => recording))).toEqual([last.id, first.id]);
    expect(await store.total({ worker: "w" })).toEqual({ count: 4, bytes: 4 * 2 ** 40 });
    expect(ids(await store.newestOf([broadcastId, otherBroadcast]))).toEqual([last.id]);

    expect(await store.endedBefore(new Date(T0 + 4500))).toEqual([first.id, hidden.id]);
    expect(await store.endedBefore(new Date(T0 + 4501))).toEqual([first.id, hidden.id, failed.id]);
    expect(await store.oldestWorth(2 ** 40)).toEqual([first.id]);
    expect(await store.oldestWorth(2 ** 40 + 1)).toEqual([first.id, hidden.id]);
    expect((await store.oldestWorth(2 ** 50)).length).toBe(4);

    expect(ids(await store.known("v", [first.id, newId(T0)])).sort()).toEqual([first.id, hidden.id].sort());
    expect([await store.markDeleted(last.id, at(9)), await store.markDeleted(last.id, at(10))]).toEqual([
      true,
      false,
    ]);
    expect(ids(await store.newestOf([broadcastId]))).toEqual([failed.id]);
    expect(await store.deleting()).toEqual([{ id: last.id, worker: "w" }]);
    for (const { id } of [first, last]) await store.remove(id);
    expect([await store.find(last.id), (await store.find(first.id)) === null]).toEqual([null, false]);
  });

  test("rooms are listed page by page, on air first, most viewers first, each once", async () => {
    const store = createRoomStore(db());
    const lives = createLifeStore(db());
    const viewers = [3, 0, 7, 3, 1, 9];
    for (const [index, count] of viewers.entries()) {
      const id = await makeRoom(`room-${index}`);
      const state = index < 4 ? (index === 2 ? "interrupted" : "live") : "scheduled";
      if (index < 4)
        await lives.save(id, { ...NEW_LIFE, state, broadcastId: newId(T0 + index), startedUnixMs: T0 });
      await lives.saveViewers(id, count);
    }
    const pages: string[][] = [];
    let page = await store.list({ onAirOnly: false, limit: 2 });
    for (;;) {
      pages.push(page.rooms.map(({ room }) => room.slug));
      if (page.next === null) break;
      page = await store.list({ onAirOnly: false, limit: 2, after: page.next });
    }
    expect(pages).toEqual([
      ["room-2", "room-3"],
      ["room-0", "room-1"],
      ["room-5", "room-4"],
    ]);
    const onAir = await store.list({ onAirOnly: true, ownerId: owner.id, limit: 10 });
    expect(onAir.rooms).toHaveLength(4);
    expect((await store.list({ onAirOnly: true, ownerId: newId(T0), limit: 10 })).rooms).toEqual([]);
  });

  test("a room's life and its broadcast are saved together and loaded again", async () => {
    const store = createLifeStore(db());
    const id = await makeRoom("lively");
    expect(await store.load("nowhere")).toBeNull();
    expect(await store.load("lively")).toEqual({ roomId: id, slug: "lively", life: NEW_LIFE });
    const life = {
      ...NEW_LIFE,
      ...{ state: "interrupted" as const, broadcastId: newId(T0), session: "s1", worker: "media-1" },
      ...{ startedUnixMs: T0, graceEndsUnixMs: T0 + 30_000 },
    };
    await store.save(id, life);
    expect(await store.onAir()).toEqual([{ roomId: id, slug: "lively", life }]);
    const broadcasts = createBroadcastStore(db());
    await broadcasts.raisePeak(life.broadcastId, 5);
    await broadcasts.raisePeak(life.broadcastId, 3);
    await store.save(id, { ...life, state: "ended", endedUnixMs: T0 + 9, graceEndsUnixMs: null });
    expect(await store.onAir()).toEqual([]);
    expect(await broadcasts.of(id)).toEqual([
      {
        id: life.broadcastId,
        startedAt: at(0).toISOString(),
        endedAt: at(9).toISOString(),
        peakViewers: 5,
      },
    ]);
  });

  test("a room has one stream key, the newest", async () => {
    const store = createStreamKeyStore(db());
    const roomId = await makeRoom("keyed");
    await store.put({ roomId, prefix: "sk_a", secretHash: "a", createdAt: at(0) });
    await store.put({ roomId, prefix: "sk_b", secretHash: "b", createdAt: at(1) });
    expect((await store.of(roomId))?.secretHash).toBe("b");
    expect(await store.byHash("b")).toMatchObject({ slug: "keyed", owner: { id: owner.id } });
    expect(await store.byHash("a")).toBeNull();
  });

  test("accounts are searched literally, with their number of rooms", async () => {
    const store = createAdminStore(db());
    await createAccountStore(db()).insert(account({ displayName: "100% real" }));
    await makeRoom("one");
    await makeRoom("two");
    expect((await store.users({ search: "100%", after: null, limit: 9 })).total).toBe(1);
    expect((await store.users({ search: "%", after: null, limit: 9 })).total).toBe(1);
    expect((await store.users({ search: "", after: owner.id, limit: 9 })).users).toHaveLength(1);
    expect((await store.user(owner.id))?.rooms).toBe(2);
    await store.update(owner.id, { disabled: true });
    expect((await store.user(owner.id))?.account.disabled).toBe(true);
    expect((await store.slugsOf(owner.id)).sort()).toEqual(["one", "two"]);
  });

  test("work that fails inside a transaction leaves nothing", async () => {
    const failing = db().transaction(async (transaction) => {
      await createAccountStore(transaction).insert(account({ username: "ghost", nameKey: "ghost" }));
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await createAccountStore(db()).byUsername("ghost")).toBeNull();
  });

  test("a statement that fails harms no other one, also not those of the same connection", async () => {
    for (const broken of [
      sql`selec`,
      sql`select 1 / ${0}::int`,
      sql`select ${"\0"}::text`,
      sql`select ${"x"}::int`,
    ]) {
      await expect(db().execute(broken)).rejects.toThrow();
      expect((await db().execute(sql`select ${1}::int as one`)).rows).toEqual([{ one: 1 }]);
    }
    const twice = () =>
      db().transaction(async (transaction) => {
        await createAccountStore(transaction).insert(account({ username: "ghost", nameKey: "ghost" }));
        await transaction.execute(sql`select 1 / ${0}::int`);
      });
    await expect(twice()).rejects.toThrow();
    expect(await createAccountStore(db()).byUsername("ghost")).toBeNull();
  });

  test("a large value comes back as it went", async () => {
    const large = "é".repeat(500_000);
    const { rows } = await db().execute(sql`select ${large}::text as large`);
    expect(rows[0]?.large === large).toBe(true);
  });

  test("a hundred queries at once are all answered, transactions among them", async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        index % 5 === 0
          ? db().transaction(async (transaction) => {
              await transaction.execute(sql`select 1`);
              const { rows } = await transaction.execute(sql`select ${index}::int as index`);
              return rows[0]?.index;
            })
          : db()
              .execute(sql`select ${index}::int as index`)
              .then(({ rows }) => rows[0]?.index),
      ),
    );
    expect(answers).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });
});

describe("the embedded database", () => {
  test("has small buffers, keeps its data over a restart and other people out", async () => {
    const dataDir = await makeDataDir();
    const first = await openTestEmbedded(dataDir);
    await migrateDatabase(first);
    const { rows } = await first.orm.execute(sql`show shared_buffers`);
    expect(rows).toEqual([{ shared_buffers: "16MB" }]);
    await createAccountStore(first.orm).insert(account({ nameKey: "kept" }));
    await expect(openTestEmbedded(dataDir)).rejects.toThrow(DirectoryLockedError);
    await first.close();
    const second = await openTestEmbedded(dataDir);
    expect(await createAccountStore(second.orm).byUsername("kept")).not.toBeNull();
    await second.close();
    expect(existsSync(join(dataDir, "control.lock"))).toBe(false);
    rmSync(dataDir, { recursive: true });
  });

  test("does not touch a directory with something else in it", async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "sameroom-db-"));
    mkdirSync(join(dataDir, "pgdata"));
    writeFileSync(join(dataDir, "pgdata", "precious"), "x");
    await expect(openTestEmbedded(dataDir)).rejects.toThrow(/not empty and not a database/);
    expect(readFileSync(join(dataDir, "pgdata", "precious"), "utf8")).toBe("x");
    expect(existsSync(join(dataDir, "control.lock"))).toBe(false);
    rmSync(dataDir, { recursive: true });
  });
});

describe("the lock on the data directory", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "sameroom-lock-"));
    return () => rmSync(directory, { recursive: true });
  });
  const lockOf = (content: unknown) =>
    writeFileSync(join(directory, "control.lock"), JSON.stringify(content));

  test("is held until released", () => {
    const unlock = lockDirectory(directory);
    expect(() => lockDirectory(directory)).toThrow(`process ${process.pid}`);
    unlock();
    lockDirectory(directory)();
  });

  test("of a living process is respected, of a dead one taken over", async () => {
    const other = spawn("sleep", ["60"]);
    lockOf({ pid: other.pid, started: "" });
    expect(() => lockDirectory(directory)).toThrow(DirectoryLockedError);
    other.kill("SIGKILL");
    await new Promise((resolve) => other.once("exit", resolve));
    lockDirectory(directory)();
  });

  test("of an earlier process with our id is taken over", () => {
    lockOf({ pid: process.pid, started: "another boot:1" });
    lockDirectory(directory)();
  });

  test.each(["", "not json", "{}", '{"pid":-1}', '{"pid":"1"}'])("that reads %j is taken over", (content) => {
    writeFileSync(join(directory, "control.lock"), content);
    lockDirectory(directory)();
    expect(existsSync(join(directory, "control.lock"))).toBe(false);
  });
});

describe("an external database", () => {
  test("that is not there is reported as unreachable", async () => {
    const options = { url: "postgresql://nobody@127.0.0.1:1/none", onError: () => {}, patienceMs: 0 };
    await expect(openExternal(options)).rejects.toThrow(DatabaseUnreachableError);
  });
});

test("the migrations are what the schema says", () => {
  const root = join(import.meta.dirname, "../..");
  const copy = mkdtempSync(join(tmpdir(), "sameroom-migrations-"));
  cpSync(join(root, "migrations"), copy, { recursive: true });
  const options = ["--dialect=postgresql", "--schema=src/db/schema.ts", `--out=${relative(root, copy)}`];
  const out = execFileSync("npx", ["drizzle-kit", "generate", ...options], { cwd: root, encoding: "utf8" });
  rmSync(copy, { recursive: true });
  expect(out).toContain("No schema changes");
});
