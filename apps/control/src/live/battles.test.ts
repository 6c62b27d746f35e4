import { randomUUID } from "node:crypto";
import {
  BATTLE_AWAY_MS,
  BATTLE_COUNTING_MS,
  BATTLE_LEAD_MS,
  type Battle,
  type BattleDesk,
  CHALLENGE_MS,
  type ControlToMedia,
} from "@sameroom/contract";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Client, createClient, signUp } from "../testing/client.fixture.ts";
import { type House, openHouse } from "../testing/house.fixture.ts";
import { type Media, publisher } from "../testing/media.fixture.ts";
import { SteppedTime } from "../testing/stepped-time.fixture.ts";
import { ask, type Viewer } from "../testing/viewer.fixture.ts";

const HOOK_MS = 120_000;
const time = new SteppedTime();
let house: House;
let ben: Client & { id: string };
let media: Media;
let other: Media;
let rooms: [string, string];
let hosts: [Viewer, Viewer];
let viewers: [Viewer, Viewer];
let count = 0;

beforeAll(async () => {
  house = await openHouse({ time });
  ben = await signUp(house.control, "ben");
}, HOOK_MS);
beforeEach(async () => {
  const ours = await house.makeRoom();
  const theirs = `theirs-${++count}`;
  await ben.call("POST", "/api/rooms", { title: "Ben's", slug: theirs });
  rooms = [ours, theirs];
  media = await house.media({ worker: "one", relayUrl: "http://127.0.0.1:1" });
  other = await house.media({ worker: "two", relayUrl: "http://127.0.0.1:2" });
  goOnAir(0);
  goOnAir(1);
  await house.control.settled();
  hosts = [await house.come(ours, house.who.owner), await house.come(theirs, ben)];
  viewers = [await house.come(ours, house.who.visitor), await house.come(theirs, house.who.visitor)];
}, HOOK_MS);
afterEach(() => house.leave());
afterAll(() => house.close(), HOOK_MS);

const participants = () => [`user:${house.who.owner.id}`, `user:${ben.id}`] as const;
function goOnAir(index: 0 | 1, worker = index === 0 ? media : other): void {
  const [participant, name] = [participants()[index], index === 0 ? "The owner" : "Ben"];
  worker.send({
    type: "publisher",
    publisher: publisher(rooms[index], `${rooms[index]} host`, { participant, name }),
  });
}
async function loseHost(index: 0 | 1): Promise<void> {
  const worker = index === 0 ? media : other;
  worker.send({
    ...{
      type: "publisher-gone",
      room: rooms[index],
      session: `${rooms[index]} host`,
      reason: "connection-lost",
    },
  });
  await viewers[index].next("room.state", ({ state }) => state === "interrupted");
  await house.control.settled();
}
const battleIn = (who: Viewer, accept: (battle: Battle) => boolean = () => true) =>
  who.next("room.battle", accept);
const phaseIn = (who: Viewer, phase: Battle["phase"]) => battleIn(who, (battle) => battle.phase === phase);
const deskOf = (who: Viewer, accept: (desk: BattleDesk) => boolean = () => true) =>
  who.next("battle.desk", accept);
async function orderFor(
  worker: Media,
  room: string,
  accept: (order: Extract<ControlToMedia, { type: "stage" }>) => boolean,
): Promise<Extract<ControlToMedia, { type: "stage" }>> {
  for (;;) {
    const order = await worker.expect("stage");
    if (order.room === room && accept(order)) return order;
  }
}
async function join(terms: { durationS?: number; penaltyS?: number } = {}): Promise<Battle> {
  const asked = await ask(hosts[0], "battle.challenge", { room: rooms[1], durationS: 60, ...terms });
  expect(asked).toMatchObject({ ok: true });
  const { incoming } = await deskOf(hosts[1], (desk) => desk.incoming.length > 0);
  expect(await ask(hosts[1], "battle.answer", { battle: incoming[0]!.battle, accept: true })).toEqual({
    ...{ ok: true, value: null },
  });
  return await phaseIn(viewers[0], "starting");
}
/** Time passes; resolves when all that is due then is done. */
async function pass(ms: number): Promise<void> {
  time.pass(ms);
  await house.control.settled();
}
async function rich(): Promise<Client & { id: string }> {
  const person = await signUp(house.control);
  const id = randomUUID();
  await person.call("POST", "/api/wallet/purchases", { id, package: "handful" });
  await person.call("POST", `/api/payments/sandbox/${id}`, { outcome: "pay" });
  return person;
}
const give = (who: Viewer, gift: string, id = randomUUID()) => ask(who, "gift.send", { id, gift });
const logOf = async (room: string): Promise<{ body: { battle: Battle } }[]> =>
  (await createClient(house.control).call("GET", `/api/rooms/${room}/events?after=0&types=battle`)).body
    .events;

describe("a battle", () => {
  test("joins both stages, counts what is paid in time once, and has a result everybody is told of", async () => {
    const started = await join({ penaltyS: 30 });
    expect(started.sides.map(({ room, name, here }) => [room, name, here])).toEqual([
      [rooms[0], "The owner", true],
      [rooms[1], "Ben", true],
    ]);
    const [ada, bens] = participants();
    // Each worker has its own room's host; the other's comes from where they are.
    expect(await orderFor(media, rooms[0], ({ visitors }) => visitors !== undefined)).toMatchObject({
      ...{ seats: [ada, null, null, null, null, null, null, null, bens], silenced: [] },
      visitors: [{ participant: bens, room: rooms[1], from: "http://127.0.0.1:2" }],
    });
    expect(await orderFor(other, rooms[0], ({ visitors }) => visitors !== undefined)).toMatchObject({
      visitors: [{ from: null }],
    });
    const late = await house.come(rooms[1], house.who.visitor);
    expect(late.snapshot).toMatchObject({
      battle: { id: started.id },
      stage: { members: [{}, { role: "opponent", seat: 8 }] },
    });
    const [ann, bo] = [await rich(), await rich()];
    const [giver, rival] = [await house.come(rooms[0], ann), await house.come(rooms[1], bo)];
    await give(giver, "rose");
    await pass(BATTLE_LEAD_MS);
    await phaseIn(viewers[1], "running");
    const id = randomUUID();
    await give(giver, "star", id);
    await give(giver, "star", id);
    await give(rival, "rose");
    await pass(1_000);
    const counted = await battleIn(viewers[1], ({ sides }) => sides[0].coins > 0);
    expect(counted.sides[0]).toMatchObject({
      coins: 100,
      supporters: [{ participant: `user:${ann.id}`, coins: 100 }],
    });
    // Paid in the last moment, told after it.
    time.step(started.endsUnixMs - 1 - time.unixMs());
    await give(rival, "star");
    time.step(1);
    await give(giver, "star");
    await pass(0);
    await phaseIn(viewers[0], "counting");
    await pass(BATTLE_COUNTING_MS);
    const result = await phaseIn(viewers[1], "result");
    expect(result).toMatchObject({
      outcome: { winner: 1, by: "points" },
      sides: [{ coins: 100 }, { coins: 101 }],
    });
    const { rows } = await house.database.orm.execute<{ side: number; coins: number }>(
      sql`select side, sum(coins)::int as coins from battle_gifts where battle_id = ${started.id} group by 1 order by 1`,
    );
    expect(rows).toEqual([
      { side: 0, coins: 100 },
      { side: 1, coins: 101 },
    ]);
    await pass(30_000);
    expect((await phaseIn(viewers[0], "over")).outcome).toEqual(result.outcome);
    expect(await orderFor(media, rooms[0], ({ seats }) => seats.length === 0)).not.toHaveProperty("visitors");
    for (const room of rooms)
      expect((await logOf(room)).map(({ body }) => body.battle.phase)).toEqual([
        "starting",
        "result",
        "over",
      ]);
  });

  test("is given up by who leaves, and by a show that ends", async () => {
    await join();
    await ask(hosts[1], "battle.leave", {});
    expect(await phaseIn(viewers[0], "over")).toMatchObject({ outcome: { winner: 0, by: "forfeit" } });
    expect(await ask(hosts[1], "battle.leave", {})).toMatchObject({ problem: { code: "battle.not_found" } });
    await join();
    await ask(hosts[0], "room.end", {});
    expect(
      await battleIn(viewers[1], ({ phase, outcome }) => phase === "over" && outcome?.winner === 1),
    ).toBeDefined();
  });

  test("waits a while for a host who was lost, on whichever worker they come back", async () => {
    await join();
    await pass(BATTLE_LEAD_MS);
    await loseHost(1);
    expect((await battleIn(viewers[0], ({ sides }) => !sides[1].here)).phase).toBe("running");
    goOnAir(1, media);
    await battleIn(viewers[0], ({ sides }) => sides[1].here);
    await orderFor(
      other,
      rooms[1],
      ({ seats, visitors }) => seats.length > 0 && visitors?.[0]?.from === "http://127.0.0.1:1",
    );
    media.send({
      ...{ type: "publisher-gone", room: rooms[1], session: `${rooms[1]} host`, reason: "connection-lost" },
    });
    await battleIn(viewers[0], ({ sides }) => !sides[1].here);
    await pass(BATTLE_AWAY_MS);
    expect(await phaseIn(viewers[0], "over")).toMatchObject({ outcome: { winner: 0, by: "forfeit" } });
  });

  test("goes on after control was away over its end, with what was paid before", async () => {
    const started = await join();
    await pass(BATTLE_LEAD_MS);
    const giver = await house.come(rooms[1], await rich());
    await give(giver, "rose");
    await house.restart(() => time.step(60_000 + BATTLE_COUNTING_MS));
    const back = await house.come(rooms[0], house.who.owner);
    expect(back.snapshot.battle).toMatchObject({
      ...{
        id: started.id,
        phase: "result",
        outcome: { winner: 1, by: "points" },
        sides: [{ coins: 0 }, { coins: 1 }],
      },
    });
  });

  test("has another round when both want it, with points of its own", async () => {
    const started = await join({ durationS: 10 });
    await pass(BATTLE_LEAD_MS);
    const giver = await house.come(rooms[0], await rich());
    await give(giver, "rose");
    await pass(10_000);
    await pass(BATTLE_COUNTING_MS);
    await phaseIn(viewers[0], "result");
    await ask(hosts[0], "battle.again", { again: true });
    expect((await battleIn(viewers[1], ({ sides }) => sides[0].again)).phase).toBe("result");
    await ask(hosts[1], "battle.again", { again: true });
    expect(await battleIn(viewers[1], ({ round }) => round === 2)).toMatchObject({
      ...{
        id: started.id,
        phase: "starting",
        outcome: null,
        sides: [{ coins: 0, again: false }, { coins: 0 }],
      },
    });
  });

  test("shows the opponent's camera and microphone as their own room knows them", async () => {
    await ask(hosts[1], "host.notice", { kind: "microphone", muted: true });
    await join();
    const stageIn = async (room: string) =>
      (await house.come(room, house.who.visitor)).snapshot.stage.members.at(-1);
    expect(await stageIn(rooms[0])).toMatchObject({ microphoneMuted: true, cameraOff: false });
    await ask(hosts[1], "host.notice", { kind: "camera", off: true });
    await ask(hosts[1], "host.notice", { kind: "microphone", muted: false });
    await house.control.settled();
    expect(await stageIn(rooms[0])).toMatchObject({
      ...{ role: "opponent", name: "Ben", state: "on" },
      ...{ microphoneMuted: false, cameraOff: true },
    });
    expect(await stageIn(rooms[1])).toMatchObject({ role: "opponent", cameraOff: false });
    await ask(hosts[1], "host.notice", { kind: "camera", off: false });
    await house.control.settled();
    expect(await stageIn(rooms[0])).toMatchObject({ cameraOff: false });
  });

  test("silences the opponent for the own room alone", async () => {
    await join();
    expect(await ask(hosts[0], "battle.mute", { silenced: true })).toMatchObject({ ok: true });
    const [ada, bens] = participants();
    expect((await orderFor(media, rooms[0], ({ silenced }) => silenced.length > 0)).silenced).toEqual([bens]);
    await ask(hosts[1], "stage.layout", { layout: "grid", spotlight: null });
    await house.control.settled();
    const orders = other.inbox.filter((one) => one.type === "stage" && one.room === rooms[1]);
    expect(orders.filter((one) => one.type === "stage" && one.silenced.includes(ada))).toEqual([]);
  });
});

describe("a challenge", () => {
  test("finds who can be challenged, and is void in time", async () => {
    const found = await ask(hosts[0], "battle.find", { query: rooms[1] });
    expect(found.value).toEqual({
      rooms: [{ room: rooms[1], title: "Ben's", name: "The ben", viewers: expect.any(Number) }],
    });
    await ask(hosts[0], "battle.challenge", { room: rooms[1] });
    await deskOf(hosts[1], ({ incoming }) => incoming.length === 1);
    await pass(CHALLENGE_MS);
    await deskOf(hosts[1], ({ incoming }) => incoming.length === 0);
    expect((await deskOf(hosts[0], ({ outgoing }) => outgoing.length === 0)).outgoing).toEqual([]);
  });

  test("of each other is an acceptance; whoever is in a battle is not found", async () => {
    await ask(hosts[0], "battle.challenge", { room: rooms[1] });
    await ask(hosts[1], "battle.challenge", { room: rooms[0] });
    await phaseIn(viewers[0], "starting");
    expect((await ask(hosts[0], "battle.find", { query: rooms[1] })).value).toEqual({ rooms: [] });
    expect(await ask(hosts[0], "battle.challenge", { room: rooms[1] })).toMatchObject({
      problem: { code: "battle.busy" },
    });
  });

  test("does not reach who will not be disturbed, is off the air, or is the same owner's", async () => {
    await ask(hosts[1], "battle.open", { open: false });
    const challenge = async (room: string) =>
      (await ask(hosts[0], "battle.challenge", { room })).problem?.code;
    expect(await challenge(rooms[1])).toBe("battle.do_not_disturb");
    expect((await ask(hosts[0], "battle.find", {})).value).not.toMatchObject({ rooms: [{ room: rooms[1] }] });
    const own = await house.makeRoom();
    expect(await challenge(own)).toBe("room.not_live");
    media.send({
      type: "publisher",
      publisher: publisher(own, `${own} host`, { participant: "user:somebody" }),
    });
    media.send({ type: "check-stream-key", request: 1, room: own, key: "x" });
    await media.expect("stream-key");
    await house.control.settled();
    expect(await challenge(own)).toBe("battle.not_possible");
  });

  test("is not needed by two who wait for whoever comes", async () => {
    await ask(hosts[0], "battle.queue", { on: true, durationS: 90 });
    expect((await deskOf(hosts[0])).queuedSinceUnixMs).not.toBeNull();
    await ask(hosts[1], "battle.queue", { on: true });
    expect(await phaseIn(viewers[1], "starting")).toMatchObject({ durationS: 90 });
    expect((await deskOf(hosts[0], (desk) => desk.queuedSinceUnixMs === null)).queuedSinceUnixMs).toBeNull();
  });
});
