import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeWorld, pass } from "../testing/fake-world.fixture.ts";
import type { ClientFailure, ReplayState } from "../types.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const signed = (seconds: number) => {
  const claims = Buffer.from(JSON.stringify({ exp: Math.floor(Date.now() / 1000) + seconds })).toString(
    "base64url",
  );
  return `http://media.test/vod/r1/~h.${claims}.s`;
};
const ready = (base: string) => ({
  id: "r1",
  state: "ready",
  urls: { playlist: `${base}/index.m3u8`, poster: null, sprites: `${base}/sprites.vtt`, file: null },
});

function replayIn(world: FakeWorld) {
  const replay = world.client().replay("r1");
  const states: ReplayState[] = [];
  const failures: ClientFailure[] = [];
  replay.on("state", (state) => states.push(state));
  replay.on("failure", (failure) => failures.push(failure));
  const detach = replay.attach({} as HTMLVideoElement);
  return { replay, states, failures, detach };
}

describe("a replay", () => {
  it("plays the recording's playlist, and shows a picture for every moment", async () => {
    const world = new FakeWorld();
    const base = signed(3600);
    world.recording = ready(base);
    const vtt = "WEBVTT\n\n00:00.000 --> 00:05.000\nsprites-0.jpg#xywh=0,0,160,90\n";
    world.texts.set(new URL(`${base}/sprites.vtt`).pathname, vtt);
    const { replay, states } = replayIn(world);
    await pass(100);
    expect(states).toEqual(["ready"]);
    expect(replay.recording?.id).toBe("r1");
    expect(world.player.options.url).toBe(`${base}/index.m3u8`);
    expect(replay.thumbnailAt(3)).toEqual({
      url: `${base}/sprites-0.jpg`,
      x: 0,
      y: 0,
      width: 160,
      height: 90,
    });
    replay.setQuality("q");
    expect(replay.quality).toMatchObject({ choice: "q", layer: "q" });
  });

  it("asks for Opus where that is played", async () => {
    const world = new FakeWorld();
    world.playsOpus = true;
    const base = signed(3600);
    world.recording = ready(base);
    replayIn(world);
    await pass(100);
    expect(world.player.options.url).toBe(`${base}/index.m3u8?sound=opus`);
  });

  it("waits for a recording that is being finished", async () => {
    const world = new FakeWorld();
    world.recording = { id: "r1", state: "finishing", urls: null };
    const { replay, states } = replayIn(world);
    await pass(10_000);
    expect(states).toEqual([]);
    expect(replay.recording?.state).toBe("finishing");
    expect(world.players).toEqual([]);
    world.recording = ready(signed(3600));
    await pass(5000);
    expect(states).toEqual(["ready"]);
    expect(world.players).toHaveLength(1);
  });

  it("goes on where it was after a lost connection", async () => {
    const world = new FakeWorld();
    world.recording = ready("http://media.test/vod/r1");
    const { failures } = replayIn(world);
    await pass(100);
    world.screen.element.currentTime = 42;
    world.player.fail("network");
    await pass(2000);
    expect(world.players).toHaveLength(2);
    expect(world.player.options.startSeconds).toBe(42);
    expect(failures).toMatchObject([{ code: "network.unreachable", retrying: true }]);
  });

  it("renews its signature in time, without another player", async () => {
    const world = new FakeWorld();
    world.recording = ready(signed(300));
    replayIn(world);
    await pass(1000);
    const next = signed(3600);
    world.recording = ready(next);
    await pass(245_000);
    expect(world.players).toHaveLength(1);
    expect(world.player.options.rewrite(`${signed(1)}/v-f/1.m4s`)).toBe(`${next}/v-f/1.m4s`);
  });

  it("fails where there is nothing to see", async () => {
    const world = new FakeWorld();
    world.refuse = (_method, path) =>
      path.startsWith("/api/recordings/") ? "recording.not_found" : undefined;
    const { states, failures } = replayIn(world);
    await pass(100);
    expect(states).toEqual(["failed"]);
    expect(failures).toMatchObject([{ code: "recording.not_found", retrying: false }]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("leaves nothing when closed", async () => {
    const world = new FakeWorld();
    world.recording = ready(signed(3600));
    const { replay, states } = replayIn(world);
    await pass(1000);
    replay.close();
    await pass(100);
    expect(states.at(-1)).toBe("closed");
    expect(vi.getTimerCount()).toBe(0);
    expect(world.screen.closed && world.player.closed).toBe(true);
  });
});
