import { FakeClock } from "@sameroom/base/testing";
import { type CommandValue, RAID_COUNTDOWN_MS, type RoomEvent } from "@sameroom/contract";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Client, signUp } from "../testing/client.fixture.ts";
import { type House, openHouse } from "../testing/house.fixture.ts";
import { type Media, publisher, watcher } from "../testing/media.fixture.ts";
import { ask } from "../testing/viewer.fixture.ts";

const HOOK_MS = 60_000;
const clock = new FakeClock({ unixMs: Date.now() });
let house: House;
let friend: Client & { id: string };
beforeAll(async () => {
  house = await openHouse({ time: clock });
  friend = await signUp(house.control, "friend");
}, HOOK_MS);
afterEach(() => house.leave());
afterAll(() => house.close(), HOOK_MS);

let rooms = 0;
async function roomOf(client: Client): Promise<string> {
  const slug = `raid-${++rooms}`;
  await client.call("POST", "/api/rooms", { title: `Show ${rooms}`, slug });
  return slug;
}
async function twoShows(): Promise<{ here: string; there: string; worker: Media }> {
  const [here, there] = [await roomOf(house.who.owner), await roomOf(friend)];
  const worker = await house.media();
  for (const room of [here, there])
    worker.send({ type: "publisher", publisher: publisher(room, `s-${room}`) });
  await expect.poll(() => stateOf(there)).toBe("live");
  await expect.poll(() => stateOf(here)).toBe("live");
  return { here, there, worker };
}
const stateOf = async (room: string) => (await friend.call("GET", `/api/rooms/${room}`)).body.state;
const host = (room: string) => house.come(room, house.who.owner, { role: "host" });
async function told(room: string): Promise<RoomEvent[]> {
  const { body } = await house.who.visitor.call("GET", `/api/rooms/${room}/events?after=0&types=raid,raided`);
  return body.events;
}
const phases = async (room: string) =>
  (await told(room)).map(({ body }) => (body.type === "raid" ? body.phase : body.type));
const goes = async () => {
  clock.advance(RAID_COUNTDOWN_MS);
  await house.control.settled();
};

describe("a raid", () => {
  test("takes the viewers along after the countdown: the other chat hears who comes, the show ends", async () => {
    const { here, there, worker } = await twoShows();
    for (const id of ["w1", "w2"]) worker.send({ type: "viewer", viewer: watcher(here, id) });
    const leader = await host(here);
    expect(await ask(leader, "raid.start", { room: there })).toMatchObject({ ok: true });
    const late = await house.come(here, house.who.visitor);
    expect(late.snapshot.raid).toMatchObject({
      ...{ to: { slug: there, host: "The friend" }, goesAtUnixMs: clock.unixMs() + RAID_COUNTDOWN_MS },
    });
    clock.advance(RAID_COUNTDOWN_MS - 1);
    await house.control.settled();
    expect(await phases(here)).toEqual(["starting"]);
    clock.advance(1);
    await expect.poll(() => stateOf(here)).toBe("ended");
    expect(await phases(here)).toEqual(["starting", "gone"]);
    const [raided] = await told(there);
    expect(raided).toMatchObject({
      // An owner at home is a guest there: no badge.
      actor: { name: "The owner", standings: [] },
      body: { type: "raided", from: { slug: here, host: "The owner" }, viewers: 3 },
    });
    expect(await stateOf(there)).toBe("live");
  });

  test("is called off once, and a second one has to wait for that", async () => {
    const { here, there } = await twoShows();
    const leader = await host(here);
    await ask(leader, "raid.start", { room: there });
    expect(await ask(leader, "raid.start", { room: there })).toMatchObject({
      problem: { code: "raid.under_way" },
    });
    expect(await ask(leader, "raid.cancel", {})).toMatchObject({ ok: true });
    expect(await ask(leader, "raid.cancel", {})).toMatchObject({ problem: { code: "raid.none" } });
    await goes();
    expect(await phases(here)).toEqual(["starting", "cancelled"]);
    expect(await told(there)).toEqual([]);
    expect(await stateOf(here)).toBe("live");
    expect((await host(here)).snapshot.raid).toBeNull();
  });

  test("goes as well when control was away at the time, and once", async () => {
    const { here, there } = await twoShows();
    await ask(await host(here), "raid.start", { room: there });
    await house.restart(() => clock.advance(RAID_COUNTDOWN_MS + 60_000));
    await expect.poll(() => phases(here)).toEqual(["starting", "gone"]);
    clock.advance(60_000);
    await house.control.settled();
    expect(await phases(there)).toEqual(["raided"]);
    expect(await phases(here)).toEqual(["starting", "gone"]);
    expect(await stateOf(here)).toBe("ended");
  });

  test("that ends otherwise is off: the show's end, the target's end", async () => {
    const { here, there, worker } = await twoShows();
    const leader = await host(here);
    await ask(leader, "raid.start", { room: there });
    worker.send({ type: "publisher-gone", room: there, session: `s-${there}`, reason: "ended" });
    await expect.poll(() => stateOf(there)).toBe("ended");
    await goes();
    expect(await phases(here)).toEqual(["starting", "cancelled"]);
    expect(await stateOf(here)).toBe("live");
  });
});

describe("where a raid may go", () => {
  test("is what the other room says, and the list knows it", async () => {
    const { here, there } = await twoShows();
    const leader = await host(here);
    const offered = async (query = there) => {
      const { value } = await ask(leader, "raid.find", { query });
      return (value as CommandValue<"raid.find">).rooms.map(({ room }) => room);
    };
    const rules = (from: string) => friend.call("PUT", `/api/rooms/${there}/raid-rules`, { from });
    const refused = async () => (await ask(leader, "raid.start", { room: there })).problem?.detail;
    expect(await offered()).toEqual([there]);
    expect(await offered("THE FRIEND")).toContain(there);
    expect(await offered("100%")).toEqual([]);
    await rules("nobody");
    expect(await offered()).toEqual([]);
    expect(await refused()).toBe("The friend takes no raids.");
    await rules("followed");
    expect(await offered()).toEqual([]);
    expect(await refused()).toMatch(/only of people they follow/);
    await friend.call("PUT", `/api/rooms/${here}/follow`);
    expect(await offered()).toEqual([there]);
    await friend.call("PATCH", `/api/rooms/${there}`, { visibility: "unlisted" });
    expect(await offered()).toEqual([]);
    expect(await refused()).toMatch(/public/);
    expect((await ask(leader, "raid.start", { room: here })).problem?.detail).toMatch(/your own/);
    expect(await ask(leader, "raid.start", { room: "no-such-room" })).toMatchObject({
      problem: { code: "room.not_found" },
    });
    expect(await told(here)).toEqual([]);
  });
});
