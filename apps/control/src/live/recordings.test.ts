import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type House, openHouse, type Who } from "../testing/house.fixture.ts";
import { type Media, publisher, READY, recording } from "../testing/media.fixture.ts";
import type { Viewer } from "../testing/viewer.fixture.ts";

/** Opening a database takes a second, on a busy machine many. */
const HOOK_MS = 60_000;

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, HOOK_MS);
afterEach(() => house.leave());
afterAll(() => house.close(), HOOK_MS);

/** A room on air, its host in it, and the worker that carries it. */
async function onAir(settings: Record<string, unknown> = {}) {
  const room = await house.makeRoom(settings);
  const worker = await house.media();
  const host = await house.come(room, house.who.owner);
  worker.send({ type: "publisher", publisher: publisher(room, `s-${room}`) });
  await host.next("room.state", ({ state }) => state === "live");
  await house.control.settled();
  return { room, worker, host };
}
const end = (room: string) => house.who.owner.call("POST", `/api/rooms/${room}/end`);
/** Messages of a type that were not taken yet. */
const told = <Type extends Media["inbox"][number]["type"]>(worker: Media, type: Type) =>
  worker.inbox.filter((message) => message.type === type) as Extract<
    Media["inbox"][number],
    { type: Type }
  >[];
/** Sends a fact and waits until control has dealt with it. */
async function report(worker: Media, fact: ReturnType<typeof recording>) {
  worker.send({ type: "recording", recording: fact });
  await reach(worker);
}
/** Resolves when control has dealt with everything the worker said. */
async function reach(worker: Media) {
  worker.send({ type: "check-stream-key", request: 1, room: "any", key: "x" });
  await worker.expect("stream-key");
  await house.control.settled();
}
const look = async (who: Who, id: string) => house.who[who].call("GET", `/api/recordings/${id}`);
const listed = async (who: Who, query: string) =>
  (
    (await house.who[who].call("GET", `/api/recordings?limit=100&${query}`)).body.recordings as {
      id: string;
    }[]
  ).map(({ id }) => id);
/** A recording as its worker reports it when it is finished. */
async function finished(room: string, worker: Media, overrides: Partial<ReturnType<typeof recording>> = {}) {
  const fact = recording(room, { ...READY, ...overrides });
  await report(worker, fact);
  return fact.id;
}

describe("media is told how to treat a room", () => {
  test("when its publisher comes, and again with the broadcast's id", async () => {
    const { room, worker } = await onAir({ title: "Morning", recordingMode: "automatic" });
    const { body } = await house.who.owner.call("GET", `/api/rooms/${room}`);
    const policies = told(worker, "room-policy").filter((policy) => policy.room === room);
    expect(policies.at(-1)).toEqual({
      ...{ type: "room-policy", room, broadcast: body.broadcasts[0].id, open: true },
      ...{ recordingMode: "automatic", title: "Morning" },
    });
    await end(room);
  });

  test("when its settings change, also a worker that has not got it", async () => {
    const { room, worker } = await onAir();
    const other = await house.media({ worker: "media-2" });
    worker.inbox.length = 0;
    await house.who.owner.call("PATCH", `/api/rooms/${room}`, { description: "No matter" });
    await house.who.owner.call("PATCH", `/api/rooms/${room}`, { visibility: "unlisted" });
    await house.who.owner.call("PATCH", `/api/rooms/${room}`, { visibility: "private", title: "Secret" });
    for (const one of [worker, other]) {
      expect(await one.expect("room-policy")).toMatchObject({ room, open: true, title: "Room" });
      expect(await one.expect("room-policy")).toMatchObject({ room, open: false, title: "Secret" });
    }
    await end(room);
  });

  test("after every hello, of all rooms on air", async () => {
    const [first, second] = [await onAir(), await onAir({ visibility: "private" })];
    await house.leave();
    const worker = await house.media({ publishers: [publisher(first.room, `s-${first.room}`)] });
    await reach(worker);
    const policies = new Map(told(worker, "room-policy").map((policy) => [policy.room, policy]));
    expect(policies.get(first.room)).toMatchObject({ open: true, recordingMode: "manual" });
    expect(policies.get(second.room)).toMatchObject({ open: false });
    await end(first.room);
    await end(second.room);
  });
});

describe("a host", () => {
  test("starts and ends the recording; nobody else does", async () => {
    const { room, worker } = await onAir();
    const ask = async (who: Who, method: "POST" | "DELETE") =>
      (await house.who[who].call(method, `/api/rooms/${room}/recording`)).status;
    for (const method of ["POST", "DELETE"] as const) {
      for (const [who, status] of [
        ["visitor", 401],
        ...(["user", "userKey", "admin", "adminKey"] as const).map((one) => [one, 403] as const),
      ] as const)
        expect(await ask(who, method), who).toBe(status);
      for (const who of ["owner", "ownerKey"] as const) {
        expect(await ask(who, method), who).toBe(202);
        expect(await worker.expect("record")).toEqual({ type: "record", room, on: method === "POST" });
      }
    }
    await end(room);
    expect(told(worker, "record")).toEqual([]);
  });

  test("is refused where recording is off, and while nothing is on air", async () => {
    const { room, worker } = await onAir({ recordingMode: "off" });
    const start = () => house.who.owner.call("POST", `/api/rooms/${room}/recording`);
    expect((await start()).body.code).toBe("recording.off");
    await house.who.owner.call("PATCH", `/api/rooms/${room}`, { recordingMode: "manual" });
    await end(room);
    expect((await start()).body.code).toBe("room.not_live");
    expect((await house.who.owner.call("DELETE", `/api/rooms/${room}/recording`)).body.code).toBe(
      "room.not_live",
    );
    expect(told(worker, "record")).toEqual([]);
  });

  test("is obeyed by a worker that was started again, until another mode is set", async () => {
    const { room } = await onAir();
    await house.who.owner.call("POST", `/api/rooms/${room}/recording`);
    await house.leave();
    const publishers = [publisher(room, `s-${room}`)];
    const second = await house.media({ boot: "boot-2", publishers });
    expect(await second.expect("record")).toEqual({ type: "record", room, on: true });
    await house.who.owner.call("PATCH", `/api/rooms/${room}`, { recordingMode: "automatic" });
    await house.leave();
    const third = await house.media({ boot: "boot-3", publishers });
    await third.expect("room-policy");
    await reach(third);
    expect(told(third, "record")).toEqual([]);
    await end(room);
  });
});

describe("a recording of the broadcast", () => {
  test("is announced to the room, its faults to hosts, owner and admins alone", async () => {
    const { room, worker, host } = await onAir();
    const viewer = await house.come(room, house.who.visitor);
    const admin = await house.come(room, house.who.admin);
    const fact = recording(room);
    await report(worker, fact);
    for (const one of [host, viewer, admin])
      expect(await one.next("room.recording")).toEqual({ id: fact.id, state: "recording", fault: null });
    await report(worker, { ...fact, bytes: 1000, durationMs: 1000 });
    await report(worker, { ...fact, state: "suspended", fault: "disk-full" });
    for (const one of [host, admin])
      expect(await one.next("room.recording")).toMatchObject({ state: "suspended", fault: "disk-full" });
    expect(await viewer.next("room.recording")).toMatchObject({ state: "suspended", fault: null });
    expect((await look("owner", fact.id)).body).toMatchObject({ fault: "disk-full", bytes: 0 });
    expect((await look("user", fact.id)).body).toMatchObject({ fault: null, urls: null });
    await report(worker, { ...fact, ...READY });
    expect(await viewer.next("room.recording")).toMatchObject({ state: "ready" });
    const view = async (who: Who) =>
      (await house.who[who].call("GET", `/api/rooms/${room}`)).body.recording as unknown;
    expect(await view("visitor")).toEqual({ id: fact.id, state: "ready", fault: null });
    expect((await house.come(room, house.who.user)).snapshot.room.recording).toEqual(await view("owner"));
    await end(room);
  });

  test("that is private is shown to hosts, owner and admins alone", async () => {
    const { room, worker, host } = await onAir({ visibility: "private" });
    const sent = await house.come(room, house.who.ownerKey, { role: "viewer", participant: "key:ana" });
    const fact = recording(room);
    await report(worker, fact);
    expect(await host.next("room.recording")).toMatchObject({ id: fact.id });
    await house.who.owner.call("PATCH", `/api/rooms/${room}`, { description: "More" });
    expect((await sent.next("room.updated")).recording).toBeNull();
    expect((await host.next("room.updated")).recording).toMatchObject({ id: fact.id });
    expect(sent.seen("room.recording")).toEqual([]);
    const late = await house.come(room, house.who.ownerKey, { role: "viewer", participant: "key:bob" });
    expect(late.snapshot.room.recording).toBeNull();
    await end(room);
  });

  test("disappears from the room when it is deleted or made private, and comes back", async () => {
    const { room, worker, host } = await onAir();
    const viewer = await house.come(room, house.who.visitor);
    const id = await finished(room, worker);
    const both = async (next: (one: Viewer) => Promise<unknown>) => [await next(viewer), await next(host)];
    const updated = () => both(async (one) => (await one.next("room.updated")).recording?.id ?? null);
    const change = (visibility: string) =>
      house.who.owner.call("PATCH", `/api/recordings/${id}`, { visibility });
    await change("private");
    expect(await updated()).toEqual([null, id]);
    await change("unlisted");
    expect(await updated()).toEqual([id, id]);
    await house.who.owner.call("DELETE", `/api/recordings/${id}`);
    expect(await updated()).toEqual([null, null]);
    await end(room);
  });
});

describe("who may do what with a recording", () => {
  const KEEPERS = ["owner", "ownerKey", "admin", "adminKey"];
  const everybody = () => Object.keys(house.who) as Who[];

  test.each([
    ["public", true, true],
    ["unlisted", true, false],
    ["private", false, false],
  ] as const)("%s: looked at, listed", async (visibility, seen, inLists) => {
    const room = await house.makeRoom();
    const worker = await house.media();
    const id = await finished(room, worker);
    await house.who.owner.call("PATCH", `/api/recordings/${id}`, { visibility });
    for (const who of everybody()) {
      const { status, body } = await look(who, id);
      const may = seen || KEEPERS.includes(who);
      expect([who, status, body.mine ?? body.code]).toEqual([
        ...[who, may ? 200 : 404],
        may ? who.startsWith("owner") : "recording.not_found",
      ]);
      expect((await listed(who, "")).includes(id), who).toBe(inLists);
      expect(await listed(who, `room=${room}`), who).toEqual(inLists || KEEPERS.includes(who) ? [id] : []);
    }
    for (const who of ["owner", "ownerKey"] as const) expect(await listed(who, "mine=1")).toContain(id);
    for (const who of ["user", "admin"] as const) expect(await listed(who, "mine=1")).not.toContain(id);
  });

  test.each([
    ["public", 403],
    ["private", 404],
  ])("%s: changed by its owner, deleted by its owner or an admin", async (visibility, stranger) => {
    const room = await house.makeRoom();
    const worker = await house.media();
    const make = async () => {
      const id = await finished(room, worker);
      await house.who.owner.call("PATCH", `/api/recordings/${id}`, { visibility });
      return id;
    };
    const id = await make();
    const change = async (who: Who) =>
      (await house.who[who].call("PATCH", `/api/recordings/${id}`, { title: `By ${who}` })).status;
    const strangers = { visitor: 401, user: stranger, userKey: stranger };
    for (const [who, status] of Object.entries({
      ...{ ...strangers, admin: 403, adminKey: 403 },
      ...{ owner: 200, ownerKey: 200 },
    }))
      expect([who, await change(who as Who)]).toEqual([who, status]);
    expect((await look("owner", id)).body.title).toBe("By ownerKey");
    for (const [who, status] of Object.entries({
      ...{ ...strangers, admin: 204, adminKey: 204 },
      ...{ owner: 204, ownerKey: 204 },
    })) {
      const one = await make();
      const answer = await house.who[who as Who].call("DELETE", `/api/recordings/${one}`);
      expect([who, answer.status]).toEqual([who, status]);
      expect((await look("owner", one)).status).toBe(status === 204 ? 404 : 200);
    }
  });

  test("one that is not finished is listed to its owner and admins alone, even when public", async () => {
    const { room, worker } = await onAir();
    const fact = recording(room);
    await report(worker, fact);
    expect(await listed("user", `room=${room}`)).toEqual([]);
    expect(await listed("owner", `room=${room}`)).toEqual([fact.id]);
    expect(await listed("admin", `room=${room}`)).toEqual([fact.id]);
    await end(room);
  });

  test("of a private room strangers do not learn that there is one", async () => {
    const room = await house.makeRoom({ visibility: "private" });
    const ask = async (slug: string) =>
      (await house.who.user.call("GET", `/api/recordings?room=${slug}`)).body as unknown;
    expect(await ask(room)).toEqual(await ask("no-such-room"));
  });

  test("nobody sets what is not a visibility, or nothing", async () => {
    const id = await finished(await house.makeRoom(), await house.media());
    for (const body of [{}, { visibility: "secret" }, { title: " " }, { title: "x".repeat(121) }])
      expect((await house.who.owner.call("PATCH", `/api/recordings/${id}`, body)).status).toBe(400);
  });
});

describe("addresses of a recording", () => {
  test("are plain while anybody may watch, and signed for twelve hours at most when private", async () => {
    const worker = await house.media({ publicUrl: ":9000" });
    const id = await finished(await house.makeRoom(), worker);
    const base = `http://sameroom.test:9000/vod/${id}/`;
    expect((await look("visitor", id)).body.urls).toEqual({
      playlist: `${base}index.m3u8`,
      poster: `${base}poster.jpg`,
      sprites: `${base}sprites.vtt`,
      file: `${base}recording.mp4`,
    });
    await house.who.owner.call("PATCH", `/api/recordings/${id}`, { visibility: "private" });
    const { playlist, file } = (await look("admin", id)).body.urls;
    const token = /^http:..sameroom.test:9000.vod.[0-9a-f-]+.~([^/]+).index.m3u8$/.exec(playlist)?.[1] ?? "";
    expect(file).toBe(`${base}~${token}/recording.mp4`);
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: "EdDSA", typ: "sameroom-playback+jwt" });
    const { iss, sub, recording: named, room, iat = 0, exp = 0 } = decodeJwt(token);
    expect({ iss, sub, named, room, life: exp - iat }).toEqual({
      ...{ iss: "sameroom", sub: `user:${house.who.admin.id}`, named: id, room: undefined, life: 43_200 },
    });
  });

  test("name what is there: no pictures, no file, nothing before it is ready", async () => {
    const worker = await house.media();
    const room = await house.makeRoom();
    const bare = await finished(room, worker, { hasPictures: false, file: null });
    expect((await look("owner", bare)).body.urls).toMatchObject({ poster: null, sprites: null, file: null });
    const failed = await finished(room, worker, { state: "failed", fault: "no-media" });
    expect((await look("owner", failed)).body).toMatchObject({ urls: null, fault: "no-media" });
  });

  test("media hears who needs no signature, at once and after hello", async () => {
    const worker = await house.media();
    const room = await house.makeRoom();
    const fact = recording(room, READY);
    await report(worker, fact);
    expect(await worker.expect("recording-policy")).toEqual({
      ...{ type: "recording-policy", id: fact.id, open: true },
    });
    const change = (changes: unknown) => house.who.owner.call("PATCH", `/api/recordings/${fact.id}`, changes);
    await change({ visibility: "private" });
    expect(await worker.expect("recording-policy")).toMatchObject({ open: false });
    await change({ title: "Renamed" });
    await house.leave();
    expect(told(worker, "recording-policy")).toEqual([]);
    const again = await house.media({ recordings: [fact] });
    expect(await again.expect("recording-policy")).toMatchObject({ id: fact.id, open: false });
  });
});

describe("what a worker has and what the catalogue knows", () => {
  test("a recording begun while control was away is taken up, with the room's title and visibility", async () => {
    const room = await house.makeRoom({ title: "Evening", visibility: "unlisted" });
    const fact = recording(room, READY);
    const worker = await house.media({ recordings: [fact] });
    await reach(worker);
    expect((await look("user", fact.id)).body).toMatchObject({
      ...{ title: "Evening", visibility: "unlisted", durationMs: 60_000, bytes: 5_000_000 },
      ...{ room: { slug: room, title: "Evening", ownerName: "The owner" }, file: READY.file },
    });
    expect(told(worker, "recording-policy")).toMatchObject([{ id: fact.id, open: true }]);
  });

  test("one that is older than the room, or of none, is left alone", async () => {
    const room = await house.makeRoom();
    const facts = [recording(room, { ...READY, startedUnixMs: 0 }), recording("no-such-room", READY)];
    const worker = await house.media({ recordings: facts });
    await reach(worker);
    for (const { id } of facts) expect((await look("admin", id)).status).toBe(404);
    expect(worker.inbox).toEqual([]);
  });

  test("one deleted while its worker was away is deleted when it comes, and forgotten when that is done", async () => {
    const room = await house.makeRoom();
    const worker = await house.media();
    const fact = recording(room, READY);
    await report(worker, fact);
    await house.leave();
    await house.who.owner.call("DELETE", `/api/recordings/${fact.id}`);
    const deleting = async () =>
      (
        (await house.who.admin.call("GET", "/api/admin/recordings?limit=100")).body.recordings as {
          id: string;
          deleting: boolean;
        }[]
      ).find(({ id }) => id === fact.id);
    expect(await deleting()).toMatchObject({ deleting: true, urls: null });
    const back = await house.media({ recordings: [fact] });
    expect(await back.expect("delete-recording")).toEqual({ type: "delete-recording", id: fact.id });
    await report(back, { ...fact, bytes: 1 });
    expect(await deleting()).toMatchObject({ deleting: true, bytes: 5_000_000 });
    back.send({ type: "recording-deleted", id: fact.id });
    await reach(back);
    expect(await deleting()).toBeUndefined();
  });

  test("a confirmation nobody asked for removes nothing", async () => {
    const worker = await house.media();
    const id = await finished(await house.makeRoom(), worker);
    worker.send({ type: "recording-deleted", id });
    await reach(worker);
    expect((await look("owner", id)).status).toBe(200);
  });

  test("one its worker has not got any more has failed; with it the deleted one is done", async () => {
    const room = await house.makeRoom();
    const worker = await house.media({ worker: "media-7" });
    const [lost, kept, deleted] = [
      await finished(room, worker),
      recording(room, READY),
      await finished(room, worker),
    ];
    await report(worker, kept);
    await house.leave();
    await house.who.owner.call("DELETE", `/api/recordings/${deleted}`);
    await reach(await house.media({ worker: "media-8" }));
    expect((await look("owner", lost)).body.state).toBe("ready");
    await reach(await house.media({ worker: "media-7", recordings: [kept] }));
    expect((await look("owner", lost)).body).toMatchObject({ state: "failed", fault: "damaged" });
    expect((await look("owner", kept.id)).body.state).toBe("ready");
    const { body } = await house.who.admin.call("GET", "/api/admin/recordings?worker=media-7");
    expect((body.recordings as { id: string }[]).map(({ id }) => id).sort()).toEqual([lost, kept.id].sort());
    const back = await house.media({
      worker: "media-7",
      recordings: [kept, recording(room, { ...READY, id: lost })],
    });
    await reach(back);
    expect((await look("owner", lost)).body).toMatchObject({ state: "ready", fault: null });
  });

  test("hundreds of them come with one hello", async () => {
    const room = await house.makeRoom();
    const facts = Array.from({ length: 300 }, (_, index) =>
      recording(room, { ...READY, startedUnixMs: Date.now() + index }),
    );
    const worker = await house.media({ worker: "media-9", recordings: facts });
    await reach(worker);
    const { body } = await house.who.admin.call("GET", "/api/admin/recordings?worker=media-9&limit=1");
    expect(body.total).toEqual({ count: 300, bytes: 1_500_000_000 });
    expect(told(worker, "recording-policy")).toHaveLength(300);
    const seen: string[] = [];
    for (let cursor = ""; ; ) {
      const page = await house.who.user.call("GET", `/api/recordings?room=${room}&limit=100${cursor}`);
      seen.push(...(page.body.recordings as { id: string }[]).map(({ id }) => id));
      if (page.body.nextCursor === null) break;
      cursor = `&cursor=${page.body.nextCursor}`;
    }
    expect(seen).toEqual(facts.map(({ id }) => id).reverse());
  });
});
