import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createClient } from "../testing/client.fixture.ts";
import { type House, openHouse } from "../testing/house.fixture.ts";
import { publisher, watcher } from "../testing/media.fixture.ts";

/** Opening a database takes a second, on a busy machine many. */
const HOOK_MS = 60_000;

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, HOOK_MS);
afterEach(() => house.leave());
afterAll(() => house.close(), HOOK_MS);

const guest = () => createClient(house.control);

test("people are announced by name and counted once, with sockets and media together", async () => {
  const room = await house.makeRoom();
  const worker = await house.media();
  const host = await house.come(room, house.who.owner);
  const client = guest();
  const viewer = await house.come(room, client);
  const { you } = viewer.snapshot;
  expect(await host.next("presence.joined", ({ participant }) => participant === you.participant)).toEqual(
    you,
  );
  await house.come(room, client);
  const same = watcher(room, "w1", { participant: you.participant });
  worker.send({ type: "viewer", viewer: same });
  worker.send({ type: "viewer", viewer: watcher(room, "w2") });
  await host.next("presence.joined", ({ participant }) => participant === "guest:w2");
  await host.next("room.viewers", (count) => count === 2);
  const { body } = await guest().call("GET", `/api/rooms/${room}`);
  expect(body.viewers).toBe(2);
  worker.send({ type: "viewer-gone", room, session: "w2", reason: "left" });
  expect((await host.next("presence.left")).participant).toBe("guest:w2");
});

test("whoever sends by an encoder is here as the host, and players without names count among the viewers", async () => {
  const room = await house.makeRoom();
  const worker = await house.media({ audiences: [{ room, players: 2 }] });
  const viewer = await house.come(room, guest());
  expect(viewer.snapshot.room.viewers).toBe(3);
  const participant = `user:${house.who.owner.id}`;
  const encoder = publisher(room, "rtmp-1", { participant, name: "The owner", protocol: "rtmp" });
  worker.send({ type: "publisher", publisher: encoder });
  const host = { participant, name: "The owner", role: "host" };
  expect(await viewer.next("presence.joined", ({ role }) => role === "host")).toEqual(host);
  worker.send({ type: "audience", room, players: 7 });
  await viewer.next("room.viewers", (count) => count === 8);
  // The owner opens the page besides: one person, and no viewer.
  await house.come(room, house.who.owner, { role: "moderator" });
  worker.send({ type: "audience", room, players: 6 });
  await viewer.next("room.viewers", (count) => count === 7);
  const late = await house.come(room, guest());
  expect(late.snapshot.people.filter((one) => one.participant === participant)).toEqual([host]);
  expect(late.snapshot.room.viewers).toBe(8);
  worker.send({ type: "publisher-gone", room, session: "rtmp-1", reason: "left" });
  worker.send({ type: "audience", room, players: 0 });
  // Without the encoder they are somebody who watches.
  await late.next("room.viewers", (count) => count === 3);
});

test("a worker that comes back says anew who is there: encoders, viewers and players", async () => {
  const room = await house.makeRoom();
  const viewer = await house.come(room, guest());
  const encoder = publisher(room, "srt-1", { participant: "user:far", name: "Far", protocol: "srt" });
  const first = await house.media({ publishers: [encoder], audiences: [{ room, players: 4 }] });
  await viewer.next("presence.joined", ({ participant }) => participant === "user:far");
  await viewer.next("room.viewers", (count) => count === 5);
  await first.close();
  await house.media({ audiences: [{ room, players: 1 }] });
  expect((await viewer.next("presence.left")).participant).toBe("user:far");
  await viewer.next("room.viewers", (count) => count === 2);
});

test("a visitor keeps identity and friendly name", async () => {
  const client = guest();
  const first = await house.come(await house.makeRoom(), client);
  const second = await house.come(await house.makeRoom(), client);
  expect(second.snapshot.you).toEqual(first.snapshot.you);
  expect(first.snapshot.you.name).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/);
});
