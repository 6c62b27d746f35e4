import { createHmac, randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { FakeClock } from "@sameroom/base/testing";
import type { Delivery, EventBody, Webhook, WebhookBody } from "@sameroom/contract";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Control } from "../../compose.ts";
import { webhookCursors } from "../../db/schema.ts";
import { type Client, signUp } from "../../testing/client.fixture.ts";
import { openTestDatabase, startTestControl, type TestDatabase } from "../../testing/control.fixture.ts";
import { ask, enter } from "../../testing/viewer.fixture.ts";
import { createEventStore, type EventStore } from "../events/store.ts";

const HOOK_MS = 60_000;
const SWEEP_MS = 5_000;
const DAY_MS = 86_400_000;

interface Request {
  headers: Record<string, string>;
  raw: string;
  body: WebhookBody;
}

let database: TestDatabase;
let log: EventStore;
let clock: FakeClock;
let control: Control;
let owner: Client;
let room: string;
let server: Server;
let url: string;
let requests: Request[];
/** What the server answers; 200 when there is nothing left. */
let answers: number[];
let rooms = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  log = createEventStore(database.database.orm);
  clock = new FakeClock();
  control = await startTestControl(database, { time: clock });
}, HOOK_MS);
afterAll(async () => {
  await control.close();
  await database.drop();
});

beforeEach(async () => {
  requests = [];
  answers = [];
  server = createServer(async (request, response) => {
    let raw = "";
    for await (const chunk of request) raw += String(chunk);
    requests.push({ headers: request.headers as Record<string, string>, raw, body: JSON.parse(raw) });
    response.writeHead(answers.shift() ?? 200).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  owner = await signUp(control);
  room = `hooked-${++rooms}`;
  await owner.call("POST", "/api/rooms", { title: "Hooked", slug: room });
});
afterEach(async () => {
  await owner.call("DELETE", `/api/webhooks/${(await list())[0]?.id}`);
  await new Promise((resolve) => server.close(resolve));
});

async function list(): Promise<Webhook[]> {
  return (await owner.call("GET", "/api/webhooks")).body.webhooks;
}
async function make(types: string[] = []): Promise<Webhook & { secret: string }> {
  const answer = await owner.call("POST", "/api/webhooks", { url, types });
  expect(answer.status).toBe(201);
  return answer.body;
}
/** Adds messages, and what else is told, to the room's log. */
async function happen(...what: (string | EventBody)[]): Promise<void> {
  await log.append(
    what.map((one) => ({
      ...{ slug: room, atUnixMs: clock.unixMs() + 1, actor: null },
      body: typeof one === "string" ? { type: "message", text: one, replyTo: null, mentions: [] } : one,
    })),
  );
}
/** Lets time pass in steps in which what is due is delivered. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += SWEEP_MS) {
    clock.advance(SWEEP_MS);
    await control.settled();
  }
}
const sequences = () => requests.map(({ body }) => body.event?.sequence);
const texts = () =>
  requests.map(({ body }) => (body.event?.body.type === "message" ? body.event.body.text : ""));
const deliveries = async (id: string): Promise<Delivery[]> =>
  (await owner.call("GET", `/api/webhooks/${id}/deliveries`)).body.deliveries;

test("what happens is posted in order, signed, from the making of the webhook on", async () => {
  await happen("before");
  clock.advance(1_000);
  const { id, secret } = await make();
  await happen("one", "two");
  await happen("three");
  await pass(SWEEP_MS);
  expect(texts()).toEqual(["one", "two", "three"]);
  for (const { headers, raw, body } of requests) {
    const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${raw}`;
    const key = Buffer.from(secret.slice("whsec_".length), "base64");
    expect(headers["webhook-signature"]).toBe(
      `v1,${createHmac("sha256", key).update(signed).digest("base64")}`,
    );
    expect(body).toMatchObject({ type: "message", room });
  }
  expect(new Set(requests.map(({ headers }) => headers["webhook-id"])).size).toBe(3);
  expect((await deliveries(id)).map(({ sequence, status }) => [sequence, status])).toEqual([
    [4, 200],
    [3, 200],
    [2, 200],
  ]);
  expect(JSON.stringify(await list())).not.toContain(secret);
});

test("what is not taken is sent again with the same id, and what comes after waits", async () => {
  await make();
  answers = [500, 503];
  await happen("one", "two");
  await pass(SWEEP_MS);
  expect(texts()).toEqual(["one"]);
  expect((await list())[0]?.failing).toMatchObject({ attempts: 1, fault: "answered 500" });
  await pass(60_000);
  expect(texts()).toEqual(["one", "one", "one", "two"]);
  const ids = requests.map(({ headers }) => headers["webhook-id"]);
  expect(new Set(ids.slice(0, 3)).size).toBe(1);
  expect((await list())[0]?.failing).toBeNull();
});

test("only what was asked for comes, and the log is passed all the same", async () => {
  await make(["state"]);
  await happen("no", { type: "state", state: "live", broadcast: null, reason: null }, "no");
  await pass(SWEEP_MS);
  expect(requests.map(({ body }) => body.type)).toEqual(["state"]);
  requests = [];
  await happen({ type: "state", state: "ended", broadcast: null, reason: "host" });
  await pass(SWEEP_MS);
  expect(sequences()).toEqual([4]);
});

test("a server that is gone for days is given up, and gets everything when it is switched on again", async () => {
  const { id } = await make();
  answers = [500, 500, 500];
  await happen("one", "two");
  await pass(SWEEP_MS);
  const failingSince = new Date(clock.unixMs() - 3 * DAY_MS);
  await database.database.orm.update(webhookCursors).set({ failingSince });
  await pass(2 * SWEEP_MS);
  const [given] = await list();
  expect([given?.enabled, given?.failing?.nextAt]).toEqual([false, null]);
  requests = [];
  answers = [];
  await happen("three");
  await pass(SWEEP_MS);
  expect(requests).toEqual([]);
  expect((await owner.call("PATCH", `/api/webhooks/${id}`, { enabled: true })).body.failing).toBeNull();
  await pass(SWEEP_MS);
  expect(texts()).toEqual(["one", "two", "three"]);
  answers = [410];
  await happen("four");
  await pass(SWEEP_MS);
  expect((await list())[0]?.enabled).toBe(false);
});

test("a test is sent at once, and a log again from any event on", async () => {
  const { id } = await make();
  answers = [418];
  const tried = await owner.call("POST", `/api/webhooks/${id}/test`);
  expect(tried.body).toMatchObject({
    type: "test",
    room: null,
    sequence: null,
    status: 418,
    fault: "answered 418",
  });
  await happen("one", "two", "three");
  await pass(SWEEP_MS);
  requests = [];
  const replayed = await owner.call("POST", `/api/webhooks/${id}/replay`, { room, after: 1 });
  expect(replayed.status).toBe(204);
  await control.settled();
  expect(texts()).toEqual(["two", "three"]);
  const stranger = await signUp(control);
  expect((await stranger.call("POST", `/api/webhooks/${id}/replay`, { room, after: 0 })).status).toBe(404);
  expect((await owner.call("POST", `/api/webhooks/${id}/replay`, { room: "nowhere", after: 0 })).status).toBe(
    404,
  );
});

test("what is said in the room is told within moments, without waiting for a sweep", async () => {
  await make();
  await pass(SWEEP_MS);
  const port = await control.listen();
  const token = (await owner.call("POST", `/api/rooms/${room}/tokens`)).body.token;
  const viewer = await enter(port, token);
  await ask(viewer, "chat.send", { id: randomUUID(), text: "hello" });
  viewer.socket.close();
  clock.advance(100);
  await control.settled();
  expect(texts()).toEqual(["hello"]);
});

test("two processes on one database deliver each event once", async () => {
  await make();
  const other = await startTestControl(database, { time: clock });
  try {
    await happen(...Array.from({ length: 30 }, (_, index) => `m${index}`));
    clock.advance(SWEEP_MS);
    await Promise.all([control.settled(), other.settled()]);
    await pass(2 * SWEEP_MS);
    expect(texts()).toEqual(Array.from({ length: 30 }, (_, index) => `m${index}`));
  } finally {
    await other.close();
  }
});
