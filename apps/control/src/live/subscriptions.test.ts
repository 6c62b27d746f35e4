import { randomUUID } from "node:crypto";
import type { RoomEvent } from "@sameroom/contract";
import { decodeJwt } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Client, createClient, signUp } from "../testing/client.fixture.ts";
import { type House, openHouse } from "../testing/house.fixture.ts";
import { publisher } from "../testing/media.fixture.ts";
import { createTimeTravel } from "../testing/time-travel.fixture.ts";
import { ask } from "../testing/viewer.fixture.ts";

const HOOK_MS = 120_000;
const DAY_MS = 86_400_000;
type Person = Client & { id: string };

let house: House;
const time = createTimeTravel(Date.UTC(2027, 0, 10));
/** Everybody whose session must not run out while months pass. */
const people: Client[] = [];
beforeAll(async () => {
  house = await openHouse({ time });
  people.push(house.who.owner, house.who.admin);
  const tiers = { friend: 499, patron: 1499 };
  for (const [index, [name, amount]] of Object.entries(tiers).entries())
    await house.who.owner.call("PUT", `/api/channel/tiers/${index + 1}`, { name, amount, offered: true });
}, HOOK_MS);
afterEach(() => house.leave());
afterAll(() => house.close(), HOOK_MS);

async function person(): Promise<Person> {
  const one = await signUp(house.control);
  people.push(one);
  return one;
}
const stayLoggedIn = () => Promise.all(people.map((one) => one.call("GET", "/api/session")));
async function days(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 15) {
    time.pass(Math.min(15, left) * DAY_MS);
    await stayLoggedIn();
    // What looks at subscriptions is due again only once it has looked.
    await house.control.settled();
  }
}
/** Somebody orders; returns the order. */
async function order(buyer: Client, room: string, body: object = { level: 1 }, gift = false) {
  const address = `/api/rooms/${room}/subscription${gift ? "-gifts" : ""}`;
  return await buyer.call("POST", address, { id: randomUUID(), ...body });
}
async function pay(buyer: Client, id: string, outcome = "pay") {
  const answer = await buyer.call("POST", `/api/subscriptions/${id}/sandbox`, { outcome });
  await house.control.settled();
  return answer;
}
async function subscriber(room: string, level = 1): Promise<Person & { order: string }> {
  const one = await person();
  const { body } = await order(one, room, { level });
  expect((await pay(one, body.id)).body.state).toBe("active");
  return Object.assign(one, { order: body.id as string });
}
const offer = async (client: Client, room: string) =>
  (await client.call("GET", `/api/rooms/${room}/subscription`)).body;
const told = async (room: string): Promise<RoomEvent[]> =>
  (await house.who.owner.call("GET", `/api/rooms/${room}/events?after=0&types=subscription`)).body.events;
const earned = async () => (await house.who.owner.call("GET", "/api/wallet")).body.earnings.points;
const ledger = async () => (await house.who.admin.call("GET", "/api/admin/ledger")).body;

describe("a subscription", () => {
  test("is nothing anybody can buy before the owner turns it on, nor of one's own channel", async () => {
    const channel = await person();
    const { slug } = (await channel.call("POST", "/api/rooms", { title: "Quiet" })).body;
    const fan = await person();
    expect(await offer(fan, slug)).toMatchObject({ tiers: [], yours: null });
    expect((await order(fan, slug)).body.code).toBe("subscription.not_offered");
    const off = { name: "Friend", amount: 300, offered: false };
    expect((await channel.call("PUT", "/api/channel/tiers/3", off)).status).toBe(200);
    expect((await order(fan, slug, { level: 3 })).body.code).toBe("subscription.not_offered");
    expect((await channel.call("PUT", "/api/channel/tiers/4", off)).status).toBe(400);
    await channel.call("PUT", "/api/channel/tiers/3", { ...off, offered: true });
    expect((await order(channel, slug, { level: 3 })).body.code).toBe("subscription.own_channel");
    expect((await offer(createClient(house.control), slug)).tiers).toMatchObject([
      { level: 3, name: "Friend", price: { amount: 300, currency: "usd" } },
    ]);
  });

  test("is in force in all rooms of the channel the moment it is paid, told once, and earns once", async () => {
    const [room, other] = [await house.makeRoom(), await house.makeRoom()];
    const fan = await person();
    const viewer = await house.come(other, fan);
    expect(viewer.snapshot.standings).toEqual(["viewer"]);
    const before = await earned();
    const { status, body } = await order(fan, room);
    expect(status).toBe(201);
    expect(body.checkoutUrl).toBe(`/checkout/sandbox/subscription/${body.id}`);
    const answers = await Promise.all([pay(fan, body.id), pay(fan, body.id)]);
    expect(answers.map(({ body: { state } }) => state)).toContain("active");
    expect(await viewer.next("you.standings")).toEqual(["subscriber", "viewer"]);
    expect(await told(room)).toMatchObject([
      {
        actor: { participant: `user:${fan.id}`, standings: ["subscriber"], months: 1 },
        body: { action: "joined", tier: "friend", months: 1, recipients: [] },
      },
    ]);
    // 4.99 at 7.00 a thousand coins, less 30 per cent.
    expect((await earned()) - before).toBe(49_900);
    expect((await ledger()).balanced).toBe(true);
    expect((await offer(fan, other)).yours).toMatchObject({ tier: "friend", months: 1, renews: true });
    expect((await order(fan, other)).body.code).toBe("subscription.already");
    const { value } = (await ask(viewer, "chat.send", { id: randomUUID(), text: "hello" })) as {
      value: { sequence: number };
    };
    const { events } = (
      await fan.call("GET", `/api/rooms/${other}/events?after=${value.sequence - 1}&limit=1`)
    ).body;
    expect(events[0].actor).toMatchObject({ standings: ["subscriber"], months: 1 });
    await fan.call("PATCH", `/api/subscriptions/${body.id}`, { renews: false });
  });

  test("that is declined or opened again costs nothing", async () => {
    const room = await house.makeRoom();
    const fan = await person();
    const first = (await order(fan, room)).body.id;
    const second = (await order(fan, room, { level: 2 })).body.id;
    expect((await fan.call("GET", `/api/subscriptions/${first}`)).body.state).toBe("failed");
    expect((await pay(fan, first)).body.code).toBe("purchase.settled");
    expect((await pay(fan, second, "decline")).body.state).toBe("failed");
    expect((await offer(fan, room)).yours).toBeNull();
    expect((await pay(await person(), second)).body.code).toBe("subscription.not_found");
    expect((await fan.call("GET", "/api/subscriptions")).body).toEqual({ running: [], orders: [] });
  });

  test("renews each month, whatever happened to the process, until it is ended; then it runs out", async () => {
    const room = await house.makeRoom();
    const fan = await subscriber(room);
    const before = await earned();
    await days(33);
    expect(await offer(fan, room)).toMatchObject({ yours: { months: 2, renews: true } });
    await house.restart(() => time.pass(27 * DAY_MS));
    await stayLoggedIn();
    expect((await offer(fan, room)).yours.months).toBe(3);
    expect((await earned()) - before).toBe(2 * 49_900);
    const viewer = await house.come(room, fan);
    expect(viewer.snapshot.standings).toEqual(["subscriber", "viewer"]);
    const change = (renews: boolean) => fan.call("PATCH", `/api/subscriptions/${fan.order}`, { renews });
    expect((await change(false)).body).toMatchObject({ state: "active", renews: false });
    expect((await change(true)).body.renews).toBe(true);
    expect((await change(false)).body.renews).toBe(false);
    await days(32);
    expect(await viewer.next("you.standings")).toEqual(["viewer"]);
    expect((await offer(fan, room)).yours).toBeNull();
    expect((await change(true)).body.code).toBe("subscription.ended");
    expect((await earned()) - before).toBe(2 * 49_900);
    expect((await told(room)).map(({ body }) => "action" in body && body.action)).toEqual([
      ...["joined", "renewed", "renewed"],
    ]);
    // And can be begun anew.
    expect((await pay(fan, (await order(fan, room)).body.id)).body.state).toBe("active");
  });

  test("that was refunded is over at once, and takes back what it earned", async () => {
    const room = await house.makeRoom();
    const before = await earned();
    const fan = await subscriber(room, 2);
    const viewer = await house.come(room, fan);
    const { payments } = (await house.who.admin.call("GET", "/api/admin/subscription-payments")).body;
    expect(payments[0]).toMatchObject({ kind: "joined", tier: "patron", state: "paid" });
    const address = `/api/admin/subscription-payments/${payments[0].id}/refund`;
    expect((await house.who.admin.call("POST", address)).body.state).toBe("refunded");
    expect((await house.who.admin.call("POST", address)).body.code).toBe("purchase.settled");
    expect(await viewer.next("you.standings")).toEqual(["viewer"]);
    expect(await earned()).toBe(before);
    expect((await ledger()).balanced).toBe(true);
    expect((await offer(fan, room)).yours).toBeNull();
  });
});

describe("a gift", () => {
  test("is for who is there, lasts as long as it says, and never renews", async () => {
    const room = await house.makeRoom();
    const [giver, lucky, far] = [await person(), await person(), await person()];
    const to = { participant: `user:${lucky.id}` };
    expect((await order(giver, room, { level: 1, months: 2, to }, true)).body.code).toBe(
      "subscription.nobody",
    );
    await house.come(room, giver);
    const viewer = await house.come(room, lucky);
    await house.come(room, house.who.visitor);
    const few = await order(giver, room, { level: 1, to: { random: 2 } }, true);
    expect(few.body.code).toBe("subscription.nobody");
    const gift = (await order(giver, room, { level: 1, months: 2, to }, true)).body;
    expect(gift).toMatchObject({ price: { amount: 998 }, months: 2, recipients: [expect.any(String)] });
    expect((await pay(giver, gift.id)).body.state).toBe("active");
    expect(await viewer.next("you.standings")).toEqual(["subscriber", "viewer"]);
    expect(await told(room)).toMatchObject([
      {
        actor: { participant: `user:${giver.id}`, standings: [] },
        body: { action: "gifted", months: 2, recipients: [{ participant: `user:${lucky.id}` }] },
      },
    ]);
    expect((await offer(lucky, room)).yours).toMatchObject({ renews: false, order: null, months: 1 });
    await house.come(room, far);
    const lots = (await order(giver, room, { level: 1, to: { random: 1 } }, true)).body;
    await pay(giver, lots.id);
    expect((await offer(far, room)).yours).toMatchObject({ giver: expect.any(String) });
    await days(40);
    expect((await offer(far, room)).yours).toBeNull();
    expect((await offer(lucky, room)).yours.months).toBe(2);
    await days(30);
    expect((await offer(lucky, room)).yours).toBeNull();
  });
});

describe("what is for subscribers", () => {
  test("a chat: they write, others are told why not", async () => {
    const room = await house.makeRoom();
    const host = await house.come(room, house.who.owner, { role: "moderator" });
    await ask(host, "chat.mode", { who: "subscribers" });
    const say = async (client: Client) =>
      await ask(await house.come(room, client), "chat.send", { id: randomUUID(), text: "hello" });
    expect((await say(await person())).problem?.code).toBe("chat.subscribers_only");
    expect((await say(await subscriber(room))).ok).toBe(true);
  });

  test("a room: found by all, watched by subscribers, the owner, moderators, admins and an integrator's people", async () => {
    const room = await house.makeRoom({ visibility: "subscribers" });
    const worker = await house.media({ publicUrl: ":9000" });
    const participant = `user:${house.who.owner.id}`;
    worker.send({ type: "publisher", publisher: publisher(room, `session-${room}`, { participant }) });
    expect(await worker.expect("room-policy")).toMatchObject({ room, open: false });
    await house.control.settled();
    const [fan, stranger, helper] = [await subscriber(room), await person(), await person()];
    const { username } = (await helper.call("GET", "/api/session")).body.account;
    await house.who.owner.call("POST", `/api/rooms/${room}/moderators`, { username });
    expect((await stranger.call("GET", `/api/rooms/${room}`)).body.visibility).toBe("subscribers");
    const { rooms } = (await house.who.visitor.call("GET", "/api/rooms")).body;
    expect(rooms.map(({ slug }: { slug: string }) => slug)).toContain(room);
    for (const client of [stranger, house.who.visitor, house.who.userKey]) {
      expect((await client.call("POST", `/api/rooms/${room}/tokens`)).body.code).toBe(
        "room.subscribers_only",
      );
      expect((await client.call("GET", `/api/rooms/${room}/events`)).body.code).toBe("room.subscribers_only");
    }
    for (const client of [house.who.owner, house.who.admin, helper, fan])
      expect((await client.call("POST", `/api/rooms/${room}/tokens`)).status).toBe(201);
    await house.come(room, house.who.ownerKey, { role: "viewer", participant: "key:their-own" });
    const minted = (await fan.call("POST", `/api/rooms/${room}/tokens`)).body;
    const signature = /~([^/]+)\//.exec(minted.playback.playlist)?.[1] ?? "";
    expect(decodeJwt(signature)).toMatchObject({ room, sub: `user:${fan.id}` });

    const viewer = await house.come(room, fan);
    const { payments } = (await house.who.admin.call("GET", "/api/admin/subscription-payments")).body;
    const left = new Promise((resolve) => viewer.socket.once("disconnect", resolve));
    await house.who.admin.call("POST", `/api/admin/subscription-payments/${payments[0].id}/refund`);
    await left;
    const closing = await worker.expect("close-participant");
    expect(closing).toMatchObject({ participant: `user:${fan.id}`, room });
    expect((await fan.call("POST", `/api/rooms/${room}/tokens`)).body.code).toBe("room.subscribers_only");
  });

  test("a room that becomes it: who is none is sent away, who is stays", async () => {
    const room = await house.makeRoom();
    const [fan, stranger] = [await subscriber(room), await person()];
    const [stays, goes] = [await house.come(room, fan), await house.come(room, stranger)];
    const left = new Promise((resolve) => goes.socket.once("disconnect", resolve));
    await house.who.owner.call("PATCH", `/api/rooms/${room}`, { visibility: "subscribers" });
    await left;
    expect(await stays.next("room.updated")).toMatchObject({ visibility: "subscribers" });
    expect(stays.socket.connected).toBe(true);
  });
});

test("the owner sees who subscribes, and what it brought", async () => {
  const channel = await person();
  const { slug } = (await channel.call("POST", "/api/rooms", { title: "Channel" })).body;
  await channel.call("PUT", "/api/channel/tiers/1", { name: "Friend", amount: 700, offered: true });
  const fans = [await subscriber(slug), await subscriber(slug)];
  const { body } = await channel.call("GET", "/api/channel/subscribers");
  expect(body).toMatchObject({ count: 2, earnedPoints: 140_000 });
  expect(body.subscribers.map(({ id }: { id: string }) => id).sort()).toEqual(
    fans.map(({ id }) => id).sort(),
  );
  expect((await fans[0]!.call("GET", "/api/subscriptions")).body).toMatchObject({
    running: [{ channel: { id: channel.id }, room: slug, price: { amount: 700 }, renews: true }],
    orders: [{ id: fans[0]!.order, state: "active" }],
  });
});
