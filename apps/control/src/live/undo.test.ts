import { randomUUID } from "node:crypto";
import type { EventBody } from "@sameroom/contract";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type House, openHouse } from "../testing/house.fixture.ts";
import { type Media, publisher } from "../testing/media.fixture.ts";
import { ask, type Viewer } from "../testing/viewer.fixture.ts";

/** Opening a database takes a second, on a busy machine many. */
const HOOK_MS = 120_000;

let house: House;
let room: string;
let owner: Viewer;
let viewer: Viewer;
let participant: string;

beforeAll(async () => {
  house = await openHouse();
}, HOOK_MS);
beforeEach(async () => {
  room = await house.makeRoom();
  owner = await house.come(room, house.who.owner);
  viewer = await house.come(room, house.who.user);
  participant = viewer.snapshot.you.participant;
}, HOOK_MS);
afterEach(() => house.leave());
afterAll(() => house.close(), HOOK_MS);

const call = (method: "GET" | "POST" | "PATCH", path: string, body?: unknown) =>
  house.who.owner.call(method, `/api/rooms/${room}/${path}`, body);
const audit = async () =>
  (await call("GET", "audit")).body.entries as { id: string; action: string; undo: string; detail: object }[];
/** Takes the newest deed back; answers with the status. */
async function takeBack(): Promise<number> {
  const [newest] = await audit();
  return (await call("POST", `audit/${newest?.id}/undo`)).status;
}
const snapshot = async () => (await house.come(room, house.who.owner)).snapshot;
const done = async (name: string, input: unknown) =>
  expect(await ask(owner, name, input)).toMatchObject({ ok: true });
const say = (text: string) => ask(viewer, "chat.send", { id: randomUUID(), text });
/** The next of a type that is as wished; several may come at once. */
async function told<Type extends EventBody["type"]>(
  type: Type,
  accept: (body: Extract<EventBody, { type: Type }>) => boolean = () => true,
): Promise<Extract<EventBody, { type: Type }>> {
  const isIt = (body: EventBody): body is Extract<EventBody, { type: Type }> =>
    body.type === type && accept(body as Extract<EventBody, { type: Type }>);
  for (;;) for (const { body } of (await viewer.next("room.events")).events) if (isIt(body)) return body;
}

test("a pin and the chat's mode are as before when they are taken back, and again when that is", async () => {
  const { sequence } = (await say("Remember this")).value as { sequence: number };
  const pinned = async () => (await snapshot()).chat.pinned?.sequence ?? null;
  await done("chat.pin", { message: sequence });
  await done("chat.pin", { message: null });
  expect(await takeBack()).toBe(204);
  expect(await pinned()).toBe(sequence);
  expect(await takeBack()).toBe(204);
  expect(await pinned()).toBeNull();
  expect((await audit()).map(({ undo }) => undo)).toEqual(["possible", "done", "done", "possible"]);

  await done("chat.mode", { slowS: 30 });
  await done("chat.mode", { who: "nobody" });
  expect(await takeBack()).toBe(204);
  expect((await snapshot()).chat.mode).toEqual({ slowS: 30, who: "everybody", emojiOnly: false });
});

test("what was pinned before is not pinned again once it is deleted", async () => {
  const { sequence } = (await say("Remember this")).value as { sequence: number };
  await done("chat.pin", { message: sequence });
  await done("chat.pin", { message: null });
  const [newest] = await audit();
  await ask(viewer, "chat.delete", { message: sequence });
  expect((await call("POST", `audit/${newest?.id}/undo`)).body.code).toBe("chat.message_not_found");
});

test("who was silenced or taken off the stage, or was handed the room, is what they were before", async () => {
  const media: Media = await house.media();
  const is = `user:${house.who.owner.id}`;
  media.send({ type: "publisher", publisher: publisher(room, `${room} host`, { participant: is }) });
  await owner.next("room.state", ({ state }) => state === "live");
  const guest = publisher(room, `${room} guest`, { participant, role: "guest" });
  const goOn = async () => {
    await done("stage.invite", { participant });
    await ask(viewer, "stage.answer", { accept: true });
    media.send({ type: "publisher", publisher: guest });
    await told("stage", ({ stage }) => stage.members[1]?.state === "on");
  };
  await goOn();
  const onStage = async () => (await snapshot()).stage;
  await done("stage.mute", { participant, silenced: true });
  expect(await takeBack()).toBe(204);
  expect((await onStage()).members[1]).toMatchObject({ silenced: false });
  await done("stage.hand-over", { participant });
  expect((await onStage()).lead).toBe(participant);
  expect(await takeBack()).toBe(204);
  expect((await onStage()).lead).toBeUndefined();

  const barred = async (accept: (barred: string[]) => boolean) => {
    for (;;) {
      const order = await media.expect("stage");
      if (order.room === room && accept(order.barred)) return;
    }
  };
  await done("stage.remove", { participant });
  await barred((who) => who.includes(participant));
  expect(await takeBack()).toBe(204);
  await barred((who) => who.length === 0);
  expect((await audit())[0]).toMatchObject({ action: "stage.remove", undo: "impossible" });
});

test("a message that was not let through waits again; one that was is deleted", async () => {
  await house.who.owner.call("PUT", `/api/rooms/${room}/chat-rules`, { words: ["mango"], ownWords: "hold" });
  await say("I love mango");
  const waiting = async () => (await call("GET", "held")).body.held as { id: string; text: string }[];
  const decide = async (approve: boolean) => {
    const [first] = await waiting();
    expect((await call("PATCH", `held/${first?.id}`, { approve })).status).toBe(200);
    expect(await waiting()).toEqual([]);
  };
  await decide(false);
  expect(await takeBack()).toBe(204);
  expect(await waiting()).toMatchObject([{ text: "I love mango" }]);
  await decide(true);
  expect((await told("message")).text).toBe("I love mango");
  expect(await takeBack()).toBe(204);
  expect(await told("message-deleted")).toBeDefined();
  expect(await waiting()).toEqual([]);
});

test("a report that was closed is open again", async () => {
  await ask(owner, "report.send", { participant, reason: "spam" });
  const open = async () => (await call("GET", "reports")).body.reports as { id: string; state: string }[];
  const [report] = await open();
  await call("PATCH", `reports/${report?.id}`, { state: "dismissed" });
  expect(await open()).toEqual([]);
  expect(await takeBack()).toBe(204);
  expect(await open()).toMatchObject([{ id: report?.id, state: "open" }]);
});
