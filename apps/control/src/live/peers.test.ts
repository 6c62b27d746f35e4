import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RoomEvent } from "@sameroom/contract";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Cluster, startCluster } from "../db/postgres-cluster.fixture.ts";
import {
  type ControlProcess,
  freePort,
  startControlProcess,
  writeSecrets,
} from "../testing/control-process.fixture.ts";
import { connectMedia } from "../testing/media.fixture.ts";
import { ask, enter, type Viewer } from "../testing/viewer.fixture.ts";

const HOOK_MS = 120_000;
const ROOM = "two-doors";
const closers: (() => unknown)[] = [];
let one: { process: ControlProcess; port: number };
let other: typeof one;
let redis: ReturnType<typeof spawn>;
let cookie = "";

beforeAll(async () => {
  const root = join(import.meta.dirname, "../../../..");
  execFileSync(process.execPath, ["node_modules/typescript-native/bin/tsc", "-b", "apps/control"], {
    cwd: root,
  });
  const cluster: Cluster = await startCluster();
  closers.push(cluster.stop);
  const redisPort = await freePort();
  redis = spawn("redis-server", ["--port", `${redisPort}`, "--bind", "127.0.0.1", "--save", ""], {
    stdio: "ignore",
  });
  closers.push(stopRedis);
  await vi.waitFor(async () => expect(await canConnect(redisPort)).toBe(true), { timeout: 20_000 });
  const environment = {
    DATABASE_URL: await cluster.createDatabase(),
    SAMEROOM_REDIS_URL: `redis://127.0.0.1:${redisPort}`,
  };
  one = await startControl(environment);
  const { username, password } = await one.process.message("admin-created");
  other = await startControl(environment);
  cookie = (await call(one.port, "/api/session", { username, password })).cookie;
  expect((await call(other.port, "/api/rooms", { title: "Room", slug: ROOM })).status).toBe(201);
}, HOOK_MS);
afterAll(async () => {
  for (const close of closers.reverse()) await close();
}, HOOK_MS);

async function stopRedis(): Promise<void> {
  if (redis.exitCode !== null || redis.signalCode !== null) return;
  redis.kill("SIGKILL");
  await once(redis, "exit");
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: "127.0.0.1" });
    socket.once("error", () => resolve(false));
    socket.once("connect", () => {
      socket.end();
      resolve(true);
    });
  });
}

async function startControl(environment: Record<string, string>) {
  const dataDir = mkdtempSync(join(tmpdir(), "sameroom-peer-"));
  closers.push(() => rmSync(dataDir, { recursive: true, force: true }));
  writeSecrets(dataDir);
  const port = await freePort();
  const child = startControlProcess({ dataDir, port, environment });
  closers.push(child.kill);
  await child.message("ready");
  return { process: child, port };
}

/** As the owner. */
const call = (port: number, path: string, body?: unknown) => send(port, path, { cookie, body });

async function send(port: number, path: string, { cookie = "", body }: { cookie?: string; body?: unknown }) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { cookie, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { status } = response;
  return {
    status,
    body: (await response.json()) as { token: string; events: RoomEvent[] },
    cookie: response.headers.get("set-cookie")?.split(";")[0] ?? "",
  };
}

/** The owner's: they write as fast as they like and get everything. */
async function come(
  { port }: { port: number },
  { after, room = ROOM }: { after?: number; room?: string } = {},
): Promise<Viewer> {
  const { body } = await call(port, `/api/rooms/${room}/tokens`, { role: "moderator" });
  const viewer = await enter(port, body.token, after);
  closers.push(() => viewer.socket.close());
  return viewer;
}
const heardBy = (viewer: Viewer) => viewer.seen("room.events").flatMap(({ events }) => events);
const numbers = (events: readonly RoomEvent[]) => events.map(({ sequence }) => sequence);
const counted = (last: number, from = 1) =>
  Array.from({ length: last - from + 1 }, (_, index) => from + index);
const ids = (count: number) => Array.from({ length: count }, () => randomUUID());
const say = (viewer: Viewer, id: string) => ask(viewer, "chat.send", { id, text: `said ${id}` });

test("what is decided at one process is in force at the other: standings, and who may be there", {
  timeout: 60_000,
}, async () => {
  const room = "apart";
  expect((await call(one.port, "/api/rooms", { title: "Apart", slug: room })).status).toBe(201);
  const media = await connectMedia(other.port);
  closers.push(() => media.close());
  const owner = await come(one, { room });
  const account = { username: "bea", password: "a long enough password", displayName: "Bea" };
  const joined = await send(other.port, "/api/accounts", { body: account });
  const { token } = (await send(other.port, `/api/rooms/${room}/tokens`, { cookie: joined.cookie, body: {} }))
    .body;
  const bea = await enter(other.port, token);
  closers.push(() => bea.socket.close());
  const { participant } = bea.snapshot.you;
  expect(await ask(bea, "reaction.send", { emoji: "🔥", count: 3 })).toMatchObject({ ok: true });
  for (const viewer of [owner, bea]) expect(await viewer.next("room.reactions")).toEqual({ "🔥": 3 });
  expect(await ask(owner, "people.appoint", { participant })).toMatchObject({ ok: true });
  expect(await bea.next("you.standings")).toEqual(["moderator", "viewer"]);
  const mode = (who: string) => ask(bea, "chat.mode", { who });
  expect(await mode("accounts")).toMatchObject({ ok: true });
  expect(await ask(owner, "people.appoint", { participant, off: true })).toMatchObject({ ok: true });
  expect(await bea.next("you.standings")).toEqual(["viewer"]);
  expect((await mode("everybody")).problem?.code).toBe("auth.forbidden");

  const gone = new Promise((resolve) => bea.socket.once("disconnect", resolve));
  expect(await ask(owner, "people.ban", { participant })).toMatchObject({ ok: true });
  await gone;
  expect(await media.expect("close-participant")).toEqual({ type: "close-participant", participant, room });
  await expect(enter(other.port, token)).rejects.toMatchObject({ code: "room.banned" });
});

test("two control processes keep one order, also when one is killed in the middle and Redis is gone", {
  timeout: 120_000,
}, async () => {
  const [here, there] = [await come(one), await come(other)];
  // The owner's two sockets are one person, a visitor another, whichever process they came to.
  const visitor = await fetch(`http://127.0.0.1:${other.port}/api/rooms/${ROOM}/tokens`, { method: "POST" });
  const { token } = (await visitor.json()) as { token: string };
  const guest = await enter(other.port, token);
  closers.push(() => guest.socket.close());
  await here.next("room.viewers", (count) => count === 2);
  const writers = await Promise.all([one, other, one, other].map((at) => come(at)));
  const said = ids(60);
  const answers = await Promise.all(said.map((id, index) => say(writers[index % 4]!, id)));
  expect(answers.every(({ ok }) => ok)).toBe(true);
  await expect.poll(() => heardBy(here).length, { timeout: 20_000 }).toBe(60);
  await expect.poll(() => heardBy(there).length, { timeout: 20_000 }).toBe(60);
  expect(numbers(heardBy(here))).toEqual(counted(60));
  expect(heardBy(there)).toEqual(heardBy(here));

  // Killed while it writes: some were answered, some were written and not answered, some neither.
  const acknowledged = new Map<string, number>();
  const interrupted = ids(57);
  const killing = new Promise<void>((resolve) => {
    for (const [index, id] of interrupted.entries())
      void say(writers[(index % 2) * 2]!, id).then(({ ok, value }) => {
        if (ok) acknowledged.set(id, (value as { sequence: number }).sequence);
        if (acknowledged.size === 1) resolve();
      });
  });
  await killing;
  await one.process.kill();
  const before = new Map(acknowledged);
  const moved = await Promise.all(Array.from({ length: 4 }, () => come(other, { after: 60 })));
  for (const [index, id] of interrupted.entries()) {
    const again = await say(moved[index % 4]!, id);
    expect(again.ok).toBe(true);
    if (before.has(id)) expect(again.value).toEqual({ sequence: before.get(id) });
  }
  await expect.poll(() => heardBy(there).length, { timeout: 20_000 }).toBe(117);
  expect(numbers(heardBy(there))).toEqual(counted(117));

  await stopRedis();
  const last = await say(there, randomUUID());
  expect(last.value).toEqual({ sequence: 118 });
  const { body } = await call(other.port, `/api/rooms/${ROOM}/events?after=0&limit=500&types=message`);
  const { events } = body;
  expect(numbers(events)).toEqual(counted(118));
  expect(new Set(events.map(({ clientId }) => clientId)).size).toBe(118);
  expect(
    events
      .slice(0, 117)
      .map(({ clientId }) => clientId)
      .sort(),
  ).toEqual([...said, ...interrupted].sort());
});
