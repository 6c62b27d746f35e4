import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FakeTrack } from "../testing/fake-peer.fixture.ts";
import { FakeWorld, pass } from "../testing/fake-world.fixture.ts";
import type { ClientFailure, Watch, WatchState, WatchStats } from "../types.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watchIn(world: FakeWorld) {
  const watch = world.client().watch("kitchen");
  const seen = {
    watch,
    states: [] as WatchState[],
    failures: [] as ClientFailure[],
    firstFrames: [] as number[],
    stats: [] as WatchStats[],
  };
  watch.on("state", (state) => seen.states.push(state));
  watch.on("failure", (failure) => seen.failures.push(failure));
  watch.on("firstFrame", (ms) => seen.firstFrames.push(ms));
  watch.on("stats", (stats) => seen.stats.push(stats));
  return seen;
}
const tracksOf = (watch: Watch) => watch.stream.getTracks() as unknown as FakeTrack[];

describe("watching", () => {
  it("plays with the first decoded frame, told once, and measures latency on the server's clock", async () => {
    const world = new FakeWorld();
    const { watch, states, firstFrames, stats } = watchIn(world);
    await pass(3000);
    expect(states).toEqual(["playing"]);
    expect(firstFrames).toHaveLength(1);
    expect(firstFrames[0]).toBeLessThan(300);
    expect(stats.at(-1)).toMatchObject({ latencyMs: 120, roundTripMs: 10 });
    expect(watch.currentCaptureTime()).toBeGreaterThan(Date.now() - 500);
    expect(world.count("POST", "/whep/kitchen")).toBe(1);
    expect(world.peer.transceivers.map(({ kind, init }) => [kind, init])).toEqual([
      ["video", { direction: "recvonly" }],
      ["audio", { direction: "recvonly" }],
    ]);
    expect(world.peer.transceivers[0]!.receiver.jitterBufferTarget).toBe(0);
  });

  it("has sound that has gathered in its buffer left out by the server", async () => {
    const world = new FakeWorld();
    world.soundWaitsMs = 300;
    watchIn(world);
    await pass(6000);
    const [asked] = world.requests.filter(({ method, path }) => method === "PUT" && path.endsWith("/slots"));
    expect(JSON.parse(String(asked!.body))).toEqual({ slots: [{ mid: "1", leaveOutMs: 240 }] });
  });

  it("is `waiting` when nothing is on air, after a moment's patience, and plays when somebody comes", async () => {
    const world = new FakeWorld();
    world.onAir = { video: false, audio: false, decoding: true };
    const { states } = watchIn(world);
    await pass(900);
    expect(states).toEqual([]);
    await pass(500);
    expect(states).toEqual(["waiting"]);
    await pass(60_000);
    expect(states).toEqual(["waiting"]);
    world.onAir = { video: true, audio: true, decoding: true };
    await pass(400);
    expect(states).toEqual(["waiting", "playing"]);
    expect(world.count("PATCH")).toBe(0);
  });

  it("plays on when the host turns only the camera off", async () => {
    const world = new FakeWorld();
    const { states } = watchIn(world);
    await pass(3000);
    world.onAir = { video: false, audio: true, decoding: true };
    await pass(10_000);
    expect(states).toEqual(["playing"]);
  });

  it("opens a new session when video arrives but no frame comes out, less and less often", async () => {
    const world = new FakeWorld();
    world.onAir.decoding = false;
    const { states } = watchIn(world);
    await pass(60_000);
    expect(states).not.toContain("playing");
    const sessions = world.count("POST", "/whep");
    expect(sessions).toBeGreaterThanOrEqual(3);
    expect(sessions).toBeLessThanOrEqual(5);
  });

  it("does not expect a hidden page to decode", async () => {
    const world = new FakeWorld();
    world.onAir.decoding = false;
    world.visible = false;
    watchIn(world);
    await pass(60_000);
    expect(world.count("POST", "/whep")).toBe(1);
  });
});

describe("a viewer's connection", () => {
  it("restarts ICE within two seconds of lost packets, on the same session, and plays on", async () => {
    const world = new FakeWorld();
    const { watch, states } = watchIn(world);
    await pass(3000);
    const tracks = tracksOf(watch);
    world.udp = false;
    await pass(2000);
    expect(states.at(-1)).toBe("reconnecting");
    const patch = world.requests.find(({ method }) => method === "PATCH")!;
    expect(patch.headers).toMatchObject({
      "if-match": "*",
      "content-type": "application/trickle-ice-sdpfrag",
      authorization: "Bearer token1",
    });
    expect(patch.body).toContain("a=ice-ufrag:client2\r\n");
    world.udp = true;
    await pass(500);
    expect(states).toEqual(["playing", "reconnecting", "playing"]);
    expect(world.peer.remoteDescription!.sdp).toContain("a=ice-pwd:new\r\n");
    expect(world.count("POST", "/whep")).toBe(1);
    expect(tracksOf(watch)).toEqual(tracks);
  });

  it("opens a new session, and leaves the old one, when a restart brings nothing", async () => {
    const world = new FakeWorld();
    const { watch, states, failures } = watchIn(world);
    await pass(3000);
    const [oldVideo] = tracksOf(watch);
    const { stream } = watch;
    world.udp = false;
    await pass(8000);
    expect(states.at(-1)).toBe("reconnecting");
    expect(failures[0]).toMatchObject({ code: "media.connection_failed", retrying: true });
    expect(world.peers.length).toBeGreaterThan(1);
    world.udp = true;
    await pass(1000);
    expect(world.count("DELETE")).toBe(world.peers.length - 1);
    expect(world.peers.filter((peer) => peer.signalingState !== "closed")).toEqual([world.peer]);
    expect(states.at(-1)).toBe("playing");
    expect(watch.stream).toBe(stream);
    expect(tracksOf(watch)).toHaveLength(2);
    expect(tracksOf(watch)).not.toContain(oldVideo);
  });

  it("opens a new session at once when the server has forgotten the old one", async () => {
    const world = new FakeWorld();
    const { states } = watchIn(world);
    await pass(3000);
    world.sessions.clear();
    world.peer.change("failed");
    await pass(300);
    expect(world.count("PATCH")).toBe(1);
    expect(world.count("POST", "/whep")).toBe(2);
    expect(states.at(-1)).toBe("playing");
  });

  it("does not claim to play after a reconnection until a frame of the new session came out", async () => {
    const world = new FakeWorld();
    const { states } = watchIn(world);
    await pass(3000);
    world.onAir = { video: false, audio: false, decoding: true };
    world.peer.closeDtls();
    await pass(3000);
    expect(states).toEqual(["playing", "reconnecting", "waiting"]);
  });

  it("opens a new session when the server says goodbye", async () => {
    const world = new FakeWorld();
    const { states } = watchIn(world);
    await pass(3000);
    world.peer.closeDtls();
    await pass(800);
    expect(world.count("PATCH") + world.count("DELETE")).toBe(0);
    expect(world.count("POST", "/whep")).toBe(2);
    expect(states).toEqual(["playing", "reconnecting", "playing"]);
  });

  it("says nothing of a false alarm", async () => {
    const world = new FakeWorld();
    const { states } = watchIn(world);
    await pass(3000);
    world.udp = false;
    await pass(1100);
    while (world.count("PATCH") === 0) await pass(50);
    world.udp = true;
    await pass(3000);
    expect(states).toEqual(["playing"]);
  });

  it("waits a moment for `disconnected` to heal by itself", async () => {
    const world = new FakeWorld();
    const { states } = watchIn(world);
    await pass(3000);
    world.peer.change("disconnected");
    await pass(300);
    world.peer.change("connected");
    await pass(2000);
    expect(states).toEqual(["playing"]);
    expect(world.count("PATCH")).toBe(0);
  });

  it("takes the old session up again as soon as the network is back, without waiting for its turn", async () => {
    const world = new FakeWorld();
    const { states } = watchIn(world);
    await pass(3000);
    world.udp = false;
    world.refuse = () => "unreachable";
    await pass(20_000);
    expect(world.count("PATCH")).toBeGreaterThan(3);
    world.udp = true;
    world.refuse = () => undefined;
    await pass(600);
    expect(states.at(-1)).toBe("playing");
    expect(world.count("POST", "/whep")).toBe(1);
  });

  it("backs off with growing pauses while there is no server, and tries at once when the browser is online", async () => {
    const world = new FakeWorld();
    world.refuse = () => "unreachable";
    const { states, failures } = watchIn(world);
    await pass(60_000);
    expect(failures.length).toBeGreaterThan(8);
    expect(failures.length).toBeLessThan(20);
    expect(failures.at(-1)).toMatchObject({ code: "network.unreachable", retrying: true });
    world.refuse = () => undefined;
    world.wake("online");
    await pass(300);
    expect(states).toEqual(["playing"]);
  });

  it("tries again when a request is never answered", async () => {
    const world = new FakeWorld();
    world.refuse = (_method, path) =>
      path.startsWith("/whep") && world.count("POST", "/whep") === 1 ? "hangs" : undefined;
    const { states } = watchIn(world);
    await pass(12_000);
    expect(world.count("POST", "/whep")).toBe(2);
    expect(states).toEqual(["playing"]);
  });

  it("asks for a fresh token at once when the first is refused, later with pauses", async () => {
    const world = new FakeWorld();
    world.refuse = (_method, path) => (path.startsWith("/whep") ? "token.expired" : undefined);
    const { watch, states, failures } = watchIn(world);
    await pass(50);
    expect(world.count("POST", "/whep")).toBe(2);
    expect(world.count("POST", "/api")).toBe(2);
    expect(failures).toHaveLength(1);
    await pass(30_000);
    expect(world.count("POST", "/whep")).toBeLessThan(15);
    expect(watch.state).toBe("connecting");
    world.refuse = () => undefined;
    await pass(10_000);
    expect(states).toEqual(["playing"]);
  });

  it.each(["media.no_common_codec", "media.codec_unsupported"] as const)(
    "fails for good on %s, which trying cannot mend, and then holds nothing",
    async (code) => {
      const world = new FakeWorld();
      world.refuse = (_method, path) => (path.startsWith("/whep") ? code : undefined);
      const { states, failures } = watchIn(world);
      await pass(3000);
      expect(states).toEqual(["failed"]);
      expect(failures).toMatchObject([{ code, retrying: false, problem: { status: 406 } }]);
      expect(vi.getTimerCount()).toBe(0);
      expect(world.wakes.size + world.pageHides.size).toBe(0);
      expect(world.peers.every((peer) => peer.signalingState === "closed")).toBe(true);
    },
  );

  it("tells the server before the connection does", async () => {
    const world = new FakeWorld();
    const { watch } = watchIn(world);
    await pass(1000);
    const { peer } = world;
    const states: string[] = [];
    world.refuse = (method) => {
      if (method === "DELETE") states.push(peer.signalingState);
      return undefined;
    };
    watch.close();
    await pass(10);
    expect(states).toEqual(["stable"]);
    expect(peer.signalingState).toBe("closed");
  });

  it("releases everything when closed, in whatever state", async () => {
    for (const [udp, ms] of [
      [true, 0],
      [true, 20],
      [true, 5000],
      [false, 7000],
      [false, 40_000],
    ] as const) {
      const world = new FakeWorld();
      const { watch, states } = watchIn(world);
      await pass(ms / 2);
      world.udp = udp;
      await pass(ms / 2);
      const tracks = tracksOf(watch);
      watch.close();
      await pass(15_000);
      expect(states.at(-1) ?? watch.state).toBe("closed");
      expect(vi.getTimerCount()).toBe(0);
      expect(world.wakes.size + world.pageHides.size).toBe(0);
      expect(world.sessions.size).toBe(0);
      expect(world.peers.every((peer) => peer.signalingState === "closed")).toBe(true);
      expect(tracks.every((track) => track.stopped)).toBe(true);
      expect(tracksOf(watch)).toEqual([]);
    }
  });

  it("leaves when the page goes away", async () => {
    const world = new FakeWorld();
    watchIn(world);
    await pass(1000);
    for (const hide of world.pageHides) hide();
    expect(world.count("DELETE", "/sessions/")).toBe(1);
  });
});
