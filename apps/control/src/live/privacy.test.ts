import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../testing/client.fixture.ts";
import { type House, openHouse, type Who } from "../testing/house.fixture.ts";
import { publisher, watcher } from "../testing/media.fixture.ts";
import { enter, type Viewer } from "../testing/viewer.fixture.ts";

/** Opening a database takes a second, on a busy machine many. */
const HOOK_MS = 60_000;
const PNG = Buffer.concat([Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), Buffer.alloc(64)]);

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, HOOK_MS);
afterEach(() => house.leave());
afterAll(() => house.close(), HOOK_MS);

const slugs = async (who: Who, query: string) =>
  ((await house.who[who].call("GET", `/api/rooms?${query}&limit=100`)).body.rooms as { slug: string }[]).map(
    ({ slug }) => slug,
  );
const closed = (viewer: Viewer) =>
  new Promise<void>((resolve) => void viewer.socket.once("disconnect", () => resolve()));

describe("a list of rooms", () => {
  test.each(["unlisted", "private"])("leaves out %s ones, but for their owner's own", async (visibility) => {
    const room = await house.makeRoom({ visibility });
    for (const who of Object.keys(house.who) as Who[])
      expect(await slugs(who, "state=all"), who).not.toContain(room);
    expect(await slugs("owner", "state=all&mine=1")).toContain(room);
    expect(await slugs("ownerKey", "state=all&mine=1")).toContain(room);
    expect(await slugs("user", "state=all&mine=1")).not.toContain(room);
  });
});

describe("an unlisted room", () => {
  test("is there for everybody who has its address", async () => {
    const room = await house.makeRoom({ visibility: "unlisted", recordingMode: "automatic" });
    for (const client of Object.values(house.who))
      expect((await client.call("GET", `/api/rooms/${room}`)).body).toMatchObject({
        visibility: "unlisted",
        recordingMode: "automatic",
      });
    expect((await house.come(room, house.who.visitor)).snapshot.room.visibility).toBe("unlisted");
  });
});

describe("a private room", () => {
  const SEES: Record<Who, boolean> = {
    ...{ visitor: false, user: false, userKey: false },
    ...{ owner: true, ownerKey: true, admin: true, adminKey: true },
  };
  const nothing = async (who: Who, method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE", path: string) => {
    const body = method === "PUT" ? PNG : method === "PATCH" ? { title: "Mine now" } : undefined;
    const headers = method === "PUT" ? { "content-type": "image/png" } : {};
    const ask = async (room: string) => {
      const answer = await house.who[who].call(method, `/api/rooms/${room}${path}`, body, headers);
      return { status: answer.status, body: answer.body };
    };
    return { ask };
  };

  test.each([
    ["GET", ""],
    ["PATCH", ""],
    ["POST", "/tokens"],
    ["GET", "/stream-key"],
    ["POST", "/stream-key"],
    ["POST", "/end"],
    ["POST", "/recording"],
    ["DELETE", "/recording"],
    ["PUT", "/cover"],
    ["GET", "/cover"],
    ["DELETE", "/cover"],
    ["PUT", "/thumbnail"],
    ["GET", "/thumbnail"],
  ] as const)("%s %s answers strangers as if there were none", async (method, path) => {
    const room = await house.makeRoom({ visibility: "private" });
    for (const who of Object.keys(SEES) as Who[]) {
      const { ask } = await nothing(who, method, path);
      const there = await ask(room);
      if (SEES[who]) expect(there.body?.code, who).not.toBe("room.not_found");
      else expect(there, who).toEqual(await ask("no-such-room"));
    }
  });

  test("is changed by its owner only: admins see it, and are told so", async () => {
    const room = await house.makeRoom({ visibility: "private" });
    const statuses = await Promise.all(
      (["owner", "ownerKey", "admin", "adminKey", "user", "visitor"] as const).map(
        async (who) => (await house.who[who].call("PATCH", `/api/rooms/${room}`, { title: who })).status,
      ),
    );
    expect(statuses).toEqual([200, 200, 403, 403, 404, 401]);
  });

  test("shows its cover to whoever was given the picture's address", async () => {
    const room = await house.makeRoom({ visibility: "private" });
    const put = await house.who.owner.call("PUT", `/api/rooms/${room}/cover`, PNG, {
      "content-type": "image/png",
    });
    const shown = await house.who.visitor.call("GET", put.body.coverUrl);
    expect(shown).toMatchObject({
      status: 200,
      headers: { "cache-control": expect.stringMatching(/^private/) },
    });
    const guessed = await house.who.visitor.call("GET", `/api/rooms/${room}/cover?v=0123456789abcdef.png`);
    expect(guessed.body.code).toBe("room.not_found");
  });

  test("lets in whom an integrator's key sends, and them only", async () => {
    const room = await house.makeRoom({ visibility: "private" });
    const sent = { role: "viewer", participant: "key:ana", name: "Ana" };
    for (const key of ["ownerKey", "adminKey"] as const)
      expect((await house.come(room, house.who[key], sent)).snapshot.you.participant).toBe("key:ana");
    for (const who of ["owner", "admin"] as const)
      expect((await house.come(room, house.who[who])).snapshot.room.slug).toBe(room);
    expect(await house.mint(room, house.who.userKey, sent)).toMatchObject({ code: "room.not_found" });
  });

  test("refuses sockets with a token from before", async () => {
    const room = await house.makeRoom();
    const { token } = await house.mint(room, house.who.visitor);
    const { token: own } = await house.mint(room, house.who.owner);
    await house.who.owner.call("PATCH", `/api/rooms/${room}`, { visibility: "private" });
    await expect(enter(house.port, token)).rejects.toMatchObject({ code: "room.not_found" });
    const back = await enter(house.port, own);
    expect(back.snapshot.room.visibility).toBe("private");
    back.socket.close();
  });
});

describe("a room made private while it is watched", () => {
  test("closes the sockets and the media of strangers, in this room alone", async () => {
    const { owner, admin, user, ownerKey } = house.who;
    const [room, other] = [await house.makeRoom(), await house.makeRoom()];
    const worker = await house.media();
    const host = await house.come(room, owner);
    worker.send({ type: "publisher", publisher: publisher(room, "p", { participant: `user:${owner.id}` }) });
    await host.next("room.state");
    const guest = createClient(house.control);
    const strangers = [await house.come(room, guest), await house.come(room, user)];
    const elsewhere = await house.come(other, guest);
    const moderator = await house.come(room, admin);
    const sent = await house.come(room, ownerKey, { role: "viewer", participant: "key:ana" });
    const stranger = strangers[0]!.snapshot.you.participant;
    for (const [id, participant] of [
      ["w1", stranger],
      ["w2", "guest:only-media"],
      ["w3", `user:${owner.id}`],
      ["w4", `user:${admin.id}`],
      ["w5", "key:ana"],
    ] as const)
      worker.send({ type: "viewer", viewer: watcher(room, id, { participant }) });
    await host.next("presence.joined", ({ participant }) => participant === "guest:only-media");

    const ends = strangers.map(closed);
    await owner.call("PATCH", `/api/rooms/${room}`, { visibility: "private" });
    await Promise.all(ends);
    await house.control.settled();
    const orders = worker.inbox.filter(({ type }) => type === "close-participant");
    const orderFor = (participant: string) => ({ type: "close-participant", participant, room });
    expect(orders).toHaveLength(3);
    expect(orders).toEqual(
      expect.arrayContaining([
        orderFor(stranger),
        orderFor("guest:only-media"),
        orderFor(strangers[1]!.snapshot.you.participant),
      ]),
    );
    for (const viewer of [host, moderator, sent])
      expect((await viewer.next("room.updated")).visibility).toBe("private");
    expect(elsewhere.socket.connected).toBe(true);
    for (const viewer of strangers) expect(viewer.seen("room.updated")).toEqual([]);
    await owner.call("POST", `/api/rooms/${room}/end`);
  });

  test("sends away who comes to media with a token from before, also to a worker that was away", async () => {
    const room = await house.makeRoom();
    const { owner } = house.who;
    const participant = `user:${owner.id}`;
    const first = await house.media();
    first.send({ type: "publisher", publisher: publisher(room, "p", { participant }) });
    await first.expect("room-policy");
    await owner.call("PATCH", `/api/rooms/${room}`, { visibility: "private" });
    first.send({ type: "viewer", viewer: watcher(room, "w9") });
    first.send({ type: "viewer", viewer: watcher(room, "w10", { participant }) });
    expect(await first.expect("close-participant")).toEqual({
      ...{ type: "close-participant", participant: "guest:w9", room },
    });
    await first.close();
    const second = await house.media({
      publishers: [publisher(room, "p", { participant })],
      viewers: [watcher(room, "w10", { participant }), watcher(room, "w11")],
    });
    expect((await second.expect("close-participant")).participant).toBe("guest:w11");
    expect(first.inbox.filter(({ type }) => type === "close-participant")).toEqual([]);
  });
});
