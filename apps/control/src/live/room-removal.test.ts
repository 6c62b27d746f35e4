import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type House, openHouse } from "../testing/house.fixture.ts";
import { publisher, READY, recording } from "../testing/media.fixture.ts";
import { enter } from "../testing/viewer.fixture.ts";

/** Opening a database takes a second, on a busy machine many. */
const HOOK_MS = 60_000;

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, HOOK_MS);
afterEach(() => house.leave());
afterAll(() => house.close(), HOOK_MS);

const remove = (room: string) => house.who.owner.call("DELETE", `/api/rooms/${room}`);

describe("a deleted room", () => {
  test("is nobody's any more: not found, not listed, and everybody in it is out", async () => {
    const room = await house.makeRoom();
    const { body } = await house.who.owner.call("GET", `/api/rooms/${room}`);
    const { token } = await house.mint(room, house.who.user);
    const viewer = await house.come(room, house.who.user);
    const out = new Promise<void>((resolve) => void viewer.socket.once("disconnect", () => resolve()));
    const worker = await house.media();
    expect((await remove(room)).status).toBe(204);
    await out;
    expect(await worker.expect("end-room")).toEqual({ type: "end-room", room });
    for (const client of Object.values(house.who))
      for (const address of [room, body.id])
        expect((await client.call("GET", `/api/rooms/${address}`)).body.code).toBe("room.not_found");
    const mine = await house.who.owner.call("GET", "/api/rooms?state=all&mine=1&limit=100");
    expect((mine.body.rooms as { id: string }[]).map(({ id }) => id)).not.toContain(body.id);
    await expect(enter(house.port, token)).rejects.toMatchObject({ code: "room.not_found" });
    expect((await remove(room)).body.code).toBe("room.not_found");
  });

  test("takes its recordings with it, files and all, also those of a worker that is away", async () => {
    const room = await house.makeRoom();
    const [here, away] = [recording(room, READY), recording(room, READY)];
    const gone = await house.media({ worker: "away", recordings: [away] });
    gone.send({ type: "check-stream-key", request: 1, room: "any", key: "x" });
    await gone.expect("stream-key");
    await house.leave();
    const worker = await house.media({ recordings: [here] });
    await worker.expect("recording-policy");
    await remove(room);
    await house.control.settled();
    expect(await worker.expect("delete-recording")).toEqual({ type: "delete-recording", id: here.id });
    for (const { id } of [here, away])
      expect((await house.who.owner.call("GET", `/api/recordings/${id}`)).status).toBe(404);
    const back = await house.media({ worker: "away", recordings: [away] });
    expect(await back.expect("delete-recording")).toEqual({ type: "delete-recording", id: away.id });
  });

  test("no encoder gets in with its key", async () => {
    const room = await house.makeRoom();
    const { key } = (await house.who.owner.call("POST", `/api/rooms/${room}/stream-key`)).body;
    const worker = await house.media();
    const check = async () => {
      worker.send({ type: "check-stream-key", request: 1, room, key });
      return await worker.expect("stream-key");
    };
    expect(await check()).toMatchObject({ identity: { room } });
    await remove(room);
    expect(await check()).toMatchObject({ identity: null });
  });

  test("leaves its address to its owner alone", async () => {
    const room = await house.makeRoom();
    await remove(room);
    const take = (who: "owner" | "admin") =>
      house.who[who].call("POST", "/api/rooms", { title: "Again", slug: room });
    expect((await take("admin")).body.code).toBe("room.slug_taken");
    expect((await take("owner")).status).toBe(201);
    expect((await house.who.user.call("GET", `/api/rooms/${room}`)).body).toMatchObject({
      ...{ title: "Again", broadcasts: [] },
    });
    expect((await remove(room)).status).toBe(204);
  });

  test("is not one that is on air", async () => {
    const room = await house.makeRoom();
    const worker = await house.media();
    const host = await house.come(room, house.who.owner);
    worker.send({ type: "publisher", publisher: publisher(room, "s") });
    await host.next("room.state", ({ state }) => state === "live");
    expect((await remove(room)).body.code).toBe("room.on_air");
    await house.who.owner.call("POST", `/api/rooms/${room}/end`);
    expect((await remove(room)).status).toBe(204);
  });
});
