import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type House, openHouse } from "../testing/house.fixture.ts";

/** Opening a database takes a second, on a busy machine many. */
const HOOK_MS = 60_000;

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, HOOK_MS);
afterEach(() => house.leave());
afterAll(() => house.close(), HOOK_MS);

/** A new key, as the owner's studio asks for one. */
async function rotate(room: string): Promise<string> {
  const { status, body } = await house.who.owner.call("POST", `/api/rooms/${room}/stream-key`);
  expect(status).toBe(201);
  return body.key;
}

/** Asks as a media worker does whom an encoder's key names. */
async function opener() {
  const worker = await house.media();
  let request = 0;
  return async (room: string | null, key: string) => {
    request += 1;
    worker.send({ type: "check-stream-key", request, room, key });
    const answer = await worker.expect("stream-key");
    expect(answer.request).toBe(request);
    return answer.identity;
  };
}

describe("a stream key", () => {
  test("names its room and the owner as host, whether an encoder says the room or not", async () => {
    const room = await house.makeRoom();
    const key = await rotate(room);
    const check = await opener();
    for (const named of [room, null])
      expect(await check(named, key)).toMatchObject({ room, role: "host", grants: { publish: true } });
  });

  test("works no more as soon as there is a new one", async () => {
    const room = await house.makeRoom();
    const old = await rotate(room);
    const check = await opener();
    expect(await check(room, old)).not.toBeNull();
    const key = await rotate(room);
    expect(await check(room, old)).toBeNull();
    expect(await check(null, old)).toBeNull();
    expect(await check(room, key)).toMatchObject({ room });
  });

  test("opens no other room, and nothing that is not a whole key opens any", async () => {
    const [room, other] = [await house.makeRoom(), await house.makeRoom()];
    const key = await rotate(room);
    await rotate(other);
    const check = await opener();
    expect(await check(other, key)).toBeNull();
    for (const wrong of ["", key.slice(0, -1), `${key}x`, key.slice(0, 9), key.toUpperCase()])
      expect(await check(room, wrong)).toBeNull();
  });
});
