import { createDecipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { FakeClock } from "@sameroom/base/testing";
import type { PushMessage } from "@sameroom/contract";
import { createLocalJWKSet, jwtVerify } from "jose";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Client, signUp } from "../testing/client.fixture.ts";
import { type House, openHouse } from "../testing/house.fixture.ts";
import { publisher } from "../testing/media.fixture.ts";

const HOOK_MS = 60_000;
const clock = new FakeClock({ unixMs: Date.now() });

/** A browser's end of push: its keys, and what the service got for it. */
class Device {
  readonly got: { message: PushMessage; headers: IncomingMessage["headers"] }[] = [];
  status = 201;
  asked = 0;
  readonly #ecdh: ECDH = createECDH("prime256v1");
  readonly #auth = randomBytes(16);
  readonly path = `/send/${randomBytes(8).toString("hex")}`;
  readonly #public = this.#ecdh.generateKeys();

  subscription(port: number) {
    const keys = { p256dh: this.#public.toString("base64url"), auth: this.#auth.toString("base64url") };
    return { endpoint: `http://127.0.0.1:${port}${this.path}`, keys };
  }

  /** RFC 8188 section 2 with the key of RFC 8291 section 3.4; one record. */
  decrypt(body: Buffer): PushMessage {
    const salt = body.subarray(0, 16);
    const theirs = body.subarray(21, 21 + body[20]!);
    const secret = this.#ecdh.computeSecret(theirs);
    const info = Buffer.concat([Buffer.from("WebPush: info\0"), this.#public, theirs]);
    const material = Buffer.from(hkdfSync("sha256", secret, this.#auth, info, 32));
    const derive = (what: string, bytes: number) =>
      Buffer.from(hkdfSync("sha256", material, salt, Buffer.from(`Content-Encoding: ${what}\0`), bytes));
    const sealed = body.subarray(21 + body[20]!);
    const decipher = createDecipheriv("aes-128-gcm", derive("aes128gcm", 16), derive("nonce", 12));
    decipher.setAuthTag(sealed.subarray(-16));
    const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
    // The last record's delimiter is 2.
    return JSON.parse(padded.subarray(0, padded.lastIndexOf(2)).toString()) as PushMessage;
  }
}

const devices: Device[] = [];
let service: Server;
let port: number;
let house: House;
beforeAll(async () => {
  service = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const device = devices.find(({ path }) => path === request.url);
    if (device !== undefined) device.asked += 1;
    if (device?.status === 201)
      device.got.push({ message: device.decrypt(Buffer.concat(chunks)), headers: request.headers });
    response.writeHead(device?.status ?? 404).end();
  }).listen(0, "127.0.0.1");
  await once(service, "listening");
  port = (service.address() as AddressInfo).port;
  house = await openHouse({ time: clock });
}, HOOK_MS);
afterEach(() => house.leave());
afterAll(async () => {
  await house.close();
  service.closeAllConnections();
  service.close();
}, HOOK_MS);

async function follower(room: string): Promise<{ client: Client; device: Device }> {
  const client = await signUp(house.control);
  await client.call("PUT", `/api/rooms/${room}/follow`);
  const device = new Device();
  devices.push(device);
  const answer = await client.call("PUT", "/api/push/subscription", device.subscription(port));
  expect(answer.status).toBe(204);
  return { client, device };
}
async function goLive(room: string, session: string) {
  const worker = await house.media();
  worker.send({ type: "publisher", publisher: publisher(room, session) });
  await expect
    .poll(async () => (await house.who.owner.call("GET", `/api/rooms/${room}`)).body.state)
    .toBe("live");
  await house.control.settled();
}

test("followers' devices are told once of a show, encrypted for them and signed by this server", async () => {
  const room = await house.makeRoom({ title: "Evening show" });
  const { device } = await follower(room);
  const other = new Device();
  devices.push(other);
  await house.who.user.call("PUT", "/api/push/subscription", other.subscription(port));
  await goLive(room, "s1");
  await expect.poll(() => device.got.length).toBe(1);
  const [{ message, headers } = { message: null, headers: {} as IncomingMessage["headers"] }] = device.got;
  expect(message).toEqual({ type: "live", room, title: "Evening show", host: "The owner" });
  expect(headers).toMatchObject({ "content-encoding": "aes128gcm", ttl: "3600", urgency: "normal" });

  const { publicKey } = (await house.who.visitor.call("GET", "/api/push")).body;
  const [, token = "", key] = /^vapid t=(\S+?),\s*k=(\S+)$/.exec(headers.authorization ?? "") ?? [];
  expect(key).toBe(publicKey);
  const point = Buffer.from(publicKey, "base64url");
  const coordinate = (at: number) => point.subarray(at, at + 32).toString("base64url");
  const jwks = createLocalJWKSet({
    keys: [{ kty: "EC", crv: "P-256", x: coordinate(1), y: coordinate(33) }],
  });
  const { payload } = await jwtVerify(token, jwks, { audience: `http://127.0.0.1:${port}` });
  expect(payload.sub).toBe("mailto:push@sameroom.test");

  // Lost and back, or off and on again within minutes: no news.
  await goLive(room, "s1");
  await house.who.owner.call("POST", `/api/rooms/${room}/end`);
  await goLive(room, "s2");
  expect(device.got).toHaveLength(1);
  expect(other.asked).toBe(0);
});

test("a device that is gone is forgotten; what fails for a while is sent later, also after a restart; the keys stay", async () => {
  const room = await house.makeRoom();
  const [gone, slow] = [await follower(room), await follower(room)];
  gone.device.status = 410;
  slow.device.status = 503;
  const key = (await house.who.visitor.call("GET", "/api/push")).body.publicKey;
  await goLive(room, "s1");
  await expect.poll(() => [gone.device.asked, slow.device.asked]).toEqual([1, 1]);
  slow.device.status = 201;
  gone.device.status = 201;
  await house.restart(() => clock.advance(10_000));
  await house.control.settled();
  await expect.poll(() => slow.device.got.length).toBe(1);
  expect(gone.device.asked).toBe(1);
  expect((await house.who.visitor.call("GET", "/api/push")).body.publicKey).toBe(key);
});

test("private shows are nobody's news, and who has unsubscribed is left alone", async () => {
  const room = await house.makeRoom();
  const { client, device } = await follower(room);
  const { endpoint } = device.subscription(port);
  // Somebody else's device is not theirs to take away.
  await house.who.user.call("DELETE", "/api/push/subscription", { endpoint });
  const hidden = await house.makeRoom({ visibility: "unlisted" });
  await goLive(hidden, "s-hidden");
  expect(device.asked).toBe(0);
  await client.call("DELETE", "/api/push/subscription", { endpoint });
  await goLive(room, "s-room");
  expect(device.asked).toBe(0);
});
