import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FakeClock } from "@sameroom/base/testing";
import type { ChildToSupervisor } from "@sameroom/contract";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Control } from "../compose.ts";
import { SESSION_TTL_MS } from "../features/accounts/sessions.ts";
import { type Client, createClient, logInAdmin, signUp, withApiKey } from "../testing/client.fixture.ts";
import {
  NO_LIMITS,
  NODE_SECRET,
  openTestDatabase,
  startTestControl,
  type TestControlOptions,
  type TestDatabase,
} from "../testing/control.fixture.ts";
import { publicAddress, resolveIngest, resolveMediaUrl } from "./public-url.ts";

/** Opening a database takes a second, on a busy machine many. */
const HOOK_MS = 60_000;

let db: TestDatabase;
let control: Control;
let admin: Client & { id: string };
const sent: ChildToSupervisor[] = [];
beforeAll(async () => {
  db = await openTestDatabase();
  control = await startTestControl(db, { toSupervisor: (message) => sent.push(message) });
  admin = await logInAdmin(control);
}, HOOK_MS);
afterAll(async () => {
  await control.close();
  await db.drop();
}, HOOK_MS);

/** Another control on the same database, for other options. */
async function withControl(options: TestControlOptions, work: (other: Control) => Promise<void>) {
  const other = await startTestControl(db, options);
  try {
    await work(other);
  } finally {
    await other.close();
  }
}

describe("accounts", () => {
  const person = { username: "Anna.1", displayName: " Anna ", password: "correct horse" };

  test("sign up, log out, log in; a name is taken whatever its case", async () => {
    const client = createClient(control);
    const joined = await client.call("POST", "/api/accounts", person);
    expect(joined).toMatchObject({
      status: 201,
      body: { username: "Anna.1", displayName: "Anna", role: "user" },
    });
    expect(Object.keys(joined.body).sort()).toEqual(["createdAt", "displayName", "id", "role", "username"]);
    expect((await client.call("GET", "/api/session")).body.account.username).toBe("Anna.1");
    expect((await client.call("DELETE", "/api/session")).status).toBe(204);
    expect(client.cookies.size).toBe(0);
    expect((await client.call("GET", "/api/session")).body).toEqual({ account: null });
    const again = await client.call("POST", "/api/accounts", { ...person, username: "ANNA.1" });
    expect(again.body.code).toBe("account.name_taken");
    const wrong = await client.call("POST", "/api/session", { username: "anna.1", password: "wrong horse" });
    expect(wrong.body.code).toBe("auth.bad_credentials");
    expect((await client.call("POST", "/api/session", { ...person, username: "anna.1" })).status).toBe(200);
  });

  test("the session cookie is out of scripts' reach, and secure behind TLS", async () => {
    await withControl({ config: { trustProxy: true } }, async (other) => {
      const answer = await createClient(other).call(
        "POST",
        "/api/session",
        { ...person, username: "anna.1" },
        { "x-forwarded-proto": "https", "x-forwarded-host": "live.example" },
      );
      expect(String(answer.headers["set-cookie"])).toMatch(
        /^sameroom_session=srs_[\w-]{43}; .*HttpOnly; Secure; SameSite=Lax/,
      );
    });
    const plain = await createClient(control).call("POST", "/api/session", { ...person, username: "anna.1" });
    expect(String(plain.headers["set-cookie"])).not.toContain("Secure");
  });

  test("an old cookie is worth nothing after log-out or a new log-in", async () => {
    const client = await signUp(control);
    const stolen = createClient(control);
    for (const [name, value] of client.cookies) stolen.cookies.set(name, value);
    expect((await stolen.call("GET", "/api/session")).body.account).not.toBeNull();
    await client.call("POST", "/api/session", { ...person, username: "anna.1" });
    expect((await stolen.call("GET", "/api/session")).body.account).toBeNull();
  });

  test("sign-up can be closed", async () => {
    await withControl({ config: { signUpOpen: false } }, async (other) => {
      const answer = await createClient(other).call("POST", "/api/accounts", { ...person, username: "late" });
      expect(answer.body.code).toBe("auth.forbidden");
      expect((await createClient(other).call("GET", "/api/site")).body.signUpOpen).toBe(false);
    });
  });

  test("a disabled account cannot log in nor use its keys; enabled again, it can", async () => {
    const client = await signUp(control, "phoenix");
    const key = await withApiKey(control, client);
    await admin.call("PATCH", `/api/admin/users/${client.id}`, { disabled: true });
    const logIn = { username: "phoenix", password: "correct horse" };
    expect((await client.call("POST", "/api/session", logIn)).body.code).toBe("account.disabled");
    const guess = { username: "phoenix", password: "wrong" };
    expect((await client.call("POST", "/api/session", guess)).body.code).toBe("auth.bad_credentials");
    expect((await key.call("GET", "/api/rooms?mine=1")).body.code).toBe("account.disabled");
    await admin.call("PATCH", `/api/admin/users/${client.id}`, { disabled: false });
    expect((await client.call("POST", "/api/session", logIn)).status).toBe(200);
  });

  test("admins find people page by page, promote them, and cannot lock themselves out", async () => {
    const client = await signUp(control, "findable");
    const found = await admin.call("GET", "/api/admin/users?search=FINDABLE");
    expect(found.body).toMatchObject({ total: 1, users: [{ id: client.id, rooms: 0, disabled: false }] });
    const first = await admin.call("GET", "/api/admin/users?limit=1");
    const second = await admin.call("GET", `/api/admin/users?limit=1&cursor=${first.body.nextCursor}`);
    expect(second.body.users[0].id).not.toBe(first.body.users[0].id);
    await admin.call("PATCH", `/api/admin/users/${client.id}`, { role: "admin" });
    expect((await client.call("GET", "/api/admin/users")).status).toBe(200);
    const self = await admin.call("PATCH", `/api/admin/users/${admin.id}`, { disabled: true });
    expect(self.body.code).toBe("auth.forbidden");
  });

  test("an API key works until it is revoked; a wrong one is refused, not ignored", async () => {
    const client = await signUp(control);
    const key = await withApiKey(control, client);
    expect((await key.call("GET", "/api/session")).body.account.id).toBe(client.id);
    const [listed] = (await client.call("GET", "/api/api-keys")).body.keys;
    expect(listed).toMatchObject({ name: "test", prefix: key.bearer?.slice(0, 10) });
    expect(listed.lastUsedAt).not.toBeNull();
    expect(JSON.stringify(listed)).not.toContain(key.bearer);
    await client.call("DELETE", `/api/api-keys/${listed.id}`);
    expect((await key.call("GET", "/api/session")).body.code).toBe("token.invalid");
  });
});

describe("a request from another site", () => {
  let client: Client;
  beforeEach(async () => {
    client = createClient(control);
  });
  const body = { title: "x" };
  test.each([
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ "sec-fetch-site": "same-site" }, 403],
    [{ "sec-fetch-site": "same-origin" }, 401],
    [{ "sec-fetch-site": "none" }, 401],
    [{ origin: "http://evil.test" }, 403],
    [{ origin: "http://sameroom.test:9999" }, 403],
    [{ origin: "null" }, 403],
    [{ origin: "http://sameroom.test:8080" }, 401],
    [{}, 401],
  ])("%j gets %i", async (headers, status) => {
    const answer = await client.call("POST", "/api/rooms", body, headers as Record<string, string>);
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.body.code).toBe("request.csrf");
  });

  test("may read, and may act with an API key of its own", async () => {
    const key = await withApiKey(control, await signUp(control));
    const origin = { origin: "http://other.test" };
    expect((await key.call("POST", "/api/rooms", { title: "x" }, origin)).status).toBe(201);
    expect((await client.call("GET", "/api/rooms", undefined, origin)).status).toBe(200);
  });

  test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])(
    "in the form of %s is not read",
    async (type) => {
      const answer = await client.call("POST", "/api/session", Buffer.from('{"username":"a"}'), {
        "content-type": type,
      });
      expect([answer.status, answer.body.code]).toEqual([415, "request.unsupported_media_type"]);
    },
  );
});

describe("bad input", () => {
  test.each([
    ['{"title":"\\u0000"}', 400, "request.invalid"],
    ["{", 400, "request.invalid"],
    ["[]", 400, "request.invalid"],
    ['{"__proto__":{"a":1}}', 400, "request.invalid"],
    ['{"title":""}', 400, "request.invalid"],
    ['{"title":"x","slug":"-no-"}', 400, "request.invalid"],
  ])("%s", async (payload, status, code) => {
    const answer = await admin.call("POST", "/api/rooms", Buffer.from(payload), {
      "content-type": "application/json",
    });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
  });

  test("too large is refused", async () => {
    const answer = await admin.call("POST", "/api/rooms", { title: "x".repeat(70_000) });
    expect([answer.status, answer.body.code]).toEqual([413, "request.too_large"]);
  });

  test("names the fields that are wrong", async () => {
    const answer = await createClient(control).call("POST", "/api/accounts", {
      username: "a b",
      password: "x",
    });
    const paths = answer.body.faults.map(({ path }: { path: string }) => path);
    expect(paths).toEqual(expect.arrayContaining(["body/username", "body/displayName", "body/password"]));
  });

  test.each([
    "/api/rooms?limit=0",
    "/api/rooms?cursor=zzz",
    "/api/rooms?state=never",
    "/api/rooms/%00",
    "/api/%zz",
  ])("%s is a problem document", async (url) => {
    const answer = await createClient(control).call("GET", url);
    expect([400, 404]).toContain(answer.status);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
  });

  test("an address that is nobody's word is not repeated", () => {
    const address = (host: string) => publicAddress({ protocol: "http", host });
    for (const host of ["evil.test; script-src *", "a b", "<x>", "", "a:b:c", "x'y"])
      expect(address(host).host).toBe("localhost");
    expect(resolveMediaUrl(":8081", address("[::1]:8080"))).toBe("http://[::1]:8081");
    expect(resolveMediaUrl("https://m.test", address("a"))).toBe("https://m.test");
    expect(resolveIngest("rtmp", ":1935", address("evil.test/x"))).toBe("rtmp://localhost");
    expect(resolveIngest("rtmp", ":1936", address("show.test:8080"))).toBe("rtmp://show.test:1936");
    expect(resolveIngest("srt", ":9000", address("[::1]:8080"))).toBe("srt://[::1]:9000");
    expect(resolveIngest("rtmps", "rtmps://in.test", address("a"))).toBe("rtmps://in.test");
  });
});

describe("rooms", () => {
  test("get an address out of their title, and another one when it is taken", async () => {
    const client = await signUp(control);
    const first = await client.call("POST", "/api/rooms", { title: "Morning Yoga" });
    const second = await client.call("POST", "/api/rooms", { title: "Morning Yoga" });
    expect(first.body).toMatchObject({
      slug: "morning-yoga",
      state: "scheduled",
      viewers: 0,
      coverUrl: null,
    });
    expect(second.body.slug).toMatch(/^morning-yoga-[a-z0-9]{5}$/);
    const taken = await client.call("POST", "/api/rooms", { title: "x", slug: "morning-yoga" });
    expect(taken.body.code).toBe("room.slug_taken");
    for (const slug of ["demo", first.body.id])
      expect((await client.call("POST", "/api/rooms", { title: "x", slug })).body.code).toBe(
        "room.slug_taken",
      );
    const byId = await client.call("GET", `/api/rooms/${first.body.id}`);
    expect(byId.body).toMatchObject({ slug: "morning-yoga", canPublish: true, broadcasts: [] });
    const mine = await client.call("GET", "/api/rooms?mine=1&state=all&limit=1");
    const rest = await client.call(
      "GET",
      `/api/rooms?mine=1&state=all&limit=1&cursor=${mine.body.nextCursor}`,
    );
    expect([mine.body.rooms[0].slug, rest.body.rooms[0].slug]).toEqual([second.body.slug, "morning-yoga"]);
    expect(rest.body.nextCursor).toBeNull();
    expect((await client.call("GET", "/api/rooms")).body.rooms).toEqual([]);
  });

  test("have a cover: only real pictures, not too large, at an address that changes with it", async () => {
    const client = await signUp(control);
    await client.call("POST", "/api/rooms", { title: "Cover", slug: "cover" });
    const png = Buffer.concat([Buffer.from("89504e470d0a1a0a0000000d49484452", "hex"), Buffer.alloc(64)]);
    const put = (body: Buffer, type = "image/png") =>
      client.call("PUT", "/api/rooms/cover/cover", body, { "content-type": type });
    const first = await put(png);
    const shown = await createClient(control).call("GET", first.body.coverUrl);
    expect(shown.headers).toMatchObject({ "content-type": "image/png", "x-content-type-options": "nosniff" });
    expect(shown.headers["cache-control"]).toContain("immutable");
    const second = await put(png);
    expect(second.body.coverUrl).not.toBe(first.body.coverUrl);
    expect((await put(Buffer.from(`<svg ${" ".repeat(99)}/>`))).body.code).toBe("cover.unsupported");
    expect((await put(png, "image/svg+xml")).body.code).toBe("request.unsupported_media_type");
    expect((await put(Buffer.concat([png, Buffer.alloc(4 * 1024 * 1024)]))).body.code).toBe(
      "request.too_large",
    );
    expect((await put(Buffer.alloc(0))).body.code).toBe("cover.unsupported");
    expect((await client.call("DELETE", "/api/rooms/cover/cover")).status).toBe(204);
    expect((await client.call("GET", "/api/rooms/cover/cover")).status).toBe(404);
  });

  test("are limited in number", async () => {
    const client = await signUp(control);
    for (let count = 0; count < 50; count++)
      await client.call("POST", "/api/rooms", { title: "One of many" });
    expect((await client.call("POST", "/api/rooms", { title: "One more" })).body.code).toBe("room.limit");
  });

  test("have a stream key that is shown once and replaced on demand", async () => {
    const client = await signUp(control);
    await client.call("POST", "/api/rooms", { title: "Keys", slug: "keys" });
    const url = "/api/rooms/keys/stream-key";
    expect((await client.call("GET", url)).body).toEqual({ exists: false, prefix: null, createdAt: null });
    const { key } = (await client.call("POST", url)).body;
    const state = await client.call("GET", url);
    expect(state.body).toMatchObject({ exists: true, prefix: key.slice(0, 9) });
    expect((await client.call("POST", url)).body.key).not.toBe(key);
  });
});

describe("rate limits", () => {
  const two = { max: 2, timeWindow: 60_000 };
  test("count per address and say when to try again", async () => {
    const limits = { ...NO_LIMITS, logIn: two, signUp: two, tokens: two };
    await withControl({ limits }, async (other) => {
      for (const [url, body] of [
        ["/api/session", { username: "nobody", password: "x" }],
        ["/api/accounts", {}],
        ["/api/rooms/none/tokens", {}],
      ] as const) {
        const client = createClient(other);
        const statuses: number[] = [];
        for (let count = 0; count < 3; count++) statuses.push((await client.call("POST", url, body)).status);
        expect(statuses.slice(0, 2)).not.toContain(429);
        const refused = await client.call("POST", url, body);
        expect(refused).toMatchObject({ status: 429, body: { code: "request.rate_limited" } });
        expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
        client.remoteAddress = "192.0.2.99";
        expect((await client.call("POST", url, body)).status).not.toBe(429);
      }
    });
  });

  test("cannot be dodged with a made-up forwarding header", async () => {
    await withControl({ limits: { ...NO_LIMITS, logIn: two } }, async (other) => {
      const client = createClient(other);
      const attempt = (index: number) =>
        client.call(
          "POST",
          "/api/session",
          { username: "a", password: "b" },
          { "x-forwarded-for": `10.0.0.${index}` },
        );
      const statuses = [];
      for (let index = 0; index < 4; index++) statuses.push((await attempt(index)).status);
      expect(statuses).toEqual([401, 401, 429, 429]);
    });
  });
});

describe("the demo", () => {
  const local = { host: "localhost:8080" };
  function neighbour(): Client {
    const client = createClient(control);
    client.remoteAddress = "127.0.0.1";
    return client;
  }

  test("is for admins and whoever sits at the machine, nobody else", async () => {
    const far = await createClient(control).call("POST", "/api/demo");
    expect(far.body.code).toBe("auth.required");
    for (const headers of [
      { ...local, "x-forwarded-for": "1.2.3.4" },
      { ...local, forwarded: "for=1.2.3.4" },
      { host: "rebound.test" },
    ])
      expect(
        (await neighbour().call("POST", "/api/demo", undefined, headers as Record<string, string>)).status,
      ).toBe(401);
    expect((await neighbour().call("GET", "/api/site", undefined, local)).body.demoAvailable).toBe(true);
    expect((await createClient(control).call("GET", "/api/site")).body.demoAvailable).toBe(false);
  });

  test("starts once with a fresh key, is told of, and stops", async () => {
    sent.length = 0;
    expect(await neighbour().call("POST", "/api/demo", undefined, local)).toMatchObject({
      status: 202,
      body: { room: "demo" },
    });
    expect(sent).toEqual([{ type: "start-demo", room: "demo", streamKey: expect.stringMatching(/^sk_/) }]);
    control.demo.handleState(true);
    await admin.call("POST", "/api/demo");
    expect(sent).toHaveLength(1);
    expect((await createClient(control).call("GET", "/api/site")).body).toMatchObject({
      demoRunning: true,
      demoRoom: "demo",
    });
    expect((await admin.call("DELETE", "/api/demo")).status).toBe(204);
    expect(sent.at(-1)).toEqual({ type: "stop-demo" });
    expect((await createClient(control).call("GET", "/api/site")).body).toMatchObject({
      demoRunning: false,
      demoRoom: null,
    });
  });
});

describe("pages", () => {
  test("come with a policy: scripts from here only, connections here and to media", async () => {
    const { headers } = await createClient(control).call("GET", "/");
    const policy = String(headers["content-security-policy"]);
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain(
      "connect-src 'self' ws://sameroom.test:8080 http://sameroom.test:8081 ws://sameroom.test:8081;",
    );
    expect(policy).toMatch(/img-src [^;]*http:\/\/sameroom\.test:8081/);
    expect(policy).not.toContain("upgrade-insecure-requests");
  });

  test("say so when the web app is not built", async () => {
    for (const url of ["/", "/rooms/x"])
      expect((await createClient(control).call("GET", url)).body).toContain("The web app is not built");
  });

  test("of the web app: hashed files for ever, every other address its index", async () => {
    const webDir = join(db.dataDir, "web");
    mkdirSync(join(webDir, "assets"), { recursive: true });
    writeFileSync(join(webDir, "index.html"), "<!doctype html><title>App</title>");
    writeFileSync(join(webDir, "assets", "app-abc123.js"), "1");
    writeFileSync(join(db.dataDir, "secret.txt"), "secret");
    await withControl({ config: { webDir } }, async (other) => {
      const get = (url: string, accept = "text/html") =>
        createClient(other).call("GET", url, undefined, { accept });
      for (const url of ["/", "/r/some-room", "/login?next=%2F", "/index.html"]) {
        const answer = await get(url);
        expect([answer.status, answer.headers["cache-control"]]).toEqual([200, "no-cache"]);
        expect(answer.body).toContain("<title>App");
      }
      expect((await get("/assets/app-abc123.js")).headers["cache-control"]).toContain("immutable");
      for (const url of [
        "/assets/gone.js",
        "/favicon.png",
        "/api/nothing",
        "/..%2fsecret.txt",
        "/../secret.txt",
      ])
        expect((await get(url)).status, url).toBe(404);
      expect((await get("/some-page", "application/json")).status).toBe(404);
    });
  });
});

describe("metrics", () => {
  test("are for the node secret's bearer and for this machine, not through a proxy", async () => {
    const ask = async (headers: Record<string, string>, remoteAddress = "192.0.2.7") => {
      const client = createClient(control);
      client.remoteAddress = remoteAddress;
      return (await client.call("GET", "/metrics", undefined, headers)).status;
    };
    const local = { host: "127.0.0.1:8080" };
    expect(await ask({ authorization: `Bearer ${NODE_SECRET}` })).toBe(200);
    expect(await ask({ authorization: "Bearer no" }, "127.0.0.1")).toBe(401);
    expect(await ask(local, "127.0.0.1")).toBe(200);
    expect(await ask({ ...local, "x-forwarded-for": "1.2.3.4" }, "127.0.0.1")).toBe(401);
    expect(await ask({})).toBe(401);
  });
});

// Last: time that passes ends everybody's session.
test("a session lasts as long as it is used", async () => {
  const clock = new FakeClock({ unixMs: Date.now() });
  await withControl({ time: clock }, async (other) => {
    const client = await signUp(other);
    clock.advance(SESSION_TTL_MS - 1000);
    const used = await client.call("GET", "/api/session");
    expect(used.body.account).not.toBeNull();
    expect(used.headers["set-cookie"]).toBeDefined();
    expect((await client.call("GET", "/api/session")).headers["set-cookie"]).toBeUndefined();
    clock.advance(SESSION_TTL_MS - 1000);
    expect((await client.call("GET", "/api/session")).body.account).not.toBeNull();
    clock.advance(SESSION_TTL_MS + 1000);
    expect((await client.call("GET", "/api/session")).body.account).toBeNull();
  });
});
