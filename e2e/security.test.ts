import { generateKeyPairSync, sign } from "node:crypto";
import type { Browser } from "playwright-core";
import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { App } from "./harness/app.ts";
import { launchChromium, openWindow, pictureMoves } from "./harness/chromium.ts";
import { mintAsVisitor, Person } from "./harness/people.ts";
import { goLive, watch } from "./harness/studio.ts";

let app: App;
let browser: Browser;
let ada: Person;
let eve: Person;

beforeAll(async () => {
  [app, browser] = await Promise.all([App.start(), launchChromium()]);
  [ada, eve] = await Promise.all([Person.signUp(app.url, "ada"), Person.signUp(app.url, "eve")]);
  await ada.createRoom("vault");
  await eve.createRoom("lair");
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
});

/** Tries to publish with a credential; the offer is never looked at when it is refused. */
async function tryToPublish(room: string, credential: string | undefined): Promise<number> {
  const response = await fetch(`${app.mediaUrl}/whip/${room}`, {
    method: "POST",
    headers: {
      "content-type": "application/sdp",
      ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
    },
    body: "v=0\r\n",
  });
  return response.status;
}

/** The same claims, changed, signed by somebody else or not at all. */
function forge(token: string, changes: object, key: "own" | "none" | "original"): string {
  const [header, payload, signature] = token.split(".") as [string, string, string];
  const decode = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString()) as object;
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = encode({ ...decode(payload), ...changes });
  if (key === "none") return `${encode({ ...decode(header), alg: "none" })}.${claims}.`;
  if (key === "original") return `${header}.${claims}.${signature}`;
  const { privateKey } = generateKeyPairSync("ed25519");
  return `${header}.${claims}.${sign(null, Buffer.from(`${header}.${claims}`), privateKey).toString("base64url")}`;
}

describe("who may publish", () => {
  test("the owner's token may: it gets as far as the offer", async () => {
    const { token } = await ada.mint("vault");
    expect(await tryToPublish("vault", token)).toBe(400);
  });

  test("nobody without a token, and nobody with a token for another room", async () => {
    expect(await tryToPublish("vault", undefined)).toBe(401);
    expect(await tryToPublish("vault", (await eve.mint("lair")).token)).toBe(403);
  });

  test("a viewer's token does not publish", async () => {
    expect(await tryToPublish("vault", (await eve.mint("vault")).token)).toBe(403);
    const visitor = (await (await mintAsVisitor(app.url, "vault")).json()) as { token: string; role: string };
    expect(visitor.role).toBe("viewer");
    expect(await tryToPublish("vault", visitor.token)).toBe(403);
  });

  test("forged, unsigned, changed and expired tokens are refused", async () => {
    const { token } = await eve.mint("vault");
    const host = { role: "host", grants: { publish: true, subscribe: true, moderate: true } };
    for (const key of ["own", "none", "original"] as const) {
      expect(await tryToPublish("vault", forge(token, host, key))).toBe(401);
    }
    const past = Math.floor(Date.now() / 1000) - 60;
    const stale = forge((await ada.mint("vault")).token, { iat: past - 60, exp: past }, "original");
    expect(await tryToPublish("vault", stale)).toBe(401);
  });

  test("a wrong stream key is refused, the right one is taken, an old one stops working", async () => {
    expect(await tryToPublish("vault", "sk_guess")).toBe(401);
    const make = async () =>
      ((await (await ada.request("POST", "/api/rooms/vault/stream-key")).json()) as { key: string }).key;
    const first = await make();
    expect(await tryToPublish("vault", first)).toBe(400);
    expect(await tryToPublish("lair", first)).toBe(401);
    const second = await make();
    expect(await tryToPublish("vault", first)).toBe(401);
    expect(await tryToPublish("vault", second)).toBe(400);
  });

  test("asking for a role that is not yours is refused, with and without an account", async () => {
    for (const body of [{ role: "host" }, { role: "moderator" }, { grants: { publish: true } }]) {
      expect((await eve.request("POST", "/api/rooms/vault/tokens", body)).status).toBe(403);
      expect((await mintAsVisitor(app.url, "vault", body)).status).toBe(403);
    }
  });
});

describe("a page whose JavaScript was edited", () => {
  test("gains nothing: no host token, no host's events, no studio", async () => {
    await goLive(await openWindow(browser, ada), app.url, "vault");
    const window = await openWindow(browser, eve);
    const page = await watch(window, app.url, "vault");
    await pictureMoves(page);
    const status = await page.evaluate(async () => {
      localStorage.setItem("role", "host");
      const response = await fetch("/api/rooms/vault/tokens", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ role: "host", participant: "user:ada" }),
      });
      return response.status;
    });
    expect(status).toBe(403);

    const { token } = await eve.mint("vault");
    const socket = io(app.url, { auth: { token }, transports: ["websocket"] });
    const ask = (event: string, ...args: unknown[]) =>
      new Promise<{ ok: boolean }>((resolve) => socket.emit(event, ...args, resolve));
    await new Promise<void>((resolve) => socket.on("connect", resolve));
    expect((await ask("room.end")).ok).toBe(false);
    expect((await ask("host.notice", { kind: "title", title: "Mine now" })).ok).toBe(false);
    socket.close();
    expect((await eve.request("POST", "/api/rooms/vault/end")).status).toBe(403);
    expect((await eve.request("PATCH", "/api/rooms/vault", { title: "Mine now" })).status).toBe(403);
    expect(await ada.room("vault")).toMatchObject({ state: "live", title: "The vault show" });
    await pictureMoves(page);

    await page.goto(`${app.url}/studio/vault`);
    await page.getByText("This is somebody else's room").first().waitFor();
  });

  test("another host cannot take the room over", async () => {
    const guest = (await ada.request("POST", "/api/rooms/vault/tokens", { role: "guest" })).status;
    expect([201, 403]).toContain(guest);
    const { token } = await eve.mint("lair");
    expect(await tryToPublish("vault", token)).toBe(403);
    expect((await ada.room("vault")).state).toBe("live");
  });
});
