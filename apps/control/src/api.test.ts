import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Control } from "./compose.ts";
import { type Client, createClient, logInAdmin, signUp, withApiKey } from "./testing/client.fixture.ts";
import { openTestDatabase, startTestControl, type TestDatabase } from "./testing/control.fixture.ts";

/** Opening a database takes a second, on a busy machine many. */
const HOOK_MS = 60_000;

type Who = "visitor" | "user" | "owner" | "admin" | "ownerKey" | "userKey";
type Row = [
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  url: string,
  body: unknown,
  statuses: Record<Who, number>,
];

const everybody = (status: number): Record<Who, number> => ({
  visitor: status,
  user: status,
  owner: status,
  admin: status,
  ownerKey: status,
  userKey: status,
});
const accountsOnly = (status: number) => ({ ...everybody(status), visitor: 401 });
const sessionsOnly = (status: number) => ({ ...accountsOnly(status), ownerKey: 403, userKey: 403 });
const ownerOnly = (status: number) => ({
  ...accountsOnly(403),
  owner: status,
  ownerKey: status,
});
const adminsOnly = (status: number) => ({ ...accountsOnly(403), admin: status });

const NOBODY = "00000000-0000-7000-8000-000000000000";
const png = Buffer.concat([Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), Buffer.alloc(64)]);

/** Every route and who gets which status; `room` is the owner's, never on air here. */
const TABLE: Row[] = [
  ["GET", "/api/site", undefined, everybody(200)],
  ["GET", "/api/session", undefined, everybody(200)],
  ["POST", "/api/session", { username: "no-such", password: "12345678" }, everybody(401)],
  ["POST", "/api/accounts", { username: "x", displayName: "x", password: "x" }, everybody(400)],
  ["GET", "/api/api-keys", undefined, sessionsOnly(200)],
  ["POST", "/api/api-keys", { name: "one" }, sessionsOnly(201)],
  ["DELETE", `/api/api-keys/${NOBODY}`, undefined, sessionsOnly(404)],
  ["POST", "/api/rooms", { title: "Mine" }, accountsOnly(201)],
  ["GET", "/api/rooms?state=all", undefined, everybody(200)],
  ["GET", "/api/rooms?mine=1&state=all", undefined, accountsOnly(200)],
  ["GET", "/api/rooms/room", undefined, everybody(200)],
  ["PATCH", "/api/rooms/room", { title: "New" }, ownerOnly(200)],
  ["POST", "/api/rooms/room/tokens", undefined, everybody(201)],
  ["POST", "/api/rooms/room/tokens", { role: "host" }, { ...everybody(403), owner: 201, ownerKey: 201 }],
  ["POST", "/api/rooms/room/tokens", { role: "moderator" }, { ...everybody(403), owner: 201, ownerKey: 201 }],
  ["POST", "/api/rooms/room/tokens", { role: "guest" }, { ...everybody(403), owner: 201, ownerKey: 201 }],
  ["POST", "/api/rooms/room/tokens", { role: "viewer" }, everybody(201)],
  [
    "POST",
    "/api/rooms/room/tokens",
    { grants: { publish: true } },
    { ...everybody(403), owner: 201, ownerKey: 201 },
  ],
  ["POST", "/api/rooms/room/tokens", { ttlS: 3600 }, { ...everybody(403), ownerKey: 201 }],
  ["GET", "/api/rooms/room/stream-key", undefined, ownerOnly(200)],
  ["POST", "/api/rooms/room/stream-key", undefined, ownerOnly(201)],
  ["GET", "/api/rooms/room/ingest", undefined, ownerOnly(200)],
  ["GET", `/api/rooms/room/broadcasts/${NOBODY}/findings`, undefined, ownerOnly(404)],
  ["GET", "/api/rooms/room/restream-targets", undefined, ownerOnly(200)],
  [
    "POST",
    "/api/rooms/room/restream-targets",
    { name: "There", url: "rtmp://live.example.com/app", key: "k" },
    ownerOnly(201),
  ],
  ["PATCH", `/api/rooms/room/restream-targets/${NOBODY}`, { enabled: false }, ownerOnly(404)],
  ["DELETE", `/api/rooms/room/restream-targets/${NOBODY}`, undefined, ownerOnly(404)],
  ["POST", "/api/rooms/room/end", undefined, { ...ownerOnly(409), admin: 409 }],
  ["PUT", "/api/rooms/room/cover", png, ownerOnly(200)],
  ["GET", "/api/rooms/room/cover", undefined, everybody(200)],
  ["DELETE", "/api/rooms/room/cover", undefined, ownerOnly(204)],
  ["PUT", "/api/rooms/room/thumbnail", png, ownerOnly(409)],
  ["GET", "/api/rooms/room/thumbnail", undefined, everybody(404)],
  ["POST", "/api/rooms/room/recording", undefined, ownerOnly(409)],
  ["DELETE", "/api/rooms/room/recording", undefined, ownerOnly(409)],
  ["GET", "/api/recordings", undefined, everybody(200)],
  ["GET", "/api/recordings?room=room", undefined, everybody(200)],
  ["GET", "/api/recordings?room=no-such", undefined, everybody(404)],
  ["GET", "/api/recordings?mine=1", undefined, accountsOnly(200)],
  ["GET", "/api/recordings?cursor=rubbish", undefined, everybody(400)],
  ["GET", `/api/recordings/${NOBODY}`, undefined, everybody(404)],
  ["PATCH", `/api/recordings/${NOBODY}`, { title: "New" }, accountsOnly(404)],
  ["DELETE", `/api/recordings/${NOBODY}`, undefined, accountsOnly(404)],
  ["GET", "/api/admin/recordings", undefined, adminsOnly(200)],
  ["GET", "/api/admin/users", undefined, adminsOnly(200)],
  ["PATCH", `/api/admin/users/${NOBODY}`, { disabled: true }, adminsOnly(404)],
  ["GET", "/api/admin/workers", undefined, adminsOnly(200)],
  ["POST", "/api/demo", undefined, adminsOnly(503)],
  ["DELETE", "/api/demo", undefined, adminsOnly(204)],
  ["GET", "/health/live", undefined, everybody(200)],
  ["GET", "/health/ready", undefined, everybody(200)],
  ["GET", "/metrics", undefined, everybody(401)],
  ["GET", "/api/nothing", undefined, everybody(404)],
  // Last: it logs callers out.
  ["DELETE", "/api/session", undefined, everybody(204)],
];

let db: TestDatabase;
let control: Control;
const clients = {} as Record<Who, Client>;

beforeAll(async () => {
  db = await openTestDatabase();
  control = await startTestControl(db);
  clients.visitor = createClient(control);
  clients.admin = await logInAdmin(control);
  clients.owner = await signUp(control, "owner");
  clients.user = await signUp(control, "user");
  clients.ownerKey = await withApiKey(control, clients.owner);
  clients.userKey = await withApiKey(control, clients.user);
  await clients.owner.call("POST", "/api/rooms", { title: "Room", slug: "room" });
}, HOOK_MS);

afterAll(async () => {
  await control.close();
  await db.drop();
}, HOOK_MS);

describe("who may call what", () => {
  test.each(TABLE)("%s %s", async (method, url, body, statuses) => {
    const contentType = Buffer.isBuffer(body) ? { "content-type": "image/png" } : {};
    const got = {} as Record<Who, number>;
    for (const who of Object.keys(statuses) as Who[]) {
      const answer = await clients[who].call(method, url, body, contentType as Record<string, string>);
      got[who] = answer.status;
      if (answer.status >= 400) {
        expect(answer.headers["content-type"]).toBe("application/problem+json");
        expect(answer.body).toMatchObject({
          status: answer.status,
          type: `urn:sameroom:error:${answer.body.code}`,
        });
      }
    }
    expect(got).toEqual(statuses);
  });

  test("the table has every route", () => {
    const listed = new Set(TABLE.map(([method, url]) => `${method} ${pattern(url)}`));
    const document = control.http.swagger() as { paths: Record<string, Record<string, unknown>> };
    const missing = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .map((method) => `${method.toUpperCase()} ${path}`)
        .filter((route) => !listed.has(route)),
    );
    expect(missing).toEqual([]);
  });
});

function pattern(url: string): string {
  const path = url.split("?", 1)[0] ?? "";
  return path
    .replace("/rooms/room", "/rooms/{room}")
    .replace(`/recordings/${NOBODY}`, "/recordings/{recording}")
    .replace(`/broadcasts/${NOBODY}`, "/broadcasts/{broadcast}")
    .replace(`/restream-targets/${NOBODY}`, "/restream-targets/{target}")
    .replace(NOBODY, "{id}");
}

test("the API page describes problems and the OpenAPI document is served", async () => {
  const answer = await clients.visitor.call("GET", "/docs/json");
  expect(answer.body.openapi).toBe("3.1.0");
  expect(answer.body.paths["/api/rooms"].post.responses["4XX"].content).toHaveProperty(
    "application/problem+json",
  );
});
