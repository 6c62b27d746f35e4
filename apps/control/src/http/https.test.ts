import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { LINK_PATH, REALTIME_PATH } from "@sameroom/contract";
import { SELF_SIGNED } from "@sameroom/http/testing";
import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { Control } from "../compose.ts";
import { createClient } from "../testing/client.fixture.ts";
import {
  NODE_SECRET,
  openTestDatabase,
  startTestControl,
  type TestDatabase,
} from "../testing/control.fixture.ts";

const [{ cert, key }] = SELF_SIGNED;
const tls = { ca: cert };

let directory: string;
let db: TestDatabase;
let control: Control;
let origin: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "sameroom-https-"));
  const https = { certFile: join(directory, "cert.pem"), keyFile: join(directory, "key.pem") };
  writeFileSync(https.certFile, cert);
  writeFileSync(https.keyFile, key);
  db = await openTestDatabase();
  control = await startTestControl(db, { config: { https } });
  origin = `https://127.0.0.1:${await control.listen()}`;
});
afterAll(async () => {
  await control.close();
  await db.drop();
  rmSync(directory, { recursive: true, force: true });
});

/** A request of its own HTTP/2 connection. */
async function ask(headers: Record<string, string>, body?: object) {
  const session = connect(origin, tls);
  const stream = session.request({ "content-type": "application/json", ...headers });
  stream.end(body && JSON.stringify(body));
  let head: Record<string, unknown> = {};
  stream.once("response", (response) => {
    head = response;
  });
  const answer = await text(stream);
  session.close();
  return { status: head[":status"], head, answer };
}

async function signUp(username: string): Promise<string> {
  const body = { username, displayName: "Ada", password: "a long enough password" };
  const { status, head } = await ask({ ":method": "POST", ":path": "/api/accounts", origin }, body);
  expect(status).toBe(201);
  return String(head["set-cookie"]);
}

describe("control over HTTPS", () => {
  test("takes requests over HTTP/2, with cookies that never leave TLS", async () => {
    const cookie = await signUp("ada");
    expect(cookie).toContain("; Secure");
    const me = await ask({ ":path": "/api/session", cookie: cookie.split(";")[0]! });
    expect(JSON.parse(me.answer)).toMatchObject({ account: { username: "ada" } });
  });

  test("refuses other sites over HTTP/2, too", async () => {
    const path = { ":method": "POST", ":path": "/api/session", origin: "https://elsewhere.test" };
    const { status, answer } = await ask(path, { username: "ada", password: "x" });
    expect([status, JSON.parse(answer).code]).toEqual([403, "request.csrf"]);
  });

  test("lets its pages reach sockets and media over TLS only", async () => {
    const { head } = await ask({ ":path": "/", accept: "text/html" });
    const policy = String(head["content-security-policy"]);
    expect(policy).toContain(`connect-src 'self' ${origin.replace("https", "wss")} https://127.0.0.1:8081`);
    expect(policy).not.toMatch(/\b(?:http|ws):\/\//);
  });

  test.each(["websocket", "polling"])("keeps sockets of rooms by %s", async (transport) => {
    const cookie = (await signUp(`host-${transport}`)).split(";")[0]!;
    const slug = `room-${transport}`;
    await ask({ ":method": "POST", ":path": "/api/rooms", origin, cookie }, { slug, title: "Room" });
    const { token } = (await createClient(control).call("POST", `/api/rooms/${slug}/tokens`)).body;
    const socket = io(origin, {
      ...{ path: REALTIME_PATH, auth: { token }, transports: [transport], reconnection: false, ...tls },
    });
    const snapshot = await new Promise<{ room: { slug: string } }>((resolve, reject) => {
      socket.once("room.snapshot", resolve as never);
      socket.once("connect_error", reject);
    });
    expect(snapshot.room.slug).toBe(slug);
    socket.disconnect();
  });

  test("links media workers", async () => {
    const headers = { authorization: `Bearer ${NODE_SECRET}` };
    const link = new WebSocket(`${origin.replace("https", "wss")}${LINK_PATH}`, { headers, ...tls });
    await new Promise((resolve, reject) => link.once("open", resolve).once("error", reject));
    link.close();
  });
});
