import { type Action, may, type Standing } from "@sameroom/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Control } from "./compose.ts";
import { type Client, createClient, logInAdmin, signUp, withApiKey } from "./testing/client.fixture.ts";
import { openTestDatabase, startTestControl, type TestDatabase } from "./testing/control.fixture.ts";

/** Opening a database takes a second, on a busy machine many. */
const HOOK_MS = 60_000;

/** Everybody who may ask, and what they are to the room. */
const WHO = {
  visitor: ["viewer"],
  user: ["viewer"],
  moderator: ["moderator", "viewer"],
  owner: ["owner", "viewer"],
  admin: ["admin", "viewer"],
  ownerKey: ["owner", "viewer"],
  userKey: ["viewer"],
} as const satisfies Record<string, readonly Standing[]>;
type Who = keyof typeof WHO;
type Row = [
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  url: string,
  body: unknown,
  statuses: Record<Who, number>,
];

const everybody = (status: number): Record<Who, number> => ({
  visitor: status,
  user: status,
  moderator: status,
  owner: status,
  admin: status,
  ownerKey: status,
  userKey: status,
});
/** Who the table of actions lets do this in the room, by their accounts: visitors have none. */
const whoMay = (action: Action, status: number) => ({
  ...(Object.fromEntries(
    (Object.keys(WHO) as Who[]).map((who) => [who, may(WHO[who], action) ? status : 403]),
  ) as Record<Who, number>),
  visitor: 401,
});
const accountsOnly = (status: number) => ({ ...everybody(status), visitor: 401 });
const sessionsOnly = (status: number) => ({ ...accountsOnly(status), ownerKey: 403, userKey: 403 });
const ownerOnly = (status: number) => whoMay("room.edit", status);
const adminsOnly = (status: number) => ({ ...accountsOnly(403), admin: status });

const NOBODY = "00000000-0000-7000-8000-000000000000";
const png = Buffer.concat([Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), Buffer.alloc(64)]);

const SUBSCRIPTION = {
  endpoint: "https://push.example.com/device",
  keys: { p256dh: Buffer.alloc(65, 4).toString("base64url"), auth: Buffer.alloc(16).toString("base64url") },
};

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
  ["GET", "/api/rooms/room/events", undefined, everybody(200)],
  ["GET", "/api/rooms/room/events?after=0&types=message,gift&limit=500", undefined, everybody(200)],
  ["GET", "/api/rooms/room/events?types=rubbish", undefined, everybody(400)],
  ["POST", "/api/rooms/room/tokens", undefined, everybody(201)],
  ["POST", "/api/rooms/room/tokens", { role: "host" }, { ...everybody(403), owner: 201, ownerKey: 201 }],
  [
    "POST",
    "/api/rooms/room/tokens",
    { role: "moderator" },
    { ...everybody(403), owner: 201, ownerKey: 201, admin: 201, moderator: 201 },
  ],
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
  ["GET", "/api/webhooks", undefined, accountsOnly(200)],
  ["POST", "/api/webhooks", { url: "https://example.com/hook" }, sessionsOnly(201)],
  ["PATCH", `/api/webhooks/${NOBODY}`, { enabled: false }, sessionsOnly(404)],
  ["DELETE", `/api/webhooks/${NOBODY}`, undefined, sessionsOnly(404)],
  ["GET", `/api/webhooks/${NOBODY}/deliveries`, undefined, accountsOnly(404)],
  ["POST", `/api/webhooks/${NOBODY}/test`, undefined, sessionsOnly(404)],
  ["POST", `/api/webhooks/${NOBODY}/replay`, { room: "room", after: 0 }, sessionsOnly(404)],
  // The owner is no admin here, the admin not the owner.
  ["GET", "/api/rooms/room/files", undefined, accountsOnly(403)],
  ["PUT", "/api/rooms/room/playback", { files: ["film.mp4"] }, accountsOnly(403)],
  ["DELETE", "/api/rooms/room/playback", undefined, accountsOnly(403)],
  ["POST", "/api/rooms/room/end", undefined, whoMay("room.end", 409)],
  ["GET", "/api/rooms/room/moderators", undefined, whoMay("report.read", 200)],
  ["POST", "/api/rooms/room/moderators", { username: "nobody" }, whoMay("people.appoint", 404)],
  ["DELETE", `/api/rooms/room/moderators/${NOBODY}`, undefined, whoMay("people.appoint", 404)],
  ["POST", "/api/rooms/room/mutes", { participant: "guest:nobody" }, whoMay("people.mute", 201)],
  ["POST", "/api/rooms/room/bans", { participant: "guest:nobody" }, whoMay("people.ban", 201)],
  ["GET", "/api/rooms/room/sanctions", undefined, whoMay("report.read", 200)],
  ["DELETE", `/api/rooms/room/sanctions/${NOBODY}`, undefined, whoMay("people.mute", 404)],
  ["GET", "/api/rooms/room/chat-rules", undefined, whoMay("report.read", 200)],
  ["PUT", "/api/rooms/room/chat-rules", { links: "listed" }, whoMay("rules.edit", 200)],
  ["GET", "/api/rooms/room/held", undefined, whoMay("report.read", 200)],
  ["PATCH", `/api/rooms/room/held/${NOBODY}`, { approve: true }, whoMay("report.read", 404)],
  ["POST", "/api/rooms/room/reports", { participant: "guest:x", reason: "spam" }, whoMay("report.send", 204)],
  ["GET", "/api/rooms/room/reports", undefined, whoMay("report.read", 200)],
  ["PATCH", `/api/rooms/room/reports/${NOBODY}`, { state: "acted" }, whoMay("report.read", 404)],
  ["GET", "/api/rooms/room/follow", undefined, everybody(200)],
  ["PUT", "/api/rooms/room/follow", undefined, { ...accountsOnly(200), owner: 403, ownerKey: 403 }],
  ["DELETE", "/api/rooms/room/follow", undefined, accountsOnly(200)],
  ["GET", "/api/rooms?followed=1", undefined, accountsOnly(200)],
  ["GET", "/api/rooms/room/raid-rules", undefined, ownerOnly(200)],
  ["PUT", "/api/rooms/room/raid-rules", { from: "followed" }, ownerOnly(200)],
  ["GET", "/api/rooms/room/screening", undefined, whoMay("report.read", 200)],
  ["PUT", "/api/rooms/room/screening", { policy: "blur" }, whoMay("screening.edit", 200)],
  ["GET", "/api/rooms/room/frames", undefined, whoMay("report.read", 200)],
  ["GET", `/api/rooms/room/frames/${NOBODY}/picture`, undefined, whoMay("report.read", 404)],
  ["PATCH", `/api/rooms/room/frames/${NOBODY}`, { harmless: true }, whoMay("report.read", 404)],
  ["GET", "/api/push", undefined, everybody(200)],
  ["PUT", "/api/push/subscription", SUBSCRIPTION, accountsOnly(204)],
  ["DELETE", "/api/push/subscription", { endpoint: SUBSCRIPTION.endpoint }, accountsOnly(204)],
  ["GET", "/api/rooms/room/audit", undefined, whoMay("audit.read", 200)],
  ["POST", `/api/rooms/room/audit/${NOBODY}/undo`, undefined, whoMay("audit.read", 404)],
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
  ["GET", "/api/gifts", undefined, everybody(200)],
  ["GET", "/api/rooms/room/supporters", undefined, everybody(200)],
  ["GET", "/api/coin-packages", undefined, everybody(200)],
  ["GET", "/api/wallet", undefined, accountsOnly(200)],
  ["GET", "/api/wallet/statement", undefined, accountsOnly(200)],
  ["GET", "/api/wallet/statement.csv", undefined, accountsOnly(200)],
  ["GET", "/api/wallet/earnings", undefined, accountsOnly(200)],
  ["GET", "/api/wallet/purchases", undefined, accountsOnly(200)],
  ["POST", "/api/wallet/purchases", { id: NOBODY, package: "no-such" }, sessionsOnly(404)],
  ["GET", `/api/wallet/purchases/${NOBODY}`, undefined, accountsOnly(404)],
  ["POST", `/api/payments/sandbox/${NOBODY}`, { outcome: "pay" }, sessionsOnly(404)],
  ["POST", "/api/payments/stripe/webhook", {}, everybody(404)],
  ["GET", "/api/rooms/room/subscription", undefined, everybody(200)],
  ["POST", "/api/rooms/room/subscription", { id: NOBODY, level: 1 }, sessionsOnly(409)],
  [
    "POST",
    "/api/rooms/room/subscription-gifts",
    { id: NOBODY, level: 1, to: { random: 1 } },
    sessionsOnly(409),
  ],
  ["GET", "/api/subscriptions", undefined, accountsOnly(200)],
  ["GET", `/api/subscriptions/${NOBODY}`, undefined, accountsOnly(404)],
  ["PATCH", `/api/subscriptions/${NOBODY}`, { renews: false }, sessionsOnly(404)],
  ["POST", `/api/subscriptions/${NOBODY}/sandbox`, { outcome: "pay" }, sessionsOnly(404)],
  ["GET", "/api/channel/tiers", undefined, accountsOnly(200)],
  ["PUT", "/api/channel/tiers/1", { name: "Friend", amount: 499, offered: false }, accountsOnly(200)],
  ["GET", "/api/channel/subscribers", undefined, accountsOnly(200)],
  ["GET", "/api/admin/subscription-payments", undefined, adminsOnly(200)],
  ["POST", `/api/admin/subscription-payments/${NOBODY}/refund`, undefined, adminsOnly(404)],
  ["GET", "/api/wallet/payouts", undefined, accountsOnly(200)],
  ["POST", "/api/wallet/payouts", { id: NOBODY, points: 1, destination: "My bank" }, sessionsOnly(409)],
  ["DELETE", `/api/wallet/payouts/${NOBODY}`, undefined, sessionsOnly(404)],
  ["GET", "/api/admin/gifts", undefined, adminsOnly(200)],
  [
    "PUT",
    "/api/admin/gifts/rose",
    { name: "Rose", animation: "rose", price: 1, offered: true },
    adminsOnly(200),
  ],
  ["DELETE", "/api/admin/gifts/no-such", undefined, adminsOnly(404)],
  ["GET", "/api/admin/coin-packages", undefined, adminsOnly(200)],
  [
    "PUT",
    "/api/admin/coin-packages/pocket",
    { coins: 100, price: { amount: 149, currency: "usd" }, offered: true },
    adminsOnly(200),
  ],
  ["DELETE", "/api/admin/coin-packages/no-such", undefined, adminsOnly(404)],
  ["GET", "/api/admin/purchases", undefined, adminsOnly(200)],
  ["POST", `/api/admin/purchases/${NOBODY}/refund`, undefined, adminsOnly(404)],
  ["GET", "/api/admin/payouts", undefined, adminsOnly(200)],
  ["POST", `/api/admin/payouts/${NOBODY}/settlement`, { outcome: "paid" }, adminsOnly(404)],
  ["GET", "/api/admin/ledger", undefined, adminsOnly(200)],
  ["GET", "/health/live", undefined, everybody(200)],
  ["GET", "/health/ready", undefined, everybody(200)],
  ["GET", "/metrics", undefined, everybody(401)],
  ["GET", "/api/nothing", undefined, everybody(404)],
  // Last: it logs callers out.
  // Gone with the owner, for all who ask after.
  ["DELETE", "/api/rooms/old", undefined, { ...ownerOnly(204), admin: 404, ownerKey: 404, userKey: 404 }],
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
  clients.moderator = await signUp(control, "moderator");
  clients.ownerKey = await withApiKey(control, clients.owner);
  clients.userKey = await withApiKey(control, clients.user);
  await clients.owner.call("POST", "/api/rooms", { title: "Room", slug: "room" });
  await clients.owner.call("POST", "/api/rooms", { title: "Old", slug: "old" });
  await clients.owner.call("POST", "/api/rooms/room/moderators", { username: "moderator" });
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
    .replace(/\/rooms\/(?:room|old)/, "/rooms/{room}")
    .replace(`/recordings/${NOBODY}`, "/recordings/{recording}")
    .replace(`/broadcasts/${NOBODY}`, "/broadcasts/{broadcast}")
    .replace(`/webhooks/${NOBODY}`, "/webhooks/{webhook}")
    .replace(`/restream-targets/${NOBODY}`, "/restream-targets/{target}")
    .replace(`/moderators/${NOBODY}`, "/moderators/{account}")
    .replace(`/sanctions/${NOBODY}`, "/sanctions/{sanction}")
    .replace(`/held/${NOBODY}`, "/held/{message}")
    .replace(`/reports/${NOBODY}`, "/reports/{report}")
    .replace(`/audit/${NOBODY}`, "/audit/{entry}")
    .replace(`/frames/${NOBODY}`, "/frames/{frame}")
    .replace(/\/(gifts|coin-packages)\/(?:no-such|rose|pocket)$/, "/$1/{code}")
    .replace("/tiers/1", "/tiers/{level}")
    .replace(NOBODY, "{id}");
}

test("the API page describes problems and the OpenAPI document is served", async () => {
  const answer = await clients.visitor.call("GET", "/docs/json");
  expect(answer.body.openapi).toBe("3.1.0");
  expect(answer.body.paths["/api/rooms"].post.responses["4XX"].content).toHaveProperty(
    "application/problem+json",
  );
});
