import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Client, createClient, signUp } from "../testing/client.fixture.ts";
import { type House, openHouse } from "../testing/house.fixture.ts";
import { watcher } from "../testing/media.fixture.ts";
import { ask, enter, type Viewer } from "../testing/viewer.fixture.ts";

/** Opening a database takes a second, on a busy machine many. */
const HOOK_MS = 60_000;

let house: House;
beforeAll(async () => {
  house = await openHouse();
}, HOOK_MS);
afterEach(() => house.leave());
afterAll(() => house.close(), HOOK_MS);

const closed = (viewer: Viewer) =>
  new Promise<void>((resolve) => void viewer.socket.once("disconnect", () => resolve()));
const tokenOf = (room: string, client: Client) => client.call("POST", `/api/rooms/${room}/tokens`);
/** Addresses nobody had before. */
let addresses = 0;
function browser(): Client {
  const client = createClient(house.control);
  client.remoteAddress = `198.51.100.${++addresses}`;
  return client;
}
const whoIs = ({ snapshot }: Viewer) => snapshot.you.participant;
const sanctionsOf = async (room: string, kind = "") =>
  (await house.who.owner.call("GET", `/api/rooms/${room}/sanctions${kind}`)).body.sanctions as {
    id: string;
    kind: string;
    participant: string;
    evasion: { name: string; signal: string } | null;
  }[];
const auditOf = async (room: string) =>
  (await house.who.owner.call("GET", `/api/rooms/${room}/audit`)).body.entries as {
    id: string;
    action: string;
    undo: string;
  }[];

describe("a ban", () => {
  test("is in force at once: sockets, media, tokens, and tokens from before", async () => {
    const room = await house.makeRoom();
    const worker = await house.media();
    const host = await house.come(room, house.who.owner);
    const troll = browser();
    const { token } = await house.mint(room, troll);
    const viewer = await enter(house.port, token);
    const elsewhere = await house.come(await house.makeRoom(), troll);
    const end = closed(viewer);
    const participant = whoIs(viewer);
    expect(await ask(host, "people.ban", { participant, seconds: 3600, reason: "Enough." })).toEqual({
      ok: true,
      value: null,
    });
    await end;
    expect(await worker.expect("close-participant")).toEqual({
      ...{ type: "close-participant", participant, room },
    });
    await expect(enter(house.port, token)).rejects.toMatchObject({ code: "room.banned" });
    expect((await tokenOf(room, troll)).body).toMatchObject({
      code: "room.banned",
      detail: expect.stringMatching(/^Until \d{4}-\d\d-\d\d .* Enough\.$/),
    });
    worker.send({ type: "viewer", viewer: watcher(room, "old", { participant }) });
    expect((await worker.expect("close-participant")).participant).toBe(participant);
    expect(elsewhere.socket.connected).toBe(true);

    const [ban] = await sanctionsOf(room, "?kind=ban");
    await house.who.owner.call("DELETE", `/api/rooms/${room}/sanctions/${ban?.id}`);
    expect((await tokenOf(room, troll)).status).toBe(201);
    expect((await sanctionsOf(room)).length).toBe(0);
    expect((await auditOf(room)).map(({ action }) => action)).toEqual(["people.unban", "people.ban"]);
  });

  test("holds for a fresh face on the same device, and for what follows from that, until it is lifted", async () => {
    const room = await house.makeRoom();
    const host = await house.come(room, house.who.owner);
    const troll = browser();
    const participant = whoIs(await house.come(room, troll));
    await ask(host, "people.ban", { participant });
    troll.cookies.delete("sameroom_guest");
    troll.remoteAddress = "203.0.113.1";
    expect((await tokenOf(room, troll)).body.code).toBe("room.banned");
    // An account made on that device meanwhile does not help, nor does a third face from the second address.
    const account = await signUp(house.control);
    account.cookies.set("sameroom_device", troll.cookies.get("sameroom_device") ?? "");
    account.remoteAddress = "203.0.113.2";
    expect((await tokenOf(room, account)).body.code).toBe("room.banned");
    const found = await sanctionsOf(room, "?kind=ban");
    expect(found.map(({ evasion }) => evasion?.signal)).toEqual(["device", "device", undefined]);
    await ask(host, "people.unban", { participant });
    expect((await tokenOf(room, troll)).status).toBe(201);
    expect((await tokenOf(room, account)).status).toBe(201);
  });

  test("makes new faces from the same address suspects, who are muted until staff have looked", async () => {
    const room = await house.makeRoom();
    const host = await house.come(room, house.who.owner);
    const troll = browser();
    const neighbour = createClient(house.control);
    neighbour.remoteAddress = troll.remoteAddress;
    await house.come(room, neighbour);
    const participant = whoIs(await house.come(room, troll));
    await ask(host, "people.ban", { participant });
    const fresh = createClient(house.control);
    fresh.remoteAddress = troll.remoteAddress;
    const suspect = whoIs(await house.come(room, fresh));
    expect(await sanctionsOf(room, "?kind=mute")).toMatchObject([
      { participant: suspect, by: null, evasion: { signal: "address" } },
    ]);
    expect((await tokenOf(room, neighbour)).status).toBe(201);
    await ask(host, "people.unmute", { participant: suspect });
    await house.come(room, fresh);
    expect(await sanctionsOf(room, "?kind=mute")).toEqual([]);
  });

  test("ends by itself", async () => {
    const room = await house.makeRoom();
    const participant = "guest:somebody";
    const answer = await house.who.owner.call("POST", `/api/rooms/${room}/bans`, {
      participant,
      seconds: 10,
    });
    expect(Date.parse(answer.body.until) - Date.parse(answer.body.createdAt)).toBe(10_000);
  });
});

describe("a moderator", () => {
  test("is one at once, also on sockets that are open, until dismissed", async () => {
    const room = await house.makeRoom();
    const host = await house.come(room, house.who.owner);
    const helper = await signUp(house.control, `helper-${randomUUID().slice(0, 8)}`);
    const viewer = await house.come(room, helper);
    const participant = whoIs(viewer);
    expect((await ask(viewer, "people.mute", { participant: "guest:loud" })).problem?.code).toBe(
      "auth.forbidden",
    );
    await ask(host, "people.appoint", { participant });
    expect(await viewer.next("you.standings")).toEqual(["moderator", "viewer"]);
    expect((await ask(viewer, "people.mute", { participant: "guest:loud" })).ok).toBe(true);
    const { token, role } = await house.mint(room, helper);
    expect(role).toBe("moderator");

    expect((await ask(viewer, "people.appoint", { participant })).problem?.code).toBe("auth.forbidden");
    await ask(host, "people.appoint", { participant, off: true });
    expect(await viewer.next("you.standings")).toEqual(["viewer"]);
    expect((await ask(viewer, "people.mute", { participant: "guest:loud" })).problem?.code).toBe(
      "auth.forbidden",
    );
    const back = await enter(house.port, token);
    expect(back.snapshot.standings).toEqual(["viewer"]);
    back.socket.close();
  });

  test("acts on nobody who stands as high or higher, nor on themself", async () => {
    const room = await house.makeRoom();
    const { owner, admin } = house.who;
    const [one, other] = [await signUp(house.control), await signUp(house.control)];
    for (const { id } of [one, other])
      await ask(await house.come(room, owner), "people.appoint", { participant: `user:${id}` });
    const moderator = await house.come(room, one);
    for (const id of [one.id, other.id, owner.id, admin.id])
      expect((await ask(moderator, "people.ban", { participant: `user:${id}` })).problem?.code).toBe(
        "people.protected",
      );
    const host = await house.come(room, owner);
    expect((await ask(host, "people.ban", { participant: `user:${admin.id}` })).problem?.code).toBe(
      "people.protected",
    );
    expect((await ask(host, "people.ban", { participant: `user:${other.id}` })).ok).toBe(true);
    const sent = await house.come(room, house.who.ownerKey, { role: "host", participant: "key:star" });
    expect((await ask(moderator, "people.mute", { participant: whoIs(sent) })).problem?.code).toBe(
      "people.protected",
    );
  });

  test("may be in the room when it is private, and stays when it becomes so", async () => {
    const room = await house.makeRoom();
    const helper = await signUp(house.control);
    const host = await house.come(room, house.who.owner);
    await ask(host, "people.appoint", { participant: `user:${helper.id}` });
    const viewer = await house.come(room, helper);
    await house.who.owner.call("PATCH", `/api/rooms/${room}`, { visibility: "private" });
    expect((await viewer.next("room.updated")).visibility).toBe("private");
    expect(viewer.socket.connected).toBe(true);
    expect((await helper.call("GET", `/api/rooms/${room}`)).status).toBe(200);
    expect((await house.who.user.call("GET", `/api/rooms/${room}`)).status).toBe(404);
  });
});

describe("what staff did", () => {
  test("is taken back once, by who may do it", async () => {
    const room = await house.makeRoom();
    const { owner, user } = house.who;
    const participant = "guest:somebody";
    await owner.call("POST", `/api/rooms/${room}/mutes`, { participant });
    const [entry] = await auditOf(room);
    const undo = (client: Client) => client.call("POST", `/api/rooms/${room}/audit/${entry?.id}/undo`);
    expect((await undo(user)).status).toBe(403);
    expect((await undo(owner)).status).toBe(204);
    expect((await undo(owner)).body.code).toBe("moderation.decided");
    expect(await sanctionsOf(room)).toEqual([]);
    const [unmute] = await auditOf(room);
    expect(unmute).toMatchObject({ action: "people.unmute", undo: "possible" });
    await owner.call("POST", `/api/rooms/${room}/audit/${unmute?.id}/undo`);
    expect(await sanctionsOf(room)).toMatchObject([{ kind: "mute", participant }]);
  });
});

describe("a message", () => {
  const say = (viewer: Viewer, text: string, id = randomUUID()) => ask(viewer, "chat.send", { id, text });
  const mine = (viewer: Viewer) => viewer.snapshot.you.participant;

  test("of somebody muted is not said, until the mute is lifted", async () => {
    const room = await house.makeRoom();
    const host = await house.come(room, house.who.owner);
    const viewer = await house.come(room, browser());
    await ask(host, "people.mute", { participant: mine(viewer), seconds: 600, reason: "Calm down." });
    expect((await say(viewer, "hello")).problem).toMatchObject({
      code: "chat.muted",
      detail: expect.stringContaining("Calm down."),
    });
    await ask(host, "people.unmute", { participant: mine(viewer) });
    expect((await say(viewer, "hello")).ok).toBe(true);
  });

  test("that a filter stops is refused, or waits and is said once as it was when staff approve", async () => {
    const room = await house.makeRoom();
    const { owner } = house.who;
    const path = `/api/rooms/${room}`;
    const host = await house.come(room, owner);
    const [rude, viewer] = [await house.come(room, browser()), await house.come(room, browser())];
    expect((await say(rude, "what the f u c k")).problem?.code).toBe("chat.refused");
    expect((await say(host, "what the fuck")).ok).toBe(true);
    await owner.call("PUT", `${path}/chat-rules`, { words: ["spoiler"], ownWords: "hold", links: "nobody" });
    expect((await say(rude, "see example dot com")).problem?.code).toBe("chat.refused");
    const [yes, no] = [randomUUID(), randomUUID()];
    for (const [id, text] of [
      [yes, "A spoiler: they win"],
      [yes, "A spoiler: they win"],
      [no, "Another spoiler"],
    ] as const)
      expect((await say(viewer, text, id)).problem?.code).toBe("chat.held");
    const { held } = (await owner.call("GET", `${path}/held`)).body;
    expect(held).toMatchObject([
      { text: "A spoiler: they win", why: "words", detail: "spoiler", state: "waiting" },
      { text: "Another spoiler" },
    ]);
    const decide = (message: string, approve: boolean) =>
      owner.call("PATCH", `${path}/held/${message}`, { approve });
    expect((await decide(held[0].id, true)).body.state).toBe("approved");
    expect((await decide(held[0].id, false)).body.code).toBe("moderation.decided");
    await decide(held[1].id, false);
    expect((await say(viewer, "Another spoiler", no)).problem?.code).toBe("chat.refused");
    const { events } = (await owner.call("GET", `${path}/events?types=message`)).body;
    const said = (events as { body: { text: string }; actor: { participant: string } }[]).filter(({ body }) =>
      body.text.includes("spoiler"),
    );
    expect(said).toMatchObject([
      { body: { text: "A spoiler: they win" }, actor: { participant: mine(viewer) } },
    ]);
  });

  test("that is reported comes with what was said around it, for staff alone", async () => {
    const room = await house.makeRoom();
    const { owner, user } = house.who;
    const troll = await house.come(room, browser());
    const viewer = await house.come(room, browser());
    await say(viewer, "How nice here");
    const { value } = (await say(troll, "You are all dumb")) as unknown as { value: { sequence: number } };
    await say(viewer, "Oh no");
    const report = { participant: mine(troll), message: value.sequence, reason: "harassment", note: "Rude" };
    for (let times = 0; times < 2; times++) expect((await ask(viewer, "report.send", report)).ok).toBe(true);
    expect((await ask(viewer, "report.send", { ...report, participant: "guest:else" })).problem?.code).toBe(
      "moderation.not_found",
    );
    expect((await user.call("GET", `/api/rooms/${room}/reports`)).status).toBe(403);
    const { reports, open } = (await owner.call("GET", `/api/rooms/${room}/reports`)).body;
    expect(open).toBe(1);
    expect(reports[0].context.map((event: { body: { text: string } }) => event.body.text)).toEqual([
      ...["How nice here", "You are all dumb", "Oh no"],
    ]);
    const decide = () =>
      owner.call("PATCH", `/api/rooms/${room}/reports/${reports[0].id}`, { state: "acted" });
    expect((await decide()).body).toMatchObject({ state: "acted", decidedBy: "The owner" });
    expect((await decide()).body.code).toBe("moderation.decided");
  });

  test("in a chat for followers is said by who follows, and staff's deeds are kept", async () => {
    const room = await house.makeRoom();
    const host = await house.come(room, house.who.owner);
    const fan = await signUp(house.control);
    const viewer = await house.come(room, fan);
    await ask(host, "chat.mode", { who: "followers" });
    expect((await say(viewer, "hi")).problem?.code).toBe("chat.followers_only");
    expect((await fan.call("PUT", `/api/rooms/${room}/follow`)).body).toEqual({
      following: true,
      followers: 1,
    });
    expect((await say(viewer, "hi")).ok).toBe(true);
    const followed = (await fan.call("GET", "/api/rooms?followed=1&state=all&limit=100")).body.rooms;
    expect(followed.map(({ slug }: { slug: string }) => slug)).toContain(room);
    await fan.call("DELETE", `/api/rooms/${room}/follow`);
    expect((await fan.call("GET", "/api/rooms?followed=1&state=all")).body.rooms).toEqual([]);
    expect(await auditOf(room)).toMatchObject([{ action: "chat.mode", undo: "possible" }]);
  });
});
