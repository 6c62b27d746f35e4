import { HLS_BEGINS } from "@sameroom/contract";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeWorld, pass } from "../testing/fake-world.fixture.ts";
import type { ClientFailure, DvrState, WatchOptions, WatchPath, WatchState, WatchStats } from "../types.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const PLAYLIST = "http://media.test/live/kitchen/index.m3u8";

function watchIn(world: FakeWorld, options: WatchOptions & { attach?: boolean } = {}) {
  const { attach = true, ...watchOptions } = options;
  world.playlist ??= PLAYLIST;
  const client = world.client();
  const watch = client.watch("kitchen", watchOptions);
  const seen = {
    client,
    watch,
    states: [] as WatchState[],
    paths: [] as WatchPath[],
    failures: [] as ClientFailure[],
    firstFrames: [] as number[],
    stats: [] as WatchStats[],
    dvrs: [] as (DvrState | null)[],
    detach: () => {},
  };
  watch.on("state", (state) => seen.states.push(state));
  watch.on("path", (path) => seen.paths.push(path));
  watch.on("failure", (failure) => seen.failures.push(failure));
  watch.on("firstFrame", (ms) => seen.firstFrames.push(ms));
  watch.on("stats", (stats) => seen.stats.push(stats));
  if (attach) seen.detach = watch.attach({} as HTMLVideoElement);
  return seen;
}

const refuseWhep = (code: "media.full" | "media.no_common_codec" | "room.not_found") => {
  return (method: string, path: string) => (method === "POST" && path.startsWith("/whep") ? code : undefined);
};

/** Nothing is left of any path. */
function expectNothingLeft(world: FakeWorld) {
  expect(vi.getTimerCount()).toBe(0);
  expect(world.wakes.size + world.pageHides.size).toBe(0);
  expect(world.screens.every(({ closed }) => closed)).toBe(true);
  expect(world.players.every(({ closed }) => closed)).toBe(true);
  expect(world.peers.every((peer) => peer.signalingState === "closed")).toBe(true);
}

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

describe("LL-HLS", () => {
  it("waits where nothing is on air, asks now and then, and plays when the show begins", async () => {
    const world = new FakeWorld();
    const { states, failures } = watchIn(world, { path: "hls" });
    await pass(1000);
    world.player.fail("missing");
    await pass(500);
    expect(states.at(-1)).toBe("waiting");
    await pass(5000);
    expect(world.players.length).toBeGreaterThan(1);
    expect(states.at(-1)).toBe("playing");
    expect(failures).toEqual([]);
  });

  it("begins anew when the show goes on and the player does not", async () => {
    const world = new FakeWorld();
    const { states } = watchIn(world, { path: "hls" });
    await pass(3000);
    const [first] = world.players;
    Object.assign(first!, { stalled: true, newestUnixMs: Date.now() });
    await pass(20_000);
    expect(world.players).toHaveLength(1);
    first!.newestUnixMs = undefined;
    await pass(1000);
    expect(world.players.map(({ closed }) => closed)).toEqual([true, false]);
    expect(world.player.options.startUnixMs).toBeUndefined();
    await pass(15_000);
    expect(world.players).toHaveLength(2);
    expect(states).toEqual(["playing", "reconnecting", "playing"]);
  });

  it("does not begin anew while its viewer pauses", async () => {
    const world = new FakeWorld();
    watchIn(world, { path: "hls" });
    await pass(3000);
    world.player.stalled = true;
    world.screens.at(-1)!.paused = true;
    await pass(60_000);
    expect(world.players).toHaveLength(1);
  });

  it("is told apart from the broadcast before: the same playlist is no new show", async () => {
    const world = new FakeWorld();
    world.texts.set("/live/kitchen/index.m3u8", "#EXTM3U\ne1/v-f/index.m3u8\n");
    const { states } = watchIn(world, { path: "hls" });
    await pass(1000);
    world.player.options.onEnded();
    await pass(20_000);
    expect(world.players).toHaveLength(1);
    expect(states.at(-1)).toBe("waiting");
    world.texts.set("/live/kitchen/index.m3u8", "#EXTM3U\ne2/v-f/index.m3u8\n");
    await pass(6000);
    expect(world.players).toHaveLength(2);
    expect(states.at(-1)).toBe("playing");
  });

  it("says with its addresses that its viewer is in the room, as long as that is so", async () => {
    const world = new FakeWorld();
    const { client } = watchIn(world, { path: "hls" });
    const room = client.room("kitchen");
    client.room("cellar");
    await pass(1000);
    expect(world.player.options.url).toBe(`${PLAYLIST}?in-room=1`);
    room.close();
    world.player.fail("network");
    await pass(3000);
    expect(world.players.map(({ options }) => options.url)).toEqual([`${PLAYLIST}?in-room=1`, PLAYLIST]);
  });

  it("comes back after errors with pauses, and asks for a fresh token once when refused", async () => {
    const world = new FakeWorld();
    const { states, failures } = watchIn(world, { path: "hls" });
    await pass(1000);
    world.player.fail("network");
    await pass(3000);
    expect(states).toEqual(["playing", "reconnecting", "playing"]);
    expect(failures).toMatchObject([{ code: "network.unreachable", retrying: true }]);
    const minted = world.count("POST", "/api");
    world.player.fail("refused");
    await pass(1000);
    expect(world.count("POST", "/api")).toBe(minted + 1);
    expect(failures).toHaveLength(1);
  });

  it("renews a signature before it ends, without another player", async () => {
    const world = new FakeWorld();
    const signed = (seconds: number) => {
      const claims = Buffer.from(JSON.stringify({ exp: Math.floor(Date.now() / 1000) + seconds }));
      return `http://media.test/live/kitchen/~h.${claims.toString("base64url")}.s/index.m3u8`;
    };
    world.playlist = signed(300);
    watchIn(world, { path: "hls" });
    await pass(1000);
    const next = signed(900);
    world.playlist = next;
    await pass(245_000);
    expect(world.players).toHaveLength(1);
    expect(world.player.options.rewrite(signed(1))).toBe(next);
  });

  it("takes up a size that the show has only after its first seconds, once", async () => {
    const world = new FakeWorld();
    const multivariant = (...sizes: string[]) =>
      ["#EXTM3U", ...sizes.map((size) => `#EXT-X-STREAM-INF:BANDWIDTH=1\ne1/v-${size}/index.m3u8`), ""].join(
        "\n",
      );
    world.texts.set("/live/kitchen/index.m3u8", multivariant("f", "q"));
    const { states, watch } = watchIn(world, { path: "hls" });
    await pass(90_000);
    expect(world.players).toHaveLength(1);
    world.texts.set("/live/kitchen/index.m3u8", multivariant("f", "h", "q"));
    await pass(90_000);
    expect(world.players).toHaveLength(2);
    // It cannot play that one: asking again changes nothing.
    await pass(180_000);
    expect(world.players).toHaveLength(2);
    expect(states).toEqual(["playing"]);
    watch.close();
    expectNothingLeft(world);
  });

  it("does not pull a viewer out of the past for a new size", async () => {
    const world = new FakeWorld();
    const { watch } = watchIn(world, { path: "hls" });
    await pass(3000);
    watch.seekTo(Date.now() - 60_000);
    world.texts.set(
      "/live/kitchen/index.m3u8",
      "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\ne1/v-new/index.m3u8\n",
    );
    await pass(120_000);
    expect(world.players).toHaveLength(1);
    watch.goLive();
    await pass(90_000);
    expect(world.players).toHaveLength(2);
  });

  it("is `reconnecting` while the picture stands still, and counts that", async () => {
    const world = new FakeWorld();
    const { states, stats } = watchIn(world, { path: "hls" });
    await pass(3000);
    world.player.counters = () => FROZEN;
    await pass(5000);
    expect(states.at(-1)).toBe("reconnecting");
    expect(stats.at(-1)).toMatchObject({ freezes: 1, framesPerSecond: 0 });
    expect(stats.at(-1)!.frozenMs).toBeGreaterThan(2000);
  });
});

const FROZEN = {
  position: 9,
  bytes: 900_000,
  framesDecoded: 300,
  width: 1280,
  height: 720,
  estimate: null,
  roundTripMs: null,
  videoCodec: null,
  audioCodec: null,
};

describe("the past of a show", () => {
  const withPast = (world: FakeWorld) => {
    const from = new Date(Date.now() - 60_000).toISOString();
    const begins = `#EXT-X-SESSION-DATA:DATA-ID="${HLS_BEGINS}",VALUE="${from}"`;
    world.texts.set("/live/kitchen/index.m3u8", `#EXTM3U\n${begins}\ne1/v-f/index.m3u8\n`);
  };

  it("is known on WebRTC while somebody wants to know", async () => {
    const world = new FakeWorld();
    withPast(world);
    const beginning = Date.now() - 60_000;
    const { watch, dvrs } = watchIn(world);
    await pass(5000);
    expect(watch.dvr).toBeNull();
    watch.on("dvr", (dvr) => dvrs.push(dvr));
    await pass(4000);
    expect(dvrs.at(-1)).toMatchObject({ fromUnixMs: beginning, isLive: true });
    expect(Date.now() - dvrs.at(-1)!.atUnixMs).toBeLessThan(1500);
    await pass(120_000);
    expect(world.count("GET", "/live")).toBeLessThan(7);
    // A media playlist that is asked for has the server make what is in it.
    expect(world.count("GET", "/live/kitchen/e1")).toBe(0);
  });

  it("is shown over LL-HLS, as far behind as was wished, until the viewer wants to be live", async () => {
    const world = new FakeWorld();
    const { watch, paths, states } = watchIn(world);
    await pass(5000);
    watch.seekTo(Date.now() - 30_000);
    await pass(2000);
    expect(paths).toEqual(["hls"]);
    expect(world.sessions.size).toBe(0);
    expect(watch.dvr).toMatchObject({ isLive: false });
    expect(watch.currentCaptureTime()).toBeLessThan(Date.now() - 29_000);
    await pass(600_000);
    expect(paths).toEqual(["hls"]);
    // Also where LL-HLS does not get back to now in time.
    world.player.goLive = () => {};
    watch.goLive();
    await pass(4000);
    expect(paths).toEqual(["hls", "webrtc"]);
    expect(watch.dvr).toBeNull();
    expect(states).toEqual(["playing"]);
  });

  it("is not left for WebRTC by itself", async () => {
    const world = new FakeWorld();
    world.udp = false;
    const { watch, paths } = watchIn(world);
    await pass(10_000);
    watch.seekTo(Date.now() - 30_000);
    world.udp = true;
    await pass(600_000);
    expect(paths).toEqual(["hls"]);
    watch.goLive();
    await pass(100_000);
    expect(paths).toEqual(["hls", "webrtc"]);
  });

  it("is where a viewer stays whose player takes a while to get there", async () => {
    const world = new FakeWorld();
    const { watch } = watchIn(world, { path: "hls" });
    await pass(2000);
    world.player.seekTo = () => {};
    watch.seekTo(Date.now() - 30_000);
    await pass(3000);
    world.player.behindMs = 30_000;
    await pass(20_000);
    expect(world.player.behindMs).toBe(30_000);
  });

  it("is not where a viewer ends who only fell behind", async () => {
    const world = new FakeWorld();
    watchIn(world, { path: "hls" });
    await pass(2000);
    world.player.behindMs = 20_000;
    await pass(1000);
    expect(world.player.behindMs).toBe(2000);
    world.screen.onPaused(true);
    world.player.behindMs = 20_000;
    await pass(5000);
    expect(world.player.behindMs).toBe(20_000);
  });
});
