import { silentLog } from "@sameroom/base";
import { FakeClock } from "@sameroom/base/testing";
import type { RoomStateChange } from "@sameroom/contract";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../../ids.ts";
import { openTestDatabase, type TestDatabase } from "../../testing/control.fixture.ts";
import { publisher } from "../../testing/media.fixture.ts";
import { createAccountStore } from "../accounts/store.ts";
import { createRoomStore } from "../rooms/store.ts";
import { createLifecycle, type Lifecycle } from "./lifecycle.ts";
import { createLifeStore, type LifeStore } from "./store.ts";

/** Opening a database takes a second, on a busy machine many. */
const HOOK_MS = 60_000;

const GRACE_MS = 30_000;
let db: TestDatabase;
let clock: FakeClock;
let told: (RoomStateChange & { slug: string })[];
let ended: string[];
let store: LifeStore;
let lifecycle: Lifecycle;

beforeAll(async () => {
  db = await openTestDatabase();
  const accountId = newId(0);
  const createdAt = new Date(0);
  await createAccountStore(db.database.orm).insert({
    ...{ id: accountId, username: "a", nameKey: "a", displayName: "A", passwordHash: "" },
    ...{ role: "user", disabled: false, createdAt },
  });
  const row = { ownerId: accountId, title: "T", description: "", createdAt };
  for (const slug of ["one", "two"])
    await createRoomStore(db.database.orm).insert({ ...row, slug, id: newId(0) });
}, HOOK_MS);
afterAll(() => db.drop(), HOOK_MS);
beforeEach(async () => {
  await db.database.orm.execute(sql`update rooms set state = 'scheduled', publisher_session = null`);
  clock = new FakeClock();
  store = createLifeStore(db.database.orm);
  lifecycle = start();
  return () => lifecycle.close();
});

/** A lifecycle on the same database, as after a restart. */
function start(lifeStore = store): Lifecycle {
  told = [];
  ended = [];
  return createLifecycle({
    ...{ store: lifeStore, time: clock, log: silentLog, graceMs: GRACE_MS },
    announce: (slug, change) => told.push({ slug, ...change }),
    endMedia: (slug) => ended.push(slug),
  });
}
const states = () => told.map(({ slug, state }) => `${slug} ${state}`);
/** Lets everything due by then happen, database included. */
async function pass(ms: number) {
  clock.advance(ms);
  await lifecycle.settled();
}

describe("the watchdog", () => {
  test("ends an interrupted room after the grace period and not before", async () => {
    lifecycle.publisher("w", publisher("one", "s1"));
    lifecycle.publisher("w", publisher("one", "s1", { state: "stalled" }));
    await lifecycle.settled();
    await pass(GRACE_MS - 1);
    expect(states()).toEqual(["one live", "one interrupted"]);
    await pass(1);
    expect(told.at(-1)).toMatchObject({ state: "ended", reason: "grace" });
    expect([ended, clock.pending]).toEqual([["one"], 0]);
    expect((await store.load("one"))?.life.state).toBe("ended");
  });

  test("a timer that fires before the wall clock says so waits again", async () => {
    lifecycle.publisher("w", publisher("one", "s1"));
    lifecycle.publisher("w", publisher("one", "s1", { state: "stalled" }));
    await lifecycle.settled();
    const { unixMs } = clock;
    clock.unixMs = () => unixMs.call(clock) - 1;
    await pass(GRACE_MS);
    expect(states().at(-1)).toBe("one interrupted");
    await pass(1);
    expect(states().at(-1)).toBe("one ended");
  });
});

describe("after a restart of control", () => {
  async function restart() {
    await lifecycle.settled();
    await lifecycle.close();
    lifecycle = start();
    await lifecycle.restore();
  }

  test("what was live is live, and stays so when media confirms it", async () => {
    lifecycle.publisher("w", publisher("one", "s1"));
    await restart();
    expect(lifecycle.slugs()).toEqual(["one"]);
    await pass(GRACE_MS / 2);
    lifecycle.rollCall("w", [publisher("one", "s1")]);
    await lifecycle.settled();
    await pass(10 * GRACE_MS);
    expect(told).toEqual([]);
    expect(lifecycle.onAir("one")?.life.state).toBe("live");
  });

  test("what nobody confirms ends after the grace period", async () => {
    lifecycle.publisher("w", publisher("one", "s1"));
    await restart();
    await pass(GRACE_MS);
    expect(told).toMatchObject([{ slug: "one", state: "ended", reason: "grace" }]);
  });

  test("a host who was lost meanwhile is waited for from the roll call on", async () => {
    lifecycle.publisher("w", publisher("one", "s1"));
    lifecycle.publisher("other", publisher("two", "s2"));
    await restart();
    lifecycle.rollCall("w", []);
    await lifecycle.settled();
    expect(states()).toEqual(["one interrupted"]);
    expect(lifecycle.onAir("two")?.life.state).toBe("live");
  });

  test("a host on air that control did not know of is on air now", async () => {
    await restart();
    lifecycle.rollCall("w", [publisher("one", "s1"), publisher("two", "s2", { state: "connecting" })]);
    await lifecycle.settled();
    expect(states()).toEqual(["one live"]);
  });

  test("a room that was ended while the link was down is ended at media too", async () => {
    lifecycle.publisher("w", publisher("one", "s1"));
    await lifecycle.settled();
    await lifecycle.end("one", "host");
    await restart();
    lifecycle.rollCall("w", [publisher("one", "s1")]);
    await lifecycle.settled();
    expect([told, ended]).toEqual([[], ["one"]]);
  });
});

describe("the database", () => {
  test("that fails to save delays nobody, and is written when it is back", async () => {
    let failing = true;
    lifecycle = start({
      ...store,
      save: (roomId, life) => (failing ? Promise.reject(new Error("away")) : store.save(roomId, life)),
    });
    lifecycle.publisher("w", publisher("one", "s1"));
    await lifecycle.settled();
    expect(states()).toEqual(["one live"]);
    failing = false;
    await pass(2_000);
    expect((await store.load("one"))?.life.state).toBe("live");
  });

  test("has every broadcast once, with its end", async () => {
    const before = await count();
    for (const session of ["a", "b"]) {
      lifecycle.publisher("w", publisher("one", session));
      lifecycle.publisherGone({ room: "one", session, reason: "left" });
    }
    await lifecycle.settled();
    expect(await count()).toBe(before + 2);
  });

  async function count() {
    const { rows } = await db.database.orm.execute(
      sql`select count(*)::int as count from broadcasts where ended_at is not null`,
    );
    return rows[0]?.count as number;
  }
});

test("guests come and go without starting, interrupting or ending a broadcast", async () => {
  const guest = (state: "flowing" | "stalled") => publisher("one", "g1", { role: "guest", state });
  const left = { room: "one", session: "g1", reason: "left" } as const;
  lifecycle.publisher("w", guest("flowing"));
  lifecycle.rollCall("w", [guest("flowing")]);
  lifecycle.publisherGone(left);
  await lifecycle.settled();
  expect(told).toEqual([]);
  lifecycle.publisher("w", publisher("one", "s1"));
  lifecycle.publisher("w", guest("flowing"));
  lifecycle.publisher("w", guest("stalled"));
  lifecycle.publisherGone({ ...left, reason: "connection-lost" });
  lifecycle.publisherGone(left);
  lifecycle.rollCall("w", [publisher("one", "s1"), guest("flowing")]);
  await lifecycle.settled();
  expect(states()).toEqual(["one live"]);
  expect(ended).toEqual([]);
  lifecycle.publisherGone({ room: "one", session: "s1", reason: "connection-lost" });
  lifecycle.publisher("w", guest("flowing"));
  await lifecycle.settled();
  expect(states()).toEqual(["one live", "one interrupted"]);
});

test("media of a room that does not exist is closed", async () => {
  lifecycle.publisher("w", publisher("nowhere", "s1"));
  await lifecycle.settled();
  expect([told, ended]).toEqual([[], ["nowhere"]]);
  await expect(lifecycle.end("nowhere", "host")).rejects.toMatchObject({ code: "room.not_live" });
});
