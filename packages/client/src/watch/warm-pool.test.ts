import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeWorld, pass } from "../testing/fake-world.fixture.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("warming up", () => {
  it("connects paused, and the next watch takes the connection over with one small request", async () => {
    const world = new FakeWorld();
    const client = world.client();
    client.warmUp("kitchen");
    client.warmUp("kitchen");
    await pass(2000);
    expect(world.requests.filter(({ method }) => method === "POST").map(({ path }) => path)).toEqual([
      "/api/rooms/kitchen/tokens",
      "/whep/kitchen?paused=1",
    ]);
    const watch = client.watch("kitchen");
    const firstFrames: number[] = [];
    watch.on("firstFrame", (ms) => firstFrames.push(ms));
    await pass(1000);
    expect(watch.state).toBe("playing");
    expect(firstFrames[0]).toBeLessThan(200);
    expect(world.requests.find(({ method }) => method === "PUT")).toMatchObject({
      path: expect.stringMatching(/^\/sessions\/\w+\/slots$/),
      body: '{"paused":false}',
    });
    await pass(40_000);
    expect(watch.state).toBe("playing");
    expect(world.count("POST", "/whep")).toBe(1);
  });

  it("takes over a connection that is still being made", async () => {
    const world = new FakeWorld();
    const client = world.client();
    client.warmUp("kitchen");
    const watch = client.watch("kitchen");
    await pass(1000);
    expect(watch.state).toBe("playing");
    expect(world.count("POST", "/whep")).toBe(1);
  });

  it("keeps two warm, lets the oldest go, and each after 25 seconds", async () => {
    const world = new FakeWorld();
    const client = world.client();
    for (const room of ["one", "two", "three"]) {
      client.warmUp(room);
      await pass(100);
    }
    expect(world.sessions.size).toBe(2);
    client.watch("one");
    await pass(100);
    expect(world.count("POST", "/whep/one")).toBe(2);
    await pass(26_000);
    expect(world.sessions.size).toBe(1);
    client.close();
    await pass(15_000);
    expect(world.sessions.size).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("opens a session of its own when the warm one is refused", async () => {
    const world = new FakeWorld();
    const client = world.client();
    client.warmUp("kitchen");
    await pass(1000);
    world.sessions.clear();
    const watch = client.watch("kitchen");
    await pass(1000);
    expect(world.requests.at(-1)).toBeDefined();
    expect(world.requests.filter(({ path }) => path === "/whep/kitchen")).toHaveLength(1);
    expect(watch.state).toBe("playing");
  });

  it("forgets a room that cannot be warmed", async () => {
    const world = new FakeWorld();
    const client = world.client();
    world.refuse = (_method, path) => (path.startsWith("/whep") ? "auth.forbidden" : undefined);
    client.warmUp("kitchen");
    await pass(1000);
    expect(vi.getTimerCount()).toBe(0);
    world.refuse = () => undefined;
    const watch = client.watch("kitchen");
    await pass(1000);
    expect(watch.state).toBe("playing");
  });
});
