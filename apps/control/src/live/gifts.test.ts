import { randomUUID } from "node:crypto";
import type { RoomEvent } from "@sameroom/contract";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { systemTime } from "../clock.ts";
import { type Client, createClient, signUp } from "../testing/client.fixture.ts";
import { type House, openHouse } from "../testing/house.fixture.ts";
import { publisher } from "../testing/media.fixture.ts";
import { ask, type Viewer } from "../testing/viewer.fixture.ts";

const HOOK_MS = 60_000;
let house: House;
/** A slow clock: however busy the machine is, the pause that ends a combo does not pass by itself. */
const started = Date.now();
const time = { ...systemTime, unixMs: () => started + (Date.now() - started) / 100 };
beforeAll(async () => {
  house = await openHouse({ time });
}, HOOK_MS);
afterEach(() => house.leave());
afterAll(() => house.close(), HOOK_MS);

/** Somebody who has bought 500 coins. */
async function rich(): Promise<Client & { id: string }> {
  const person = await signUp(house.control);
  const id = randomUUID();
  await person.call("POST", "/api/wallet/purchases", { id, package: "handful" });
  await person.call("POST", `/api/payments/sandbox/${id}`, { outcome: "pay" });
  return person;
}
/** A room of the owner's that is on air. */
async function show(): Promise<{ room: string; end: () => Promise<void> }> {
  const room = await house.makeRoom();
  const worker = await house.media();
  worker.send({ type: "publisher", publisher: publisher(room, `session-${room}`) });
  worker.send({ type: "check-stream-key", request: 1, room, key: "x" });
  await worker.expect("stream-key");
  await house.control.settled();
  return {
    room,
    end: async () => void (await house.who.owner.call("POST", `/api/rooms/${room}/end`)),
  };
}
const send = (viewer: Viewer, gift: string, more: object = {}) =>
  ask(viewer, "gift.send", { id: randomUUID(), gift, ...more }) as Promise<{
    ok: boolean;
    value?: { sequence: number; coins: number };
    problem?: { code: string };
  }>;
const wallet = async (client: Client) => (await client.call("GET", "/api/wallet")).body;
const giftsIn = async (room: string): Promise<RoomEvent[]> =>
  (await createClient(house.control).call("GET", `/api/rooms/${room}/events?after=0&types=gift`)).body.events;
const isBalanced = async () => (await house.who.admin.call("GET", "/api/admin/ledger")).body.balanced;

describe("a gift", () => {
  test("is paid, divided, told to everybody and on the leaderboard", async () => {
    const before = await wallet(house.who.owner);
    const { room } = await show();
    const [ann, bo] = [await rich(), await rich()];
    const viewer = await house.come(room, ann);
    const other = await house.come(room, bo);
    expect(await send(viewer, "star", { captureUnixMs: 1_700_000_000_000 })).toMatchObject({
      ok: true,
      value: { coins: 400 },
    });
    const frame = await other.next("room.events", ({ events }) =>
      events.some(({ body }) => body.type === "gift"),
    );
    expect(frame.events.find(({ body }) => body.type === "gift")).toMatchObject({
      ...{ actor: { participant: `user:${ann.id}` }, captureUnixMs: 1_700_000_000_000 },
      body: { gift: "star", name: "Shooting star", price: 100, count: 1, combo: { count: 1 } },
    });
    await send(other, "applause", { count: 3 });
    const { body } = await createClient(house.control).call("GET", `/api/rooms/${room}/supporters`);
    expect(body).toEqual({
      coins: 130,
      supporters: [
        { participant: `user:${ann.id}`, name: expect.any(String), coins: 100, place: 1 },
        { participant: `user:${bo.id}`, name: expect.any(String), coins: 30, place: 2 },
      ],
    });
    const after = await wallet(house.who.owner);
    expect(after.earnings.points - before.earnings.points).toBe(130 * 70);
    const [earned] = (await house.who.owner.call("GET", "/api/wallet/earnings")).body.shows;
    expect(earned).toMatchObject({ room, gifts: 4, coins: 130, points: 130 * 70 });
    const [line] = (await ann.call("GET", "/api/wallet/statement")).body.lines;
    expect(line).toMatchObject({ kind: "gift", points: -10_000, balancePoints: 40_000 });
    expect(line.memo).toMatch(/^1 × Shooting star from .* in Room$/);
    expect(await isBalanced()).toBe(true);
  });

  test("sent twice under one id is paid and told once, also when the show is over by then", async () => {
    const { room, end } = await show();
    const viewer = await house.come(room, await rich());
    const gift = { id: randomUUID(), gift: "crown" };
    const [first, second] = await Promise.all([
      ask(viewer, "gift.send", gift),
      ask(viewer, "gift.send", gift),
    ]);
    expect(second).toEqual(first);
    await end();
    expect(await ask(viewer, "gift.send", gift)).toEqual(first);
    expect(await send(viewer, "rose")).toMatchObject({ ok: false, problem: { code: "room.not_live" } });
    expect(await giftsIn(room)).toHaveLength(1);
  });

  test("of the same kind soon after the one before continues its combo, whoever else sends in between", async () => {
    const { room } = await show();
    const viewer = await house.come(room, await rich());
    const other = await house.come(room, await rich());
    await Promise.all([send(viewer, "rose"), send(viewer, "rose"), send(viewer, "rose", { count: 5 })]);
    await send(other, "rose");
    await send(viewer, "heart");
    await send(viewer, "rose");
    const combos = (await giftsIn(room)).map(({ body, actor }) =>
      body.type === "gift" ? { who: actor?.participant, gift: body.gift, ...body.combo } : null,
    );
    const roses = combos.filter((one) => one?.gift === "rose" && one.who === viewer.snapshot.you.participant);
    expect(new Set(roses.map((one) => one?.id)).size).toBe(1);
    expect(Math.max(...roses.map((one) => one?.count ?? 0))).toBe(8);
    expect(combos.filter((one) => one?.count === 1)).toHaveLength(3);
  });

  test("is refused to who cannot pay, to guests, to the owner, and when there is none of it", async () => {
    const { room } = await show();
    const poor = await house.come(room, await signUp(house.control));
    const guest = await house.come(room, createClient(house.control));
    const owner = await house.come(room, house.who.owner, { role: "viewer" });
    const codes = async (viewer: Viewer, gift: string) => (await send(viewer, gift)).problem?.code;
    expect(await codes(poor, "rose")).toBe("wallet.insufficient");
    expect(await codes(guest, "rose")).toBe("auth.required");
    expect(await codes(owner, "rose")).toBe("gift.own_room");
    expect(await codes(poor, "no-such")).toBe("gift.not_found");
    expect(await codes(poor, "Not A Code")).toBe("request.invalid");
    expect(await giftsIn(room)).toEqual([]);
  });

  test("asked for by many at once never takes more than there is", async () => {
    const { room } = await show();
    const person = await rich();
    const viewers = await Promise.all([1, 2].map(() => house.come(room, person)));
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) => send(viewers[index % 2]!, "coffee")),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(10);
    expect((await wallet(person)).coins).toBe(0);
    expect(await giftsIn(room)).toHaveLength(10);
    expect(await isBalanced()).toBe(true);
  });

  test("that was paid before a crash and not told is told at the next start, once", async () => {
    const { room } = await show();
    const viewer = await house.come(room, await rich());
    await send(viewer, "heart");
    const orm = house.database.orm;
    await house.restart(() => {});
    // As a crash between the two leaves it: the gift is there, its event is not.
    await orm.execute(sql`delete from room_events where body->>'type' = 'gift'
      and room_id = (select id from rooms where slug = ${room})`);
    await orm.execute(sql`update sent_gifts set sequence = null`);
    expect(await giftsIn(room)).toEqual([]);
    await house.restart();
    expect(await giftsIn(room)).toHaveLength(1);
    await house.restart();
    expect(await giftsIn(room)).toHaveLength(1);
  });
});
