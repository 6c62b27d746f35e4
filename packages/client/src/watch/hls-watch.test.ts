import { HLS_BEGINS } from "@sameroom/contract";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeWorld, pass } from "../testing/fake-world.fixture.ts";
import { expectNothingLeft, PLAYLIST, watchIn } from "./watch-in.fixture.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

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

  it("asks for Opus where that is played", async () => {
    const world = new FakeWorld();
    world.playsOpus = true;
    const { client } = watchIn(world, { path: "hls" });
    await pass(1000);
    expect(world.player.options.url).toBe(`${PLAYLIST}?sound=opus`);
    client.room("kitchen");
    world.player.fail("network");
    await pass(3000);
    expect(world.player.options.url).toBe(`${PLAYLIST}?sound=opus&in-room=1`);
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

  it("takes up the sound of a host whose microphone was off at first, soon and once it can be heard", async () => {
    const world = new FakeWorld();
    const sizes = ["f", "q"]
      .map((size) => `#EXT-X-STREAM-INF:BANDWIDTH=1\ne1/v-${size}/index.m3u8\n`)
      .join("");
    world.texts.set("/live/kitchen/index.m3u8", sizes);
    watchIn(world, { path: "hls" });
    await pass(90_000);
    Object.assign(world.player, { audioUrl: null });
    const sound = '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="opus",NAME="Main",URI="/live/kitchen/opus/index.m3u8"\n';
    world.texts.set("/live/kitchen/index.m3u8", sound + sizes);
    world.player.mayHaveMissedSound = true;
    await pass(4000);
    expect(world.requests.some(({ path }) => path === "/live/kitchen/opus/index.m3u8")).toBe(true);
    expect(world.players).toHaveLength(1);
    world.texts.set("/live/kitchen/opus/index.m3u8", "#EXTINF:2,\n7.m4s\n");
    await pass(1000);
    expect(world.players).toHaveLength(2);
    // A player that cannot play it is not begun again for it.
    Object.assign(world.player, { audioUrl: null });
    await pass(180_000);
    expect(world.players).toHaveLength(2);
  });

  it("does not go on looking for a sound that it heard of and that is not offered", async () => {
    const world = new FakeWorld();
    watchIn(world, { path: "hls" });
    await pass(90_000);
    Object.assign(world.player, { audioUrl: null, mayHaveMissedSound: true });
    const looks = () => world.requests.filter(({ path }) => path === "/live/kitchen/index.m3u8").length;
    await pass(60_000);
    const before = looks();
    expect(before).toBeGreaterThanOrEqual(10);
    await pass(180_000);
    expect(looks() - before).toBeLessThan(5);
    expect(world.players).toHaveLength(1);
  });

  it("plays on with a picture of few keyframes until what is made of it is there", async () => {
    const world = new FakeWorld();
    const multivariant = (...lines: string[]) =>
      [
        "#EXTM3U",
        '#EXT-X-SESSION-DATA:DATA-ID="io.sameroom.sparse-keyframes",VALUE="YES"',
        ...lines.flatMap((name, at) => [
          `#EXT-X-STREAM-INF:BANDWIDTH=${9 - at}`,
          `/live/kitchen/${name}/index.m3u8`,
        ]),
      ].join("\n");
    world.texts.set("/live/kitchen/index.m3u8", multivariant("v-f", "h264-720", "h264-360"));
    const asked = () => world.requests.filter(({ path }) => path.includes("/h264-"));
    watchIn(world, { path: "hls" });
    await pass(90_000);
    expect(new Set(asked().map(({ path }) => path))).toEqual(new Set(["/live/kitchen/h264-360/index.m3u8"]));
    expect(world.players).toHaveLength(1);
    const gap = '#EXT-X-PART:DURATION=0.25,URI="7.0.m4s",GAP=YES';
    world.texts.set("/live/kitchen/h264-360/index.m3u8", gap);
    await pass(90_000);
    expect(world.players).toHaveLength(1);
    world.texts.set("/live/kitchen/h264-360/index.m3u8", gap.replace(",GAP=YES", ""));
    await pass(90_000);
    expect(world.players).toHaveLength(2);
  });

  it("takes up soon what goes on with a show that stands still, as often as that happens", async () => {
    const world = new FakeWorld();
    const offer = (...sizes: string[]) =>
      world.texts.set(
        "/live/kitchen/index.m3u8",
        sizes.map((size) => `#EXT-X-STREAM-INF:BANDWIDTH=1\ne1/v-${size}/index.m3u8`).join("\n"),
      );
    offer("f", "q");
    watchIn(world, { path: "hls" });
    await pass(40_000);
    for (const [players, size] of [2, 3, 4].map((count) => [count, count % 2 ? "f" : "single"] as const)) {
      const newestUnixMs = Date.now();
      Object.assign(world.player, { stalled: true, newestUnixMs });
      await pass(5000);
      expect(world.players).toHaveLength(players - 1);
      offer(size);
      // What the player lists is what it was opened with.
      Object.assign(world.player, {
        levels: world.player.levels.map((level) => ({ ...level, id: `old-${size}` })),
      });
      await pass(2000);
      expect(world.players).toHaveLength(players);
      await pass(3000);
    }
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
    // Without `sound` it would have AAC made.
    world.texts.set("/live/kitchen/index.m3u8?sound=opus", `#EXTM3U\n${begins}\ne1/v-f/index.m3u8\n`);
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

  it("is kept when the player fails there, or stands still", async () => {
    const world = new FakeWorld();
    const { watch } = watchIn(world, { path: "hls" });
    await pass(2000);
    watch.seekTo(Date.now() - 30_000);
    await pass(15_000);
    world.player.fail("network");
    await pass(3000);
    expect(world.players).toHaveLength(2);
    // Half a second to two passed until it was opened.
    expect(Math.abs(world.player.behindMs - 31_000)).toBeLessThan(1500);
    const [, second] = world.players;
    Object.assign(second!, { stalled: true, times: () => null });
    const stoodAtUnixMs = Date.now() - second!.behindMs;
    await pass(25_000);
    expect(second!.closed).toBe(true);
    expect(Math.abs(world.player.options.startUnixMs! - stoodAtUnixMs)).toBeLessThan(1500);
    watch.goLive();
    await pass(2000);
    world.player.fail("network");
    await pass(3000);
    expect(world.player.options.startUnixMs).toBeUndefined();
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

  it("is caught up with step by step where going back to now takes long, and left at once where it is too far", async () => {
    const world = new FakeWorld();
    watchIn(world, { path: "hls" });
    await pass(2000);
    world.player.goesLiveSoon = false;
    world.player.behindMs = 15_000;
    await pass(20_000);
    expect(world.player.behindMs).toBe(15_000);
    world.player.behindMs = 21_000;
    await pass(1000);
    expect(world.player.behindMs).toBe(2000);
  });

  it("is known to the player as what the viewer wishes", async () => {
    const world = new FakeWorld();
    const { watch } = watchIn(world, { path: "hls" });
    await pass(2000);
    const isBehind = () => world.player.options.isBehind!();
    expect(isBehind()).toBe(false);
    watch.seekTo(Date.now() - 30_000);
    expect(isBehind()).toBe(true);
    watch.goLive();
    expect(isBehind()).toBe(false);
  });
});
