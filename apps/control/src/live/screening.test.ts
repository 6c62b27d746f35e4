import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { FakeClock } from "@sameroom/base/testing";
import jpeg from "jpeg-js";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { SOURCE_EXEC_ARGV } from "../db/embedded.fixture.ts";
import { rooms } from "../db/schema.ts";
import { createModelScreen } from "../features/screening/model-screen.ts";
import { createScreening } from "../features/screening/screening.ts";
import { createScreeningStore } from "../features/screening/store.ts";
import { signUp } from "../testing/client.fixture.ts";
import { type House, openHouse } from "../testing/house.fixture.ts";
import { type Media, publisher } from "../testing/media.fixture.ts";

const HOOK_MS = 60_000;
const EVERY_MS = 10_000;
const log = { debug() {}, info() {}, warn() {}, error() {} };
const clock = new FakeClock({ unixMs: Date.now() });

/** A smooth picture of a sky over a field. */
const picture = jpeg.encode(
  {
    ...{ width: 320, height: 180 },
    data: Buffer.from(
      Array.from({ length: 320 * 180 }, (_, at) =>
        Math.floor(at / 320) < 90 ? [90, 150, 230, 255] : [60, 140, 50, 255],
      ).flat(),
    ),
  },
  80,
).data;

/** Speaks OpenAI's moderation interface; flags what it is told to. */
let service: Server;
let flags: Record<string, number> | null = null;
const asked: { model: string; input: { type: string; image_url: { url: string } }[] }[] = [];
let house: House;
beforeAll(async () => {
  service = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    asked.push(JSON.parse(body));
    const categories = Object.fromEntries(Object.keys(flags ?? {}).map((name) => [name, true]));
    const result = { flagged: flags !== null, categories, category_scores: flags ?? { sexual: 0.01 } };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ id: "modr-1", model: "m", results: [result] }));
  }).listen(0, "127.0.0.1");
  await once(service, "listening");
  const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/v1`;
  house = await openHouse({
    time: clock,
    config: {
      moderation: { url, key: "sk", model: "omni" },
      screening: { policy: "blur", by: "service", everyMs: EVERY_MS, threshold: 0.8 },
    },
  });
}, HOOK_MS);
afterEach(async () => {
  flags = null;
  asked.length = 0;
  await house.leave();
});
afterAll(async () => {
  await house.close();
  service.closeAllConnections();
  service.close();
}, HOOK_MS);

const get = (path: string) => house.who.owner.call("GET", path);
async function show(): Promise<{ room: string; worker: Media; see: () => Promise<void> }> {
  const room = await house.makeRoom();
  const worker = await house.media();
  worker.send({ type: "publisher", publisher: publisher(room, `s-${room}`) });
  await expect.poll(async () => (await get(`/api/rooms/${room}`)).body.state).toBe("live");
  const see = async () => {
    clock.advance(EVERY_MS);
    const before = asked.length;
    worker.send({ type: "thumbnail", room, jpeg: picture.toString("base64") });
    await expect.poll(() => asked.length).toBe(before + 1);
    await house.control.settled();
  };
  return { room, worker, see };
}
const thumbnailOf = async (room: string) =>
  (await get(`/api/rooms/${room}`)).body.thumbnailUrl as string | null;
const queueOf = async (room: string) => (await get(`/api/rooms/${room}/frames`)).body;
const decide = (room: string, frame: string, harmless: boolean) =>
  house.who.owner.call("PATCH", `/api/rooms/${room}/frames/${frame}`, { harmless });
const veilsTold = async (room: string) =>
  (await get(`/api/rooms/${room}/events?after=0&types=veil`)).body.events.map(
    ({ body }: { body: { veil: string | null } }) => body.veil,
  );

describe("a picture of a show that looks wrong", () => {
  test("blurs the show and hides its thumbnail until staff say that it is harmless", async () => {
    const { room, worker, see } = await show();
    await see();
    const { input, model } = asked[0]!;
    expect(model).toBe("omni");
    expect(input[0]!.image_url.url).toBe(`data:image/jpeg;base64,${picture.toString("base64")}`);
    expect(await queueOf(room)).toEqual({ frames: [], waiting: 0 });
    const thumbnail = await thumbnailOf(room);
    expect((await get(thumbnail!)).status).toBe(200);

    flags = { sexual: 0.97 };
    await see();
    const { frames, waiting } = await queueOf(room);
    expect(waiting).toBe(1);
    expect(frames).toMatchObject([
      { state: "waiting", action: "blur", found: [{ name: "sexual", score: 0.97 }], decidedBy: null },
    ]);
    expect(await thumbnailOf(room)).toBeNull();
    expect((await get(thumbnail!)).status).toBe(404);
    expect((await house.come(room, house.who.visitor)).snapshot.veil).toBe("blur");
    expect((await get(frames[0].pictureUrl)).headers["content-type"]).toBe("image/jpeg");
    expect((await house.who.user.call("GET", frames[0].pictureUrl)).status).toBe(403);
    // As much as can be done is done: nobody is asked again while staff have not looked.
    const before = asked.length;
    clock.advance(EVERY_MS);
    const showing = async () =>
      (await house.database.orm.select().from(rooms)).find(({ slug }) => slug === room)?.thumbnailFile;
    const last = await showing();
    worker.send({ type: "thumbnail", room, jpeg: picture.toString("base64") });
    await expect.poll(showing).not.toBe(last);
    await house.control.settled();
    expect(asked.length).toBe(before);

    expect((await decide(room, frames[0].id, true)).body).toMatchObject({
      state: "cleared",
      decidedBy: "The owner",
    });
    expect((await decide(room, frames[0].id, true)).body.code).toBe("moderation.decided");
    expect(await thumbnailOf(room)).not.toBeNull();
    expect((await house.come(room, house.who.visitor)).snapshot.veil).toBeNull();
    expect(await veilsTold(room)).toEqual(["blur", null]);
    // Taken back in the audit log: it is blurred again.
    const { entries } = (await get(`/api/rooms/${room}/audit`)).body;
    expect(entries.map(({ action }: { action: string }) => action)).toEqual(["frame.decide", "frame.flag"]);
    await house.who.owner.call("POST", `/api/rooms/${room}/audit/${entries[0].id}/undo`);
    expect(await veilsTold(room)).toEqual(["blur", null, "blur"]);
  });

  test("has the show paused, or only looked at, or nothing, as the room is stricter than the house; laxer only for admins", async () => {
    const { room, see } = await show();
    const put = (client: typeof house.who.owner, policy: string | null) =>
      client.call("PUT", `/api/rooms/${room}/screening`, { policy });
    expect((await get(`/api/rooms/${room}/screening`)).body).toEqual({
      ...{ policy: "blur", own: null, house: "blur", by: "service", everyS: EVERY_MS / 1000, veil: null },
    });
    expect((await put(house.who.owner, "off")).status).toBe(403);
    expect((await put(house.who.owner, "pause")).body).toMatchObject({ policy: "pause", own: "pause" });
    flags = { violence: 0.9 };
    await see();
    expect((await get(`/api/rooms/${room}/screening`)).body.veil).toBe("pause");
    const [frame] = (await queueOf(room)).frames;
    await decide(room, frame.id, false);
    expect((await get(`/api/rooms/${room}/screening`)).body.veil).toBe("pause");
    await decide(room, frame.id, true);
    expect((await put(house.who.admin, "flag")).body).toMatchObject({ policy: "flag", own: "flag" });
    // Where nobody is asked again so soon, so much later; media's link is made anew after a pause like that.
    clock.advance(120_000);
    const again = await house.media({ publishers: [publisher(room, `s-${room}`)] });
    again.send({ type: "thumbnail", room, jpeg: picture.toString("base64") });
    await expect.poll(async () => (await queueOf(room)).frames.length).toBe(2);
    await house.control.settled();
    expect((await queueOf(room)).waiting).toBe(1);
    expect((await get(`/api/rooms/${room}/screening`)).body.veil).toBeNull();
    expect(await veilsTold(room)).toEqual(["pause", null]);
    await put(house.who.admin, "off");
    asked.length = 0;
    clock.advance(EVERY_MS);
    const thumbnail = await thumbnailOf(room);
    again.send({ type: "thumbnail", room, jpeg: picture.toString("base64") });
    await expect.poll(() => thumbnailOf(room)).not.toBe(thumbnail);
    await house.control.settled();
    expect(asked).toEqual([]);
  });
});

test("pictures that hosts' pages send of their shows are looked at as well", async () => {
  const { room } = await show();
  clock.advance(EVERY_MS);
  flags = { sexual: 0.99 };
  const jpegType = { "content-type": "image/jpeg" };
  expect((await house.who.owner.call("PUT", `/api/rooms/${room}/thumbnail`, picture, jpegType)).status).toBe(
    200,
  );
  await expect.poll(async () => (await queueOf(room)).waiting).toBe(1);
  await house.control.settled();
  expect(await thumbnailOf(room)).toBeNull();
});

describe("the model", () => {
  const model = createModelScreen({ time: clock, log, execArgv: [...SOURCE_EXEC_ARGV] });
  afterAll(() => model.close(), HOOK_MS);

  test("finds a landscape harmless, and what is no picture is not judged", { timeout: 120_000 }, async () => {
    const verdict = await model.judge(picture);
    expect(verdict?.wrong).toBeLessThan(0.5);
    expect(verdict?.wrong).toBeGreaterThan(0);
    expect(await model.judge(Buffer.from("no picture"))).toBeNull();
    expect(await model.judge(picture)).toEqual(verdict);
  });

  test("has a show flagged from the threshold on", { timeout: 120_000 }, async () => {
    const host = await signUp(house.control);
    const { room } = await show();
    const owned = (await get(`/api/rooms/${room}`)).body;
    const told: string[] = [];
    const screening = createScreening({
      ...{ store: createScreeningStore(house.database.orm), screen: model, time: clock, log },
      ...{ house: "pause", everyMs: EVERY_MS, threshold: 0 },
      showOf: async () => ({
        ...{ roomId: owned.id, broadcastId: owned.broadcastId ?? (await broadcastOf(room)) },
        host: { id: host.id, name: "Host" },
      }),
      append: async (_slug, { body }) => told.push(body.type),
      audit: async () => {},
      veilChanged: async () => {},
      files: { save: async () => "0123456789abcdef.jpeg", remove: async () => {} },
    });
    screening.take(room, picture);
    // Another one of the same moment is passed over.
    screening.take(room, picture);
    await screening.settled();
    expect(told).toEqual(["veil", "moderation"]);
    expect((await queueOf(room)).frames).toMatchObject([{ action: "pause", state: "waiting" }]);
    expect(await screening.veilOf(room)).toBe("pause");
  });
});

const broadcastOf = async (room: string) => (await get(`/api/rooms/${room}`)).body.broadcasts[0].id as string;
