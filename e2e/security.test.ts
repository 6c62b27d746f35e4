import type { Browser } from "playwright-core";
import { io } from "socket.io-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium } from "../testing/chromium.ts";
import { App } from "./harness/app.ts";
import { openWindow, pictureMoves } from "./harness/chromium.ts";
import { mintAsVisitor, mintWithKey, Person } from "./harness/people.ts";
import { goLive, watch } from "./harness/studio.ts";
import { changeClaims, signAsServer } from "./harness/tokens.ts";
import { weriftOffer } from "./harness/werift-viewer.ts";

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

/** Tries to publish with a credential: the code of the refusal. An empty offer is only looked at by those who may. */
async function tryToPublish(
  room: string,
  credential: string | undefined,
  offer = "v=0\r\n",
): Promise<string> {
  const response = await fetch(`${app.mediaUrl}/whip/${room}`, {
    method: "POST",
    headers: {
      "content-type": "application/sdp",
      ...(credential === undefined ? {} : { authorization: `Bearer ${credential}` }),
    },
    body: offer,
  });
  return response.ok ? "taken" : ((await response.json()) as { code: string }).code;
}
const MAY = "media.bad_offer";

describe("who may publish", () => {
  test("the owner's token may: it gets as far as the offer", async () => {
    const { token } = await ada.mint("vault");
    expect(await tryToPublish("vault", token)).toBe(MAY);
  });

  test("nobody without a token, and nobody with a token for another room", async () => {
    expect(await tryToPublish("vault", undefined)).toBe("token.missing");
    expect(await tryToPublish("vault", (await eve.mint("lair")).token)).toBe("token.wrong_room");
  });

  test("a viewer's token does not publish, even when the server had signed more than a viewer may", async () => {
    const { token } = await eve.mint("vault");
    expect(await tryToPublish("vault", token)).toBe("token.no_grant");
    const visitor = (await (await mintAsVisitor(app.url, "vault")).json()) as { token: string; role: string };
    expect(visitor.role).toBe("viewer");
    expect(await tryToPublish("vault", visitor.token)).toBe("token.no_grant");
    const generous = signAsServer(app, changeClaims(token, { grants: { publish: true, subscribe: true } }));
    expect(await tryToPublish("vault", generous)).toBe("token.invalid");
  });

  test("forged, unsigned and changed tokens are refused", async () => {
    const { token } = await eve.mint("vault");
    const host = { role: "host", grants: { publish: true, subscribe: true, moderate: true } };
    const { signedBySomebodyElse, withTheOldSignature, unsigned } = changeClaims(token, host).forgeries();
    expect(await tryToPublish("vault", signedBySomebodyElse)).toBe("token.invalid");
    expect(await tryToPublish("vault", withTheOldSignature)).toBe("token.invalid");
    // Without a signature it is not even a token.
    expect(await tryToPublish("vault", unsigned)).toBe("stream_key.invalid");
  });

  test("a token that has expired is refused, though the server itself signed it", async () => {
    const { token } = await ada.mint("vault");
    const nowS = Math.floor(Date.now() / 1000);
    const fresh = signAsServer(app, changeClaims(token, { iat: nowS - 60, exp: nowS + 60 }));
    expect(await tryToPublish("vault", fresh)).toBe(MAY);
    const stale = signAsServer(app, changeClaims(token, { iat: nowS - 120, exp: nowS - 60 }));
    expect(await tryToPublish("vault", stale)).toBe("token.expired");
  });

  test("a wrong stream key is refused, the right one is taken, an old one stops working", async () => {
    expect(await tryToPublish("vault", "sk_guess")).toBe("stream_key.invalid");
    const first = await ada.makeStreamKey("vault");
    expect(await tryToPublish("vault", first)).toBe(MAY);
    expect(await tryToPublish("lair", first)).toBe("stream_key.invalid");
    const second = await ada.makeStreamKey("vault");
    expect(await tryToPublish("vault", first)).toBe("stream_key.invalid");
    expect(await tryToPublish("vault", second)).toBe(MAY);
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
});

describe("a room that is on air", () => {
  test("refuses a second host, with a host's token and all, and says who is live", async () => {
    const { sdp, peer } = await weriftOffer("sendonly");
    await peer.close();
    const key = await ada.makeApiKey();
    const minted = await mintWithKey(app.url, key, "vault", { role: "host", participant: "key:bob" });
    expect(minted).toMatchObject({ role: "host", grants: { publish: true } });
    const response = await fetch(`${app.mediaUrl}/whip/vault`, {
      method: "POST",
      headers: { "content-type": "application/sdp", authorization: `Bearer ${minted.token}` },
      body: sdp,
    });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({
      code: "publish.room_busy",
      detail: expect.stringContaining("Ada"),
    });
    expect((await ada.room("vault")).state).toBe("live");
  });
});
