import { type ControlToMedia, SEAT_KEPT_MS, type Stage } from "@sameroom/contract";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Client } from "../testing/client.fixture.ts";
import { signUp } from "../testing/client.fixture.ts";
import { type House, openHouse } from "../testing/house.fixture.ts";
import { type Media, publisher } from "../testing/media.fixture.ts";
import { ask, type Viewer } from "../testing/viewer.fixture.ts";

/** Opening a database takes a second, on a busy machine many. */
const HOOK_MS = 120_000;

let house: House;
let ben: Client & { id: string };
let benIs: string;
let room: string;
let media: Media;
let host: Viewer;
let viewer: Viewer;
let guest: Viewer;

beforeAll(async () => {
  house = await openHouse();
  ben = await signUp(house.control, "ben");
  benIs = `user:${ben.id}`;
}, HOOK_MS);
beforeEach(async () => {
  room = await house.makeRoom();
  media = await house.media();
  const owner = `user:${house.who.owner.id}`;
  media.send({ type: "publisher", publisher: publisher(room, `${room} host`, { participant: owner }) });
  host = await house.come(room, house.who.owner);
  viewer = await house.come(room, house.who.visitor);
  guest = await house.come(room, ben);
  if (host.snapshot.room.state !== "live") await host.next("room.state", ({ state }) => state === "live");
}, HOOK_MS);
afterEach(() => house.leave());
afterAll(() => house.close(), HOOK_MS);

const asGuest = (more: Partial<Parameters<typeof publisher>[2]> = {}) =>
  publisher(room, `${room} ben`, { participant: benIs, name: "Ben", role: "guest", ...more });
/** The next stage this person is told of. */
async function stageOf(who: Viewer, accept: (stage: Stage) => boolean = () => true): Promise<Stage> {
  for (;;) {
    const { events } = await who.next("room.events");
    for (const { body } of events) if (body.type === "stage" && accept(body.stage)) return body.stage;
  }
}
async function orderWith(
  accept: (order: Extract<ControlToMedia, { type: "stage" }>) => boolean,
): Promise<Extract<ControlToMedia, { type: "stage" }>> {
  for (;;) {
    const order = await media.expect("stage");
    if (order.room === room && accept(order)) return order;
  }
}
async function goOnStage(): Promise<void> {
  expect(await ask(host, "stage.invite", { participant: benIs })).toMatchObject({ ok: true });
  await guest.next("stage.invited");
  expect(await ask(guest, "stage.answer", { accept: true })).toMatchObject({ ok: true });
  media.send({ type: "publisher", publisher: asGuest() });
  await stageOf(viewer, ({ members }) => members[1]?.state === "on");
}

describe("a room's stage", () => {
  test("a hand, an invitation, a token, a seat: everybody is told what concerns them", async () => {
    expect((await ben.call("POST", `/api/rooms/${room}/tokens`, { role: "guest" })).status).toBe(403);
    expect(await ask(guest, "stage.ask", { up: true, note: "Salt" })).toMatchObject({ ok: true });
    expect(await host.next("stage.hands")).toMatchObject([
      { participant: benIs, note: "Salt", invited: false },
    ]);
    expect(viewer.seen("stage.hands")).toEqual([]);
    await ask(host, "stage.invite", { participant: benIs });
    expect(await guest.next("stage.invited")).toEqual({ name: "The owner" });
    expect(await ask(guest, "stage.answer", { accept: true })).toMatchObject({ ok: true });
    expect(await guest.next("you.standings")).toContain("guest");
    expect((await stageOf(viewer)).members).toMatchObject([
      { role: "host", seat: 0, state: "on" },
      { participant: benIs, role: "guest", seat: 1, state: "joining" },
    ]);
    const minted = await ben.call("POST", `/api/rooms/${room}/tokens`, { role: "guest" });
    expect(minted.body).toMatchObject({ role: "guest", grants: { publish: true, moderate: false } });
    media.send({ type: "publisher", publisher: asGuest() });
    expect((await stageOf(viewer)).members[1]).toMatchObject({ state: "on" });
    expect(await orderWith(({ seats }) => seats.length === 2)).toMatchObject({
      seats: [`user:${house.who.owner.id}`, benIs],
      silenced: [],
      barred: [],
    });
  });

  test("guests are silenced, shown large, and taken off by those who may, and by nobody else", async () => {
    await goOnStage();
    for (const [name, input] of [
      ["stage.mute", { participant: benIs, silenced: true }],
      ["stage.layout", { layout: "grid", spotlight: null }],
      ["stage.remove", { participant: benIs }],
      ["stage.invite", { participant: benIs }],
    ] as const)
      expect(await ask(viewer, name, input)).toMatchObject({
        ok: false,
        problem: { code: "auth.forbidden" },
      });
    await ask(host, "stage.mute", { participant: benIs, silenced: true });
    await orderWith(({ silenced }) => silenced.includes(benIs));
    await ask(host, "stage.layout", { layout: "grid", spotlight: benIs });
    expect(await stageOf(viewer, ({ layout }) => layout === "grid")).toMatchObject({
      spotlight: benIs,
      members: [{}, { silenced: true }],
    });
    await ask(host, "stage.remove", { participant: benIs });
    expect(await orderWith(({ barred }) => barred.includes(benIs))).toMatchObject({ seats: [] });
    expect(await guest.next("you.standings", (are) => !are.includes("guest"))).toEqual(["viewer"]);
    expect((await ben.call("POST", `/api/rooms/${room}/tokens`, { role: "guest" })).status).toBe(403);
    expect(await ask(guest, "stage.leave", {})).toMatchObject({ ok: false });
  });

  test("who is muted in the room is not heard on stage, nor may they come; who is banned is off it", async () => {
    await goOnStage();
    const order = { participant: benIs, reason: "Shouting" };
    expect(await ask(host, "people.mute", order)).toMatchObject({ ok: true });
    await orderWith(({ silenced }) => silenced.includes(benIs));
    await ask(guest, "stage.leave", {});
    await ask(host, "stage.invite", { participant: benIs });
    const muted = { ok: false, problem: { code: "chat.muted" } };
    expect(await ask(guest, "stage.answer", { accept: true })).toMatchObject(muted);
    expect(await ask(guest, "stage.ask", { up: true })).toMatchObject(muted);
    await ask(host, "people.unmute", { participant: benIs });
    expect(await ask(guest, "stage.answer", { accept: true })).toMatchObject({ ok: true });
    expect(await ask(host, "people.ban", order)).toMatchObject({ ok: true });
    expect(await orderWith(({ barred }) => barred.includes(benIs))).toMatchObject({ seats: [] });
    await ask(host, "people.unban", { participant: benIs });
  });

  test("who is lost is away and comes back to the same seat; the stage ends with the broadcast", async () => {
    await goOnStage();
    media.send({ type: "publisher-gone", room, session: `${room} ben`, reason: "connection-lost" });
    expect((await stageOf(viewer)).members[1]).toMatchObject({ state: "away", seat: 1 });
    media.send({ type: "publisher", publisher: asGuest({ id: `${room} again` }) });
    expect((await stageOf(viewer)).members[1]).toMatchObject({ state: "on", seat: 1 });
    expect(SEAT_KEPT_MS).toBe(20_000);
    await ask(host, "room.end", {});
    expect((await stageOf(viewer)).members).toEqual([]);
    expect(await orderWith(({ seats }) => seats.length === 0)).toMatchObject({ barred: [] });
    expect(await ask(guest, "stage.ask", { up: true })).toMatchObject({
      ok: false,
      problem: { code: "room.not_live" },
    });
  });

  test("the owner hands the room to a guest, who then runs it, until it is taken back or they leave", async () => {
    await goOnStage();
    const owner = await house.come(room, house.who.owner, { role: "moderator" });
    const handTo = (participant: string | null) => ask(owner, "stage.hand-over", { participant });
    const mayInvite = async () =>
      (await ask(guest, "stage.invite", { participant: "user:nobody" })).problem?.code;
    expect(await ask(guest, "stage.hand-over", { participant: benIs })).toMatchObject({
      problem: { code: "auth.forbidden" },
    });
    expect(await handTo("user:nobody")).toMatchObject({ problem: { code: "stage.not_here" } });
    expect(await mayInvite()).toBe("auth.forbidden");
    await ask(host, "battle.open", { open: false });
    await ask(viewer, "stage.ask", { up: true, note: "Me too" });
    expect(guest.seen("stage.hands")).toEqual([]);

    expect(await handTo(benIs)).toMatchObject({ ok: true });
    expect(await guest.next("you.standings", (are) => are.includes("host"))).toEqual([
      "host",
      "guest",
      "viewer",
    ]);
    expect(await stageOf(viewer, ({ lead }) => lead === benIs)).toMatchObject({ spotlight: benIs });
    expect(await mayInvite()).toBe("stage.not_here");
    // What is on the host's desk already is on theirs.
    expect(await guest.next("stage.hands")).toMatchObject([{ note: "Me too" }]);
    expect(await guest.next("battle.desk")).toMatchObject({ open: false });
    expect(await ask(guest, "raid.find", {})).toMatchObject({ ok: true, value: { rooms: [] } });
    // They hear what hosts hear, and are no more than a host: the owner is above them, moderators are below.
    await ask(viewer, "stage.ask", { up: false });
    expect(await guest.next("stage.hands")).toEqual([]);
    const ban = (who: Viewer, participant: string) => ask(who, "people.ban", { participant });
    const isProtected = { problem: { code: "people.protected" } };
    expect(await ban(guest, `user:${house.who.owner.id}`)).toMatchObject(isProtected);
    expect(await handTo(null)).toMatchObject({ ok: true });
    expect(await guest.next("you.standings", (are) => !are.includes("host"))).toEqual(["guest", "viewer"]);
    expect(await stageOf(viewer, ({ lead }) => lead === undefined)).toMatchObject({ spotlight: null });
    expect(await mayInvite()).toBe("auth.forbidden");

    await handTo(benIs);
    await ask(guest, "stage.leave", {});
    await guest.next("you.standings", (are) => are.length === 1 && are[0] === "viewer");
    expect(await mayInvite()).toBe("auth.forbidden");
  });

  test("outlives control: who is on stage is so after a restart, and media is told again", async () => {
    await goOnStage();
    await ask(host, "stage.mute", { participant: benIs, silenced: true });
    expect(await ask(host, "stage.hand-over", { participant: benIs })).toMatchObject({ ok: true });
    await house.restart();
    media = await house.media({
      publishers: [publisher(room, `${room} host`, { participant: `user:${house.who.owner.id}` }), asGuest()],
    });
    await orderWith(({ silenced }) => silenced.includes(benIs));
    const late = await house.come(room, house.who.user);
    expect(late.snapshot.stage.members).toMatchObject([
      { role: "host" },
      { participant: benIs, state: "on", silenced: true },
    ]);
    expect(late.snapshot.hands).toBeUndefined();
    const back = await house.come(room, ben);
    expect(back.snapshot.standings).toEqual(["host", "guest", "viewer"]);
    expect(back.snapshot.hands).toEqual([]);
    expect(late.snapshot.stage.lead).toBe(benIs);
  });

  test("an invitation waits for who comes back, and is gone when it is taken back", async () => {
    await ask(host, "stage.invite", { participant: benIs });
    const again = await house.come(room, ben);
    expect(again.snapshot.invited).toEqual({ name: "The owner" });
    await ask(host, "stage.invite", { participant: benIs, off: true });
    expect(await again.next("stage.invited", (by) => by === null)).toBeNull();
    expect(await ask(again, "stage.answer", { accept: true })).toMatchObject({
      ok: false,
      problem: { code: "stage.not_invited" },
    });
  });
});
