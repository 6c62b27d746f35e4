import { once } from "node:events";
import { LINK_PATH } from "@sameroom/contract";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import type { Control } from "../compose.ts";
import { type Client, createClient, logInAdmin, signUp } from "../testing/client.fixture.ts";
import {
  NODE_SECRET,
  openTestDatabase,
  startTestControl,
  type TestDatabase,
} from "../testing/control.fixture.ts";
import { connectMedia, type Media, type MediaOptions, publisher } from "../testing/media.fixture.ts";
import { ask, enter, type Viewer } from "../testing/viewer.fixture.ts";

/** Opening a database takes a second, on a busy machine many. */
const HOOK_MS = 60_000;

const GRACE_MS = 60_000;
let db: TestDatabase;
let control: Control;
let port: number;
/** Control on the same database that does not wait long for lost hosts. */
let impatient: Control;
let impatientPort: number;
let owner: Client & { id: string };
let admin: Client & { id: string };
let rooms = 0;
const open: { close: () => unknown }[] = [];

beforeAll(async () => {
  db = await openTestDatabase();
  control = await startTestControl(db, { config: { graceMs: GRACE_MS } });
  port = await control.listen();
  impatient = await startTestControl(db, { config: { graceMs: 200 } });
  impatientPort = await impatient.listen();
  admin = await logInAdmin(control);
  owner = await signUp(control, "owner");
}, HOOK_MS);
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
afterAll(async () => {
  await control.close();
  await impatient.close();
  await db.drop();
}, HOOK_MS);

async function makeRoom(client: Client = owner): Promise<string> {
  const answer = await client.call("POST", "/api/rooms", { title: "Room", slug: `room-${++rooms}` });
  return answer.body.slug;
}
async function mint(room: string, client: Client = createClient(control), body?: unknown): Promise<string> {
  return (await client.call("POST", `/api/rooms/${room}/tokens`, body)).body.token;
}
async function come(room: string, client: Client = createClient(control), at = port): Promise<Viewer> {
  const viewer = await enter(at, await mint(room, client));
  open.push(viewer.socket);
  return viewer;
}
async function media(options: MediaOptions = {}, at = port): Promise<Media> {
  const worker = await connectMedia(at, options);
  open.push(worker);
  return worker;
}
const stateOf = async (room: string) => (await owner.call("GET", `/api/rooms/${room}`)).body.state;

/** Resolves when the server has closed this person's socket. */
function disconnected(viewer: Viewer): Promise<void> {
  return new Promise((resolve) => void viewer.socket.once("disconnect", () => resolve()));
}

describe("a broadcast", () => {
  test("goes live, is interrupted, returns and ends; everybody hears of it", async () => {
    const room = await makeRoom();
    const worker = await media();
    const viewer = await come(room);
    expect(viewer.snapshot).toMatchObject({
      room: { slug: room, state: "scheduled", viewers: 1 },
      you: { role: "viewer" },
      host: { microphoneMuted: false, cameraOff: false, screenSharing: false, onBreak: false },
      graceEndsUnixMs: null,
    });
    worker.send({ type: "publisher", publisher: publisher(room, "s1", { state: "connecting" }) });
    worker.send({ type: "publisher", publisher: publisher(room, "s1") });
    expect(await viewer.next("room.state")).toMatchObject({ state: "live", reason: null });
    worker.send({ type: "publisher", publisher: publisher(room, "s1", { state: "stalled" }) });
    const lost = await viewer.next("room.state");
    expect(lost.state).toBe("interrupted");
    expect(lost.graceEndsUnixMs! - lost.atUnixMs).toBe(GRACE_MS);
    const late = await come(room);
    expect(late.snapshot).toMatchObject({
      room: { state: "interrupted" },
      graceEndsUnixMs: lost.graceEndsUnixMs,
    });
    worker.send({ type: "publisher", publisher: publisher(room, "s1") });
    expect(await viewer.next("room.state")).toMatchObject({ state: "live", graceEndsUnixMs: null });
    worker.send({ type: "publisher-gone", room, session: "s1", reason: "left" });
    expect(await viewer.next("room.state")).toMatchObject({ state: "ended", reason: "host" });
    expect(await worker.expect("end-room")).toEqual({ type: "end-room", room });
    const { body } = await owner.call("GET", `/api/rooms/${room}`);
    expect(body).toMatchObject({ state: "ended", broadcasts: [{ peakViewers: 2 }] });
    expect(body.endedAt).not.toBeNull();
  });

  test("a host who stays away ends it after the grace period", async () => {
    const room = await makeRoom();
    const worker = await media({}, impatientPort);
    const viewer = await come(room, createClient(control), impatientPort);
    worker.send({ type: "publisher", publisher: publisher(room, "s1") });
    worker.send({ type: "publisher-gone", room, session: "s1", reason: "connection-lost" });
    expect(await viewer.next("room.state", ({ state }) => state === "ended")).toMatchObject({
      reason: "grace",
    });
    await worker.expect("end-room");
  });

  test("ended over REST: viewers first hear it, then media closes the room", async () => {
    const room = await makeRoom();
    const worker = await media();
    const viewer = await come(room);
    worker.send({ type: "publisher", publisher: publisher(room, "s1") });
    await viewer.next("room.state");
    expect((await owner.call("POST", `/api/rooms/${room}/end`)).status).toBe(204);
    expect(await viewer.next("room.state")).toMatchObject({ state: "ended", reason: "host" });
    await worker.expect("end-room");
    worker.send({ type: "publisher", publisher: publisher(room, "s1") });
    await worker.expect("end-room");
    expect(await stateOf(room)).toBe("ended");
    expect((await owner.call("POST", `/api/rooms/${room}/end`)).body.code).toBe("room.not_live");
  });

  test("an admin ends it as moderator", async () => {
    const room = await makeRoom();
    const worker = await media();
    const viewer = await come(room);
    worker.send({ type: "publisher", publisher: publisher(room, "s1") });
    await viewer.next("room.state");
    expect((await admin.call("POST", `/api/rooms/${room}/end`)).status).toBe(204);
    expect(await viewer.next("room.state")).toMatchObject({ state: "ended", reason: "moderator" });
  });

  test("a guest's media does not put a room on air", async () => {
    const room = await makeRoom();
    const worker = await media();
    worker.send({ type: "publisher", publisher: publisher(room, "g1", { role: "guest" }) });
    worker.send({ type: "check-stream-key", request: 1, room, key: "x" });
    await worker.expect("stream-key");
    await control.settled();
    expect(await stateOf(room)).toBe("scheduled");
  });
});

describe("the host's socket", () => {
  test("tells viewers what changed, and late ones find it in the snapshot", async () => {
    const room = await makeRoom();
    const host = await come(room, owner);
    const viewer = await come(room);
    expect(await ask(host, "host.notice", { kind: "microphone", muted: true })).toEqual({
      ok: true,
      value: null,
    });
    expect(await viewer.next("host.notice")).toEqual({ kind: "microphone", muted: true });
    expect((await come(room)).snapshot.host.microphoneMuted).toBe(true);
  });

  test("a new title is stored and told once, however it was set", async () => {
    const room = await makeRoom();
    const host = await come(room, owner);
    const viewer = await come(room);
    await ask(host, "host.notice", { kind: "title", title: "Better" });
    expect((await viewer.next("room.updated")).title).toBe("Better");
    expect(await viewer.next("host.notice")).toEqual({ kind: "title", title: "Better" });
    await owner.call("PATCH", `/api/rooms/${room}`, { title: "Best" });
    await ask(host, "host.notice", { kind: "title", title: "Best" });
    expect((await viewer.next("room.updated")).title).toBe("Best");
    await ask(host, "host.notice", { kind: "camera-switched" });
    await viewer.next("host.notice", ({ kind }) => kind === "camera-switched");
    expect(viewer.seen("host.notice")).toEqual([{ kind: "title", title: "Best" }]);
  });

  test("a new cover is told with its address, and one that is taken away", async () => {
    const room = await makeRoom();
    const viewer = await come(room);
    const png = Buffer.concat([Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), Buffer.alloc(64)]);
    await owner.call("PUT", `/api/rooms/${room}/cover`, png, { "content-type": "image/png" });
    expect((await viewer.next("room.updated")).coverUrl).toMatch(/\/cover\?v=/);
    expect(await viewer.next("host.notice")).toEqual({ kind: "cover" });
    await owner.call("DELETE", `/api/rooms/${room}/cover`);
    expect((await viewer.next("room.updated")).coverUrl).toBeNull();
    expect(await viewer.next("host.notice")).toEqual({ kind: "cover" });
  });

  test("ends the broadcast for everybody", async () => {
    const room = await makeRoom();
    const worker = await media();
    const host = await come(room, owner);
    const viewer = await come(room);
    expect(await ask(host, "room.end", {})).toMatchObject({ ok: false, problem: { code: "room.not_live" } });
    worker.send({ type: "publisher", publisher: publisher(room, "s1") });
    await viewer.next("room.state");
    expect(await ask(host, "room.end", {})).toMatchObject({ ok: true });
    expect(await viewer.next("room.state")).toMatchObject({ state: "ended", reason: "host" });
  });

  test("viewers, and hosts without the grant, can do none of it", async () => {
    const room = await makeRoom();
    const viewer = await come(room);
    const weak = await enter(port, await mint(room, owner, { role: "host", grants: { subscribe: true } }));
    open.push(weak.socket);
    for (const somebody of [viewer, weak]) {
      const notice = await ask(somebody, "host.notice", { kind: "camera", off: true });
      expect(notice).toMatchObject({ ok: false, problem: { code: "auth.forbidden" } });
      expect(await ask(somebody, "room.end", {})).toMatchObject({
        ok: false,
        problem: { code: "auth.forbidden" },
      });
    }
  });

  test("nonsense is answered, never obeyed", async () => {
    const host = await come(await makeRoom(), owner);
    for (const nonsense of [
      null,
      7,
      "x",
      {},
      { kind: "camera" },
      { kind: "camera", off: "no" },
      { kind: "boom" },
    ])
      expect(await ask(host, "host.notice", nonsense)).toMatchObject({
        ok: false,
        problem: { code: "request.invalid" },
      });
    const anything = host.socket as unknown as { emit: (event: string, ...values: unknown[]) => void };
    expect(await ask(host, "host.notice")).toMatchObject({ problem: { code: "request.invalid" } });
    anything.emit("host.notice", undefined);
    anything.emit("no.such.event");
    expect(await ask(host, "room.end", {})).toMatchObject({ problem: { code: "room.not_live" } });
  });

  test("who sends too much is slowed down, and who goes on is disconnected", async () => {
    const host = await come(await makeRoom(), owner);
    const closed = disconnected(host);
    const answers = Array.from({ length: 25 }, () => ask(host, "room.end", {}));
    const codes = (await Promise.all(answers)).map(({ problem }) => problem?.code);
    expect(codes[0]).toBe("room.not_live");
    expect(codes.at(-1)).toBe("request.rate_limited");
    for (let count = 0; count < 300; count++) host.socket.emit("room.end", {}, () => {});
    await closed;
  });

  test("hosts get their connection's health, viewers do not", async () => {
    const room = await makeRoom();
    const worker = await media();
    const host = await come(room, owner);
    const viewer = await come(room);
    const health = {
      session: "s1",
      room,
      bitrate: 1,
      framesPerSecond: 30,
      lossRatio: 0,
      roundTripMs: 5,
      viewers: 1,
    };
    const load = {
      ...{ cpu: 0.1, memoryBytes: 1, packetsIn: 1, packetsOut: 1, bitsIn: 1, bitsOut: 1 },
      ...{ publishers: 1, viewers: 1, sendPath: "gso" },
    };
    worker.send({ type: "publisher", publisher: publisher(room, "g1", { role: "guest" }) });
    worker.send({ type: "health", publishers: [{ ...health, session: "g1" }, health], load });
    expect(await host.next("host.health")).toEqual(health);
    await ask(host, "host.notice", { kind: "camera-switched" });
    await viewer.next("host.notice");
    expect(viewer.seen("host.health")).toEqual([]);
    const { body } = await admin.call("GET", "/api/admin/workers");
    expect(body.workers[0]).toMatchObject({ worker: "media-1", connected: true, load });
  });
});

describe("a socket is refused", () => {
  test.each([undefined, "", 7, {}, "rubbish", "a.b.c"])("with %j for a token", async (token) => {
    await expect(enter(port, token)).rejects.toMatchObject({ status: 401 });
  });

  test("when its account was disabled, and those it has are closed with all it runs", async () => {
    const person = await signUp(control);
    const room = await makeRoom(person);
    const worker = await media();
    const host = await come(room, person);
    const participant = `user:${person.id}`;
    worker.send({ type: "publisher", publisher: publisher(room, "s1", { participant }) });
    await host.next("room.state");
    const token = await mint(room, person);
    const closed = disconnected(host);
    expect(
      (await admin.call("PATCH", `/api/admin/users/${person.id}`, { disabled: true })).body.disabled,
    ).toBe(true);
    await closed;
    expect(await worker.expect("close-participant")).toEqual({ type: "close-participant", participant });
    expect(await stateOf(room)).toBe("ended");
    await expect(enter(port, token)).rejects.toMatchObject({ code: "account.disabled" });
    expect((await person.call("GET", "/api/session")).body).toEqual({ account: null });
  });

  test("without the grant to subscribe", async () => {
    const room = await makeRoom();
    const token = await mint(room, owner, { role: "host", grants: { publish: true } });
    await expect(enter(port, token)).rejects.toMatchObject({ code: "token.no_grant" });
  });
});

describe("the link", () => {
  const connect = (authorization: string) =>
    new WebSocket(`ws://127.0.0.1:${port}${LINK_PATH}`, { headers: { authorization } });

  test.each(["", "Bearer wrong", `Basic ${NODE_SECRET}`])("refuses %j", async (authorization) => {
    const socket = connect(authorization);
    const [error] = await once(socket, "error");
    expect((error as Error).message).toContain("401");
  });

  test("closes on whoever does not say hello first", async () => {
    for (const message of [
      "rubbish",
      "{}",
      JSON.stringify({ type: "publisher-gone", room: "abc", session: "x", reason: "left" }),
    ]) {
      const socket = connect(`Bearer ${NODE_SECRET}`);
      await once(socket, "open");
      socket.send(message);
      const [code] = await once(socket, "close");
      expect(code).toBe(1008);
    }
  });

  test("survives messages that do not fit, and other upgrades get 404", async () => {
    const worker = await media();
    worker.socket.send("not json");
    worker.socket.send(Buffer.from([1, 2, 3]));
    worker.socket.send(JSON.stringify({ type: "publisher", publisher: { id: 1 } }));
    worker.send({ type: "check-stream-key", request: 5, room: "abc", key: "x" });
    expect(await worker.expect("stream-key")).toEqual({ type: "stream-key", request: 5, identity: null });
    const [error] = await once(new WebSocket(`ws://127.0.0.1:${port}/elsewhere`), "error");
    expect((error as Error).message).toContain("404");
  });

  test("stream keys are checked: the newest of the room, as its owner and host", async () => {
    const room = await makeRoom();
    const worker = await media();
    const old = (await owner.call("POST", `/api/rooms/${room}/stream-key`)).body.key;
    const { key } = (await owner.call("POST", `/api/rooms/${room}/stream-key`)).body;
    const check = async (slug: string | null, given: string) => {
      worker.send({ type: "check-stream-key", request: 1, room: slug, key: given });
      return (await worker.expect("stream-key")).identity;
    };
    const host = {
      ...{ room, participant: `user:${owner.id}`, name: "The owner", role: "host" },
      grants: { publish: true, subscribe: true, moderate: true },
    };
    expect(await check(room, key)).toEqual(host);
    expect(await check(null, key)).toEqual(host);
    expect(await check(null, old)).toBeNull();
    expect(await check(room, old)).toBeNull();
    expect(await check(await makeRoom(), key)).toBeNull();
  });

  test("down for a moment changes nothing; a restarted worker without the host interrupts", async () => {
    const room = await makeRoom();
    const viewer = await come(room);
    const first = await media({ boot: "b1" });
    first.send({ type: "publisher", publisher: publisher(room, "s1") });
    await viewer.next("room.state");
    await first.close();
    const second = await media({ boot: "b1", publishers: [publisher(room, "s1")] });
    await control.settled();
    expect(await stateOf(room)).toBe("live");
    expect(viewer.seen("room.state")).toEqual([]);
    await second.close();
    await media({ boot: "b2" });
    expect(await viewer.next("room.state")).toMatchObject({ state: "interrupted" });
  });

  test("a worker that stays away ends its rooms after the grace period", async () => {
    const room = await makeRoom();
    const viewer = await come(room, createClient(control), impatientPort);
    const worker = await media({}, impatientPort);
    worker.send({ type: "publisher", publisher: publisher(room, "s1") });
    await viewer.next("room.state");
    await worker.close();
    expect(await viewer.next("room.state")).toMatchObject({ state: "ended", reason: "grace" });
  });

  test("the newer of two connections of one worker counts", async () => {
    const first = await media();
    const closed = once(first.socket, "close");
    await media();
    expect((await closed)[0]).toBe(4000);
  });

  test("tokens name the worker that serves the room", async () => {
    const room = await makeRoom();
    await media({ worker: "media-1", publicUrl: "https://one.test" });
    const two = await media({ worker: "media-2", publicUrl: ":9000" });
    two.send({ type: "publisher", publisher: publisher(room, "s1") });
    two.send({ type: "check-stream-key", request: 1, room, key: "x" });
    await two.expect("stream-key");
    const answer = await createClient(control).call("POST", `/api/rooms/${room}/tokens`);
    expect(answer.body.mediaUrl).toBe("http://sameroom.test:9000");
  });
});

test("a thumbnail is taken while on air, shown, and gone after the end", async () => {
  const room = await makeRoom();
  const worker = await media();
  const viewer = await come(room);
  worker.send({ type: "publisher", publisher: publisher(room, "s1") });
  await viewer.next("room.state");
  const jpeg = Buffer.concat([Buffer.from("ffd8ffe0", "hex"), Buffer.alloc(100)]);
  const put = await owner.call("PUT", `/api/rooms/${room}/thumbnail`, jpeg, { "content-type": "image/jpeg" });
  expect(put.status).toBe(200);
  const shown = await createClient(control).call("GET", put.body.thumbnailUrl);
  expect(shown).toMatchObject({ status: 200, headers: { "content-type": "image/jpeg" } });
  expect(shown.headers["cache-control"]).toContain("immutable");
  // Of an encoder's show media sends them.
  const send = (bytes: Buffer, slug = room) =>
    worker.send({ type: "thumbnail", room: slug, jpeg: bytes.toString("base64") });
  const silent = await makeRoom();
  send(jpeg, silent);
  send(Buffer.alloc(100));
  send(Buffer.concat([jpeg, Buffer.from("newer")]));
  const thumbnailOf = async (slug: string) =>
    (await owner.call("GET", `/api/rooms/${slug}`)).body.thumbnailUrl;
  await vi.waitFor(async () => expect(await thumbnailOf(room)).not.toBe(put.body.thumbnailUrl), 20_000);
  const newer = await owner.call("GET", await thumbnailOf(room));
  expect(newer.headers["content-length"]).toBe(String(jpeg.length + 5));
  expect(await thumbnailOf(silent)).toBeNull();
  await owner.call("POST", `/api/rooms/${room}/end`);
  const { body } = await owner.call("GET", `/api/rooms/${room}`);
  expect(body.thumbnailUrl).toBeNull();
});
