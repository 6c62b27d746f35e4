import { randomUUID } from "node:crypto";
import type { RoomEvent } from "@sameroom/contract";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Client, createClient } from "../testing/client.fixture.ts";
import { type House, openHouse } from "../testing/house.fixture.ts";
import { publisher } from "../testing/media.fixture.ts";
import { ask, type Viewer } from "../testing/viewer.fixture.ts";

const HOOK_MS = 60_000;
let house: House;
beforeAll(async () => {
  house = await openHouse();
}, HOOK_MS);
afterEach(() => house.leave());
afterAll(() => house.close(), HOOK_MS);

const guest = () => createClient(house.control);
const say = (viewer: Viewer, text: string, more: object = {}) =>
  ask(viewer, "chat.send", { id: randomUUID(), text, ...more });
const log = async (room: string, client: Client, query = "after=0") =>
  (await client.call("GET", `/api/rooms/${room}/events?${query}`)).body as {
    events: RoomEvent[];
    last: number;
    complete: boolean;
  };
/** The next of a type, or of an action of staff; several may come at once. */
async function next(viewer: Viewer, type: string, action?: string): Promise<RoomEvent> {
  for (;;) {
    const { events } = await viewer.next("room.events");
    const found = events.find(
      ({ body }) =>
        body.type === type &&
        (action === undefined || (body.type === "moderation" && body.action === action)),
    );
    if (found !== undefined) return found;
  }
}
const textOf = ({ body }: RoomEvent) => (body.type === "message" ? body.text : body.type);

describe("what is said", () => {
  test("is heard by all, answered with its place, kept, and known again when it is said twice", async () => {
    const room = await house.makeRoom();
    const [ann, bo] = [await house.come(room, guest()), await house.come(room, house.who.user)];
    expect(ann.snapshot).toMatchObject({
      log: { events: [], last: 0, complete: true },
      chat: { mode: { slowS: 0, who: "everybody", emojiOnly: false }, pinned: null },
      standings: ["viewer"],
    });
    const id = randomUUID();
    const input = { id, text: `Hello @${bo.snapshot.you.name}!`, captureUnixMs: 1_700_000_000_000.5 };
    const [first, again] = await Promise.all([ask(ann, "chat.send", input), ask(ann, "chat.send", input)]);
    expect([first, again]).toEqual([
      { ok: true, value: { sequence: 1 } },
      { ok: true, value: { sequence: 1 } },
    ]);
    const heard = await next(bo, "message");
    expect(heard).toMatchObject({
      ...{ sequence: 1, clientId: id, audience: "all", captureUnixMs: input.captureUnixMs },
      actor: { participant: ann.snapshot.you.participant, name: ann.snapshot.you.name, standings: [] },
      body: { text: input.text, replyTo: null, mentions: [bo.snapshot.you.participant] },
    });
    await say(bo, "Hi", { replyTo: 1 });
    expect((await next(ann, "message")).sequence).toBe(1);
    const answer = await next(ann, "message");
    expect(answer.body).toMatchObject({
      replyTo: { sequence: 1, name: ann.snapshot.you.name, excerpt: input.text },
    });
    expect((await log(room, guest())).events).toEqual([heard, answer]);
    expect((await say(bo, "?", { replyTo: 99 })).problem?.code).toBe("chat.message_not_found");
    expect((await say(bo, "\u0007")).problem?.code).toBe("request.invalid");
  });

  test("is not missed by who was away, and survives a restart of control", async () => {
    const room = await house.makeRoom();
    const ann = await house.come(room, guest());
    for (const text of ["one", "two", "three"]) await say(ann, text);
    await house.restart();
    const back = await house.come(room, guest(), undefined, 1);
    expect(back.snapshot.log.complete).toBe(true);
    expect(back.snapshot.log.events.map(textOf)).toEqual(["two", "three"]);
    await say(back, "four");
    expect((await next(back, "message")).sequence).toBe(4);
    // Who read more than there is has read another log.
    const lost = await house.come(room, guest(), undefined, 1000);
    expect(lost.snapshot.log).toMatchObject({ last: 4, complete: false });
    expect(lost.snapshot.log.events).toHaveLength(4);
  });

  test("too fast is refused, but what was said is answered whatever the rules are now", async () => {
    const room = await house.makeRoom();
    const host = await house.come(room, house.who.owner);
    const ann = await house.come(room, guest());
    const id = randomUUID();
    await ask(ann, "chat.send", { id, text: "first" });
    await ask(host, "chat.mode", { slowS: 600 });
    expect((await say(ann, "second")).problem).toMatchObject({ code: "chat.slow", retryAfter: 600 });
    expect(await ask(ann, "chat.send", { id, text: "first" })).toMatchObject({ value: { sequence: 1 } });
    for (let count = 0; count < 8; count++) expect((await say(host, `${count}`)).ok).toBe(true);
    await ask(host, "chat.mode", { slowS: 0, emojiOnly: true });
    expect((await say(ann, "text")).problem?.code).toBe("chat.emoji_only");
    const storm = await Promise.all(Array.from({ length: 12 }, () => say(ann, "🎉")));
    expect(new Set(storm.map(({ problem }) => problem?.code))).toEqual(
      new Set([undefined, "request.rate_limited"]),
    );
  });
});

describe("who looks after the chat", () => {
  test("sets its mode, which stays, and is the only one to", async () => {
    const room = await house.makeRoom();
    const host = await house.come(room, house.who.owner);
    const [ann, bo] = [await house.come(room, guest()), await house.come(room, house.who.user)];
    expect((await ask(ann, "chat.mode", { who: "nobody" })).problem?.code).toBe("auth.forbidden");
    const outcome = async (who: string) => {
      await ask(host, "chat.mode", { who });
      return [(await say(ann, "x")).problem?.code, (await say(bo, "x")).problem?.code];
    };
    expect(await outcome("nobody")).toEqual(["chat.closed", "chat.closed"]);
    expect(await outcome("followers")).toEqual(["chat.followers_only", "chat.followers_only"]);
    expect(await outcome("subscribers")).toEqual(["chat.subscribers_only", "chat.subscribers_only"]);
    expect(await outcome("accounts")).toEqual(["chat.accounts_only", undefined]);
    expect((await say(host, "We see you")).ok).toBe(true);
    await house.restart();
    expect((await house.come(room, guest())).snapshot.chat.mode.who).toBe("accounts");
  });

  test("deletes, and the text is gone from everywhere; others only their own", async () => {
    const room = await house.makeRoom();
    const host = await house.come(room, house.who.owner);
    const [ann, bo] = [await house.come(room, guest()), await house.come(room, guest())];
    await say(ann, "my secret");
    await say(bo, "so true", { replyTo: 1 });
    expect((await ask(bo, "chat.delete", { message: 1 })).problem?.code).toBe("auth.forbidden");
    expect((await ask(bo, "chat.delete", { message: 2 })).ok).toBe(true);
    await ask(host, "chat.pin", { message: 1 });
    expect((await next(bo, "message-pinned")).body).toMatchObject({ message: 1 });
    expect((await house.come(room, guest())).snapshot.chat.pinned?.sequence).toBe(1);
    expect((await ask(host, "chat.delete", { message: 1 })).ok).toBe(true);
    expect((await next(bo, "message-deleted")).body).toMatchObject({ message: 1 });
    expect((await ask(host, "chat.pin", { message: 1 })).problem?.code).toBe("chat.message_not_found");
    const late = await house.come(room, guest());
    expect(late.snapshot.chat.pinned).toBeNull();
    expect(JSON.stringify([late.snapshot, await log(room, house.who.owner)])).not.toContain("secret");
  });
});

test("a show is in the log, with what its host did, and is found by its broadcast", async () => {
  const room = await house.makeRoom();
  const worker = await house.media();
  const host = await house.come(room, house.who.owner, { role: "host" });
  await say(host, "before");
  worker.send({ type: "publisher", publisher: publisher(room, randomUUID()) });
  const live = await next(host, "state");
  expect(live.body).toMatchObject({ state: "live", reason: null });
  await ask(host, "host.notice", { kind: "camera", off: true });
  await ask(host, "host.notice", { kind: "title", title: "Better" });
  await ask(host, "reaction.send", { emoji: "🔥", count: 3 });
  await ask(host, "reaction.send", { emoji: "🔥", count: 2 });
  expect((await host.next("room.reactions"))["🔥"]).toBeGreaterThanOrEqual(3);
  await ask(host, "room.end", {});
  await next(host, "state");
  await say(host, "after");
  await house.control.settled();
  const broadcast = live.body.type === "state" ? live.body.broadcast : null;
  const { events } = await log(room, guest(), `after=0&broadcast=${broadcast}`);
  const kinds = events.map(({ body }) => (body.type === "host-notice" ? body.notice.kind : body.type));
  expect(kinds.filter((kind) => kind !== "reactions")).toEqual(["state", "camera", "title", "state"]);
  const page = await log(room, guest(), "types=message&limit=1");
  expect([page.events.map(textOf), page.complete]).toEqual([["after"], false]);
  expect((await log(room, guest(), `types=message&before=${page.events[0]?.sequence}`)).complete).toBe(true);
});

test("what is for staff only reaches staff only, also who became staff a moment ago", async () => {
  const room = await house.makeRoom();
  const host = await house.come(room, house.who.owner);
  const [ann, user] = [await house.come(room, guest()), await house.come(room, house.who.user)];
  await ask(host, "people.appoint", { participant: user.snapshot.you.participant });
  await ask(host, "people.mute", { participant: ann.snapshot.you.participant });
  await say(host, "hm");
  await next(ann, "message");
  const [told, own] = [await next(user, "moderation", "mute"), await next(host, "moderation", "mute")];
  expect(told.sequence).toBe(own.sequence);
  const late = await house.come(room, guest());
  expect(late.snapshot.log.events.every(({ audience }) => audience === "all")).toBe(true);
  expect((await log(room, house.who.user)).events.every(({ audience }) => audience === "all")).toBe(true);
  expect((await log(room, house.who.owner)).events.some(({ audience }) => audience === "staff")).toBe(true);
});
