import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeWorld, pass } from "../testing/fake-world.fixture.ts";
import { expectNothingLeft, PLAYLIST, watchIn } from "./watch-in.fixture.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const refuseWhep = (code: "media.full" | "media.no_common_codec" | "room.not_found") => {
  return (method: string, path: string) => (method === "POST" && path.startsWith("/whep") ? code : undefined);
};

describe("a watch with two paths", () => {
  it("stays on WebRTC while that works, and asks nothing of LL-HLS", async () => {
    const world = new FakeWorld();
    const { watch, states, paths } = watchIn(world);
    await pass(30_000);
    expect(states).toEqual(["playing"]);
    expect(paths).toEqual([]);
    expect(watch.path).toBe("webrtc");
    expect(world.players).toEqual([]);
    expect(world.count("GET", "/live")).toBe(0);
    expect(world.screen.shown).toBe(watch.stream);
  });

  it("shows LL-HLS within seconds where UDP and TCP are blocked, with no word of failure", async () => {
    const world = new FakeWorld();
    world.udp = false;
    const { watch, states, paths, failures, firstFrames, stats } = watchIn(world);
    await pass(6000);
    expect(paths).toEqual(["hls"]);
    expect(states).toEqual(["playing"]);
    expect(failures).toEqual([]);
    expect(firstFrames).toHaveLength(1);
    expect(stats.at(-1)).toMatchObject({ path: "hls", latencyMs: 2000, framesPerSecond: 30 });
    expect(watch.currentCaptureTime()).toBe(Date.now() - 2000);
    expect(world.screen.shown).toBeNull();
  });

  it("tries WebRTC again with growing pauses, and leaves no session behind", async () => {
    const world = new FakeWorld();
    world.udp = false;
    const { paths } = watchIn(world);
    await pass(20_000);
    const first = world.count("POST", "/whep");
    await pass(35_000);
    expect(world.count("POST", "/whep")).toBeGreaterThan(first);
    await pass(600_000);
    const attempts = world.count("POST", "/whep");
    await pass(600_000);
    expect(world.count("POST", "/whep") - attempts).toBeLessThan(8);
    expect(paths).toEqual(["hls"]);
    expect(world.players).toHaveLength(1);
    expect(world.sessions.size).toBeLessThanOrEqual(1);
  });

  it("returns when a picture really flows there, and the still stays until then", async () => {
    const world = new FakeWorld();
    world.udp = false;
    const { watch, paths, states } = watchIn(world);
    await pass(30_000);
    world.udp = true;
    world.onAir = { video: true, audio: false, decoding: false };
    await pass(60_000);
    expect(paths).toEqual(["hls"]);
    world.onAir = { video: true, audio: true, decoding: true };
    await pass(150_000);
    expect(paths).toEqual(["hls", "webrtc"]);
    expect(states.at(-1)).toBe("playing");
    expect(states).not.toContain("reconnecting");
    expect(world.players.every(({ closed }) => closed)).toBe(true);
    expect(world.screen.shown).toBe(watch.stream);
    expect(world.screens).toHaveLength(1);
  });

  it("tries at once on another network", async () => {
    const world = new FakeWorld();
    world.udp = false;
    const { paths } = watchIn(world);
    await pass(25_000);
    world.udp = true;
    world.wake("online");
    await pass(3000);
    expect(paths).toEqual(["hls", "webrtc"]);
  });

  it("changes over when a show that was on is lost for good, under a still of it", async () => {
    const world = new FakeWorld();
    const { states, paths } = watchIn(world);
    await pass(5000);
    world.udp = false;
    while (paths.length === 0) await pass(50);
    expect(world.screen.held).toBe(true);
    await pass(3000);
    expect(world.screen.held).toBe(false);
    expect(states).toEqual(["playing", "reconnecting", "playing"]);
  });

  it("tries both while neither shows anything, and takes what comes first", async () => {
    const world = new FakeWorld();
    world.udp = false;
    const { paths, states } = watchIn(world);
    await pass(25_000);
    const fail = () => world.player.fail("network");
    fail();
    await pass(5000);
    for (let time = 0; time < 60; time++) {
      if (!world.player.closed) fail();
      await pass(200);
    }
    const attempts = world.count("POST", "/whep");
    for (let time = 0; time < 100; time++) {
      if (!world.player.closed) fail();
      await pass(200);
    }
    expect(world.count("POST", "/whep")).toBeGreaterThan(attempts);
    world.udp = true;
    for (let time = 0; time < 30; time++) {
      if (!world.player.closed) fail();
      await pass(200);
    }
    expect(paths).toEqual(["hls", "webrtc"]);
    expect(states.at(-1)).toBe("playing");
  });

  it("goes there at once when the worker is full, and comes back when it is not", async () => {
    const world = new FakeWorld();
    world.refuse = refuseWhep("media.full");
    const { states, paths, failures } = watchIn(world);
    await pass(1500);
    expect(paths).toEqual(["hls"]);
    expect(states).toEqual(["playing"]);
    expect(failures).toEqual([]);
    expect(world.count("POST", "/whep")).toBe(1);
    world.refuse = () => undefined;
    await pass(40_000);
    expect(paths).toEqual(["hls", "webrtc"]);
  });

  it("goes there when the codec cannot be played, instead of failing", async () => {
    const world = new FakeWorld();
    world.refuse = refuseWhep("media.no_common_codec");
    const { states, paths } = watchIn(world);
    await pass(2000);
    expect(paths).toEqual(["hls"]);
    expect(states).toEqual(["playing"]);
  });

  it("never asks for a WebRTC session while the server prefers LL-HLS, and does when it no longer does", async () => {
    const world = new FakeWorld();
    world.prefer = "hls";
    const { paths } = watchIn(world);
    await pass(400_000);
    expect(world.count("POST", "/whep")).toBe(0);
    expect(paths).toEqual(["hls"]);
    world.prefer = "webrtc";
    await pass(400_000);
    expect(paths).toEqual(["hls", "webrtc"]);
  });

  it("keeps to the path it was told", async () => {
    const world = new FakeWorld();
    const { watch, states } = watchIn(world, { path: "hls" });
    await pass(600_000);
    expect(watch.path).toBe("hls");
    expect(states).toEqual(["playing"]);
    expect(world.peers).toEqual([]);
    const other = new FakeWorld();
    other.udp = false;
    const only = watchIn(other, { path: "webrtc" });
    await pass(60_000);
    expect(only.paths).toEqual([]);
    expect(other.players).toEqual([]);
  });

  it("fails as before where the room is not there", async () => {
    const world = new FakeWorld();
    world.refuse = refuseWhep("room.not_found");
    const { states, failures } = watchIn(world);
    await pass(3000);
    expect(states).toEqual(["failed"]);
    expect(failures).toMatchObject([{ code: "room.not_found", retrying: false }]);
    expectNothingLeft(world);
  });

  it("stays on WebRTC without an element or without LL-HLS, and changes over when the element comes", async () => {
    const world = new FakeWorld();
    world.udp = false;
    const { watch, paths } = watchIn(world, { attach: false });
    await pass(20_000);
    expect(paths).toEqual([]);
    watch.attach({} as HTMLVideoElement);
    await pass(2000);
    expect(paths).toEqual(["hls"]);
    expect(watch.state).toBe("playing");
  });

  it("moves to another element, and gives the first one back", async () => {
    const world = new FakeWorld();
    const { watch, detach } = watchIn(world, { path: "hls" });
    await pass(2000);
    watch.attach({} as HTMLVideoElement);
    await pass(2000);
    expect(world.screens.map(({ closed }) => closed)).toEqual([true, false]);
    expect(world.players.map(({ closed }) => closed)).toEqual([true, false]);
    detach();
    expect(world.screen.closed).toBe(false);
  });

  it("keeps the chosen quality on every path", async () => {
    const world = new FakeWorld();
    world.refuse = refuseWhep("media.full");
    const { watch } = watchIn(world);
    watch.setQuality("q");
    await pass(2000);
    expect(watch.quality).toMatchObject({ choice: "q", layer: "q", reason: "shown" });
    watch.setQuality("audio");
    await pass(500);
    expect(world.player.options.url).toBe(world.players[0]!.audioUrl);
    expect(watch.quality).toMatchObject({ choice: "audio", layer: null, reason: "off" });
    watch.setQuality("auto");
    await pass(500);
    expect(world.player.options.url).toBe(PLAYLIST);
    expect(watch.quality).toMatchObject({ choice: "auto", layer: "f" });
  });

  it("leaves nothing when closed, on either path and between them", async () => {
    for (const ms of [0, 20, 4500, 6000, 25_000, 50_000]) {
      const world = new FakeWorld();
      world.udp = false;
      const { watch, client } = watchIn(world);
      await pass(ms);
      watch.close();
      client.close();
      await pass(15_000);
      expectNothingLeft(world);
      expect(world.sessions.size).toBe(0);
    }
  });
});
