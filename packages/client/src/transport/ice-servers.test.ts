import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeWorld, fakeTrack, pass } from "../testing/fake-world.fixture.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const turn = (username: string) => [{ urls: ["turn:turn.test"], username, credential: "secret" }];

describe("STUN and TURN servers", () => {
  it("of the token are used by viewers, warmed-up ones too, and hosts", async () => {
    for (const open of [
      (world: FakeWorld) => world.client().watch("kitchen"),
      (world: FakeWorld) => world.client().warmUp("kitchen"),
      (world: FakeWorld) => world.client().publish("kitchen", { video: fakeTrack("video"), audio: null }),
    ]) {
      const world = new FakeWorld();
      world.iceServers = turn("one");
      open(world);
      await pass(500);
      expect(world.peer.configuration).toEqual({
        bundlePolicy: "max-bundle",
        rtcpMuxPolicy: "require",
        iceServers: turn("one"),
      });
      expect(world.peer.gatheredWith).toEqual([turn("one")]);
    }
  });

  it("get the newest token's credentials with an ICE restart", async () => {
    const world = new FakeWorld();
    world.iceServers = turn("one");
    world.client().watch("kitchen");
    await pass(280_000);
    world.iceServers = turn("two");
    world.wake("online");
    await pass(500);
    expect(world.count("PATCH")).toBe(1);
    expect(world.peer.gatheredWith).toEqual([turn("one"), turn("two")]);
    expect(world.peers).toHaveLength(1);
  });

  it("do not hold a restart up for long when no new token can be had", async () => {
    const world = new FakeWorld();
    world.iceServers = turn("one");
    const watch = world.client().watch("kitchen");
    await pass(280_000);
    world.refuse = (_method, path) => (path.startsWith("/api") ? "hangs" : undefined);
    world.wake("online");
    await pass(1500);
    expect(world.peer.gatheredWith).toEqual([turn("one"), turn("one")]);
    expect(watch.state).toBe("playing");
  });

  it("are not asked for where there are none", async () => {
    const world = new FakeWorld();
    world.client().watch("kitchen");
    await pass(280_000);
    world.wake("online");
    await pass(1500);
    expect(world.count("PATCH")).toBe(1);
    expect(world.count("POST", "/api")).toBe(1);
  });
});
