import { decodeJwt } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type House, openHouse, type Who } from "../testing/house.fixture.ts";
import { type MediaOptions, publisher } from "../testing/media.fixture.ts";

/** Opening a database takes a second, on a busy machine many. */
const HOOK_MS = 60_000;

let house: House;
let usual: House;
let passive: House;
beforeAll(async () => {
  usual = await openHouse();
  passive = await openHouse({ config: { passiveViewers: "hls" } });
}, HOOK_MS);
afterEach(() => house.leave());
afterAll(async () => {
  await usual.close();
  await passive.close();
}, HOOK_MS);

const mint = async (room: string, who: Who, body?: unknown) =>
  (await house.who[who].call("POST", `/api/rooms/${room}/tokens`, body)).body as {
    playback: { playlist: string; audio: string } | null;
    prefer: string;
    expiresAt: string;
  };
/** A worker with this many sessions, by its last report. */
async function loaded(viewers: number, options: MediaOptions = {}) {
  const worker = await house.media({ maxSessions: 40, ...options });
  worker.send({
    type: "health",
    publishers: [],
    load: {
      ...{ cpu: 0.1, memoryBytes: 1, packetsIn: 1, packetsOut: 1, bitsIn: 1, bitsOut: 1 },
      ...{ publishers: 1, viewers, sendPath: "gso" },
    },
  });
  worker.send({ type: "check-stream-key", request: 1, room: "any", key: "x" });
  await worker.expect("stream-key");
  return worker;
}

describe("a room token's answer", () => {
  test("names the show's addresses over HTTP at the worker that serves it", async () => {
    house = usual;
    const room = await house.makeRoom();
    expect(await mint(room, "visitor")).toMatchObject({ playback: null, prefer: "webrtc" });
    await house.media({ publicUrl: "https://media.test", worker: "media-1" });
    const two = await house.media({ publicUrl: ":9000", worker: "media-2" });
    two.send({ type: "publisher", publisher: publisher(room, "p") });
    await two.expect("room-policy");
    expect(await mint(room, "visitor")).toMatchObject({
      playback: {
        playlist: `http://sameroom.test:9000/live/${room}/index.m3u8`,
        audio: `http://sameroom.test:9000/live/${room}/audio.mp3`,
      },
      prefer: "webrtc",
    });
    expect((await mint(room, "owner", { role: "host", grants: { publish: true } })).playback).toBeNull();
  });

  test("signs them where the room is private, for this room and bearer", async () => {
    house = usual;
    const room = await house.makeRoom({ visibility: "private" });
    await house.media();
    const sent = { role: "viewer", participant: "key:ana", ttlS: 60 };
    const { playback } = await mint(room, "ownerKey", sent);
    const [, token = ""] = /^http:..sameroom.test:8081.live.room-[0-9]+.~([^/]+).index.m3u8$/.exec(
      playback?.playlist ?? "",
    ) as unknown as string[];
    expect(playback?.audio).toBe(`http://sameroom.test:8081/live/${room}/~${token}/audio.mp3`);
    const { sub, room: named, recording, exp = 0, iat = 0 } = decodeJwt(token);
    expect([sub, named, recording, exp - iat]).toEqual(["key:ana", room, undefined, 43_200]);
  });

  test("names none where the worker serves no LL-HLS", async () => {
    house = passive;
    const room = await house.makeRoom();
    await house.media({ hls: false });
    expect(await mint(room, "visitor")).toMatchObject({ playback: null, prefer: "webrtc" });
  });

  test("sends viewers to LL-HLS where the operator wants it, hosts, guests and moderators never", async () => {
    house = passive;
    const room = await house.makeRoom();
    await house.media();
    for (const who of ["visitor", "user"] as const) expect((await mint(room, who)).prefer, who).toBe("hls");
    for (const role of ["host", "guest", "moderator", "viewer"] as const)
      expect((await mint(room, "ownerKey", { role })).prefer, role).toBe(
        role === "viewer" ? "hls" : "webrtc",
      );
  });

  test.each([
    [36, "webrtc"],
    [37, "hls"],
    [60, "hls"],
  ])("of a worker for 40 sessions that has %i viewers and a host prefers %s", async (viewers, prefer) => {
    house = usual;
    const room = await house.makeRoom();
    await loaded(viewers);
    expect((await mint(room, "visitor")).prefer).toBe(prefer);
    expect((await mint(room, "owner")).prefer).toBe("webrtc");
  });

  test("of a worker that does not say how many it takes prefers WebRTC", async () => {
    house = usual;
    const room = await house.makeRoom();
    const worker = await loaded(1_000_000);
    expect((await mint(room, "visitor")).prefer).toBe("hls");
    await worker.close();
    await house.media();
    expect((await mint(room, "visitor")).prefer).toBe("webrtc");
  });
});
