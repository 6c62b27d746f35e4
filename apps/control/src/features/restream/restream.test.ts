import { randomUUID } from "node:crypto";
import type { RestreamStatus } from "@sameroom/contract";
import { sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type House, openHouse } from "../../testing/house.fixture.ts";
import { publisher } from "../../testing/media.fixture.ts";

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterEach(() => house.leave());
afterAll(() => house.close());

const YOUTUBE = { name: "YouTube", url: "rtmp://a.rtmp.youtube.com/live2", key: "abcd-efgh-1234" };

async function add(room: string, target: object = YOUTUBE) {
  return house.who.owner.call("POST", `/api/rooms/${room}/restream-targets`, target);
}

describe("restream targets over REST", () => {
  it("are the owner's alone, whoever else asks", async () => {
    const room = await house.makeRoom();
    const { body: target } = await add(room);
    for (const [who, status] of [
      ["visitor", 401],
      ["user", 403],
      ["admin", 403],
    ] as const) {
      const path = `/api/rooms/${room}/restream-targets`;
      const client = house.who[who];
      expect((await client.call("GET", path)).status, who).toBe(status);
      expect((await client.call("POST", path, YOUTUBE)).status, who).toBe(status);
      expect((await client.call("PATCH", `${path}/${target.id}`, { name: "Mine" })).status, who).toBe(status);
      expect((await client.call("DELETE", `${path}/${target.id}`)).status, who).toBe(status);
    }
  });

  it("never give a key back, neither where it was given apart nor where it was part of the address", async () => {
    const room = await house.makeRoom();
    const apart = await add(room);
    const inside = await add(room, {
      name: "Own",
      url: "rtmps://live.example.org/app/secret-key?x=secret-too",
    });
    expect([apart.status, inside.status]).toEqual([201, 201]);
    expect(inside.body).toMatchObject({ url: "rtmps://live.example.org/app", hasKey: true, enabled: true });
    const list = await house.who.owner.call("GET", `/api/rooms/${room}/restream-targets`);
    expect(list.body.targets.map(({ name }: { name: string }) => name)).toEqual(["YouTube", "Own"]);
    expect(list.body.targets[0].status.state).toBe("off");
    expect(JSON.stringify([apart.body, inside.body, list.body])).not.toMatch(/abcd-efgh|secret/);
  });

  it("need a key for RTMP, a port for SRT, and an address that can be read", async () => {
    const room = await house.makeRoom();
    for (const [target, field] of [
      [{ ...YOUTUBE, key: undefined }, "body/key"],
      [{ ...YOUTUBE, passphrase: "0123456789" }, "body/passphrase"],
      [{ name: "S", url: "srt://host.example" }, "body/url"],
      [{ name: "S", url: "srt://host.example:9000?passphrase=short" }, "body/passphrase"],
      [{ ...YOUTUBE, url: "http://host.example/live" }, "body/url"],
      [{ ...YOUTUBE, key: "two words" }, "body/key"],
    ] as const) {
      const answer = await add(room, target);
      expect(answer.status, JSON.stringify(target)).toBe(400);
      expect(answer.body.faults[0].path).toBe(field);
    }
  });

  it("lose their credentials with their address, so that nobody can have a key sent elsewhere", async () => {
    const room = await house.makeRoom();
    const { body: target } = await add(room);
    const path = `/api/rooms/${room}/restream-targets/${target.id}`;
    const moved = await house.who.owner.call("PATCH", path, { url: "rtmp://evil.example/live2" });
    expect(moved.body.faults[0].path).toBe("body/key");
    const named = await house.who.owner.call("PATCH", path, {
      name: "Mine",
      url: YOUTUBE.url,
      enabled: false,
    });
    expect(named.body).toMatchObject({ name: "Mine", hasKey: true, enabled: false });
    const again = await house.who.owner.call("PATCH", path, { url: "rtmp://other.example/live", key: "new" });
    expect(again.body).toMatchObject({ url: "rtmp://other.example/live", hasKey: true });
  });

  it("are ten at most, and gone when they are removed", async () => {
    const room = await house.makeRoom();
    const ids: string[] = [];
    for (let count = 0; count < 10; count++) ids.push((await add(room)).body.id);
    expect((await add(room)).body.code).toBe("restream.limit");
    const path = `/api/rooms/${room}/restream-targets/${ids[0]}`;
    expect((await house.who.owner.call("DELETE", path)).status).toBe(204);
    expect((await house.who.owner.call("DELETE", path)).body.code).toBe("restream.not_found");
    expect((await add(room)).status).toBe(201);
  });
});

describe("restream on air", () => {
  it("media is told of the targets that are on, with their credentials, and of every change", async () => {
    const room = await house.makeRoom();
    const { body: target } = await add(room);
    await add(room, { ...YOUTUBE, name: "Off", enabled: false });
    const media = await house.media();
    media.send({ type: "publisher", publisher: publisher(room, randomUUID()) });
    const order = await media.expect("restream");
    expect(order).toEqual({
      ...{ type: "restream", room },
      targets: [{ id: target.id, url: YOUTUBE.url, key: YOUTUBE.key, passphrase: null }],
    });
    await house.who.owner.call("PATCH", `/api/rooms/${room}/restream-targets/${target.id}`, {
      enabled: false,
    });
    let changed = await media.expect("restream");
    // What was ordered as the room went live may come first.
    while (changed.targets.length > 0) changed = await media.expect("restream");
    expect(changed).toEqual({ type: "restream", room, targets: [] });
  });

  it("hosts hear how it goes, viewers do not; when the worker is gone nothing is claimed any more", async () => {
    const room = await house.makeRoom();
    const { body: target } = await add(room);
    const media = await house.media({ worker: "media-r" });
    media.send({ type: "publisher", publisher: publisher(room, randomUUID()) });
    await media.expect("restream");
    const host = await house.come(room, house.who.owner);
    const viewer = await house.come(room, house.who.user);
    const live: RestreamStatus = {
      ...{ target: target.id, state: "live", sinceUnixMs: 5, bitrate: 2_500_000, attempt: 0 },
      ...{ retryAtUnixMs: null, reason: null, detail: null },
    };
    media.send({ type: "restream-state", room, targets: [live] });
    expect(await host.next("host.restream")).toEqual([live]);
    const path = `/api/rooms/${room}/restream-targets`;
    expect((await house.who.owner.call("GET", path)).body.targets[0].status).toEqual(live);

    await house.media({ worker: "media-r", boot: "another" });
    expect(await host.next("host.restream")).toEqual([]);
    expect((await house.who.owner.call("GET", path)).body.targets[0].status.state).toBe("off");
    expect(viewer.seen("host.restream")).toEqual([]);
  });

  it("the database holds no key in clear", async () => {
    const room = await house.makeRoom();
    await add(room, { ...YOUTUBE, key: "needle-in-the-database" });
    const rows = await house.database.orm.execute(sql`select * from restream_targets`);
    expect(JSON.stringify(rows)).toContain("v1.");
    expect(JSON.stringify(rows)).not.toContain("needle");
  });
});
