import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeWorld, pass } from "../testing/fake-world.fixture.ts";
import type { ClientFailure, QualityState, WatchOptions } from "../types.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const layer = (id: string, height: number) => ({
  id,
  width: (height * 16) / 9,
  height,
  framesPerSecond: 30,
  bitrate: height * 1000,
  active: true,
});
const layers = [layer("f", 720), layer("h", 360)];
const slot = (mid: string, kind: "audio" | "video", more: object = {}) => ({
  mid,
  kind,
  source: "acc:ada",
  reason: "shown",
  layers: kind === "video" ? layers : [],
  layer: kind === "video" ? "f" : null,
  target: kind === "video" ? "f" : null,
  choice: "auto",
  ...more,
});
const answer = (video: object = {}) => ({
  paused: false,
  slots: [slot("0", "video", video), slot("1", "audio")],
  path: { estimate: 3_000_000, roundTripMs: 20, lossRatio: 0, transport: "udp" },
});
const shown = { choice: "auto", layers, layer: "f", switchingTo: null, reason: "shown" };

async function watchIn(world: FakeWorld, options: WatchOptions = {}) {
  const watch = world.client().watch("kitchen", options);
  await pass(1000);
  return watch;
}
const told = (world: FakeWorld) =>
  world.requests.filter(({ method }) => method === "PUT").map(({ body }) => JSON.parse(body) as unknown);
const asked = (world: FakeWorld) => world.count("GET", "/sessions");

describe("the quality", () => {
  it("is asked for while somebody listens, more often while another layer is on its way, and not by hidden pages", async () => {
    const world = new FakeWorld();
    world.slots = answer();
    const watch = await watchIn(world);
    expect(watch.quality).toEqual({ ...shown, layers: [], layer: null, reason: "empty" });
    await pass(10_000);
    expect(asked(world)).toBe(0);
    const seen: QualityState[] = [];
    const off = watch.on("quality", (quality) => seen.push(quality));
    await pass(10_000);
    expect(seen).toEqual([shown]);
    expect(asked(world)).toBeGreaterThanOrEqual(4);
    expect(asked(world)).toBeLessThanOrEqual(6);
    world.slots = answer({ layer: "f", target: "h", reason: "bandwidth" });
    await pass(3000);
    expect(seen.at(-1)).toEqual({ ...shown, switchingTo: "h", reason: "bandwidth" });
    const before = asked(world);
    await pass(3000);
    expect(asked(world) - before).toBeGreaterThanOrEqual(4);
    world.visible = false;
    const hidden = asked(world);
    await pass(10_000);
    world.visible = true;
    off();
    await pass(10_000);
    expect(asked(world) - hidden).toBeLessThanOrEqual(1);
  });

  it("is chosen with one request, told at once, and again to every new session", async () => {
    const world = new FakeWorld();
    world.slots = answer();
    const watch = await watchIn(world);
    watch.setQuality("h");
    expect(watch.quality.choice).toBe("h");
    await pass(10);
    expect(told(world)).toEqual([{ slots: [{ mid: "0", layer: "h" }] }]);
    expect(watch.quality).toEqual({ ...shown, choice: "h" });
    watch.setQuality("h");
    await pass(2000);
    expect(told(world)).toHaveLength(1);
    world.peer.closeDtls();
    await pass(3000);
    expect(world.count("POST", "/whep")).toBe(2);
    expect(told(world)).toHaveLength(2);
    expect(told(world)[1]).toEqual(told(world)[0]);
    watch.setQuality("audio");
    watch.setQuality("auto");
    watch.setQuality("audio");
    await pass(1000);
    expect(told(world).at(-1)).toEqual({ slots: [{ mid: "0", layer: "off" }] });
  });

  it("that was chosen before there was a session is told to the first", async () => {
    const world = new FakeWorld();
    const watch = world.client().watch("kitchen");
    watch.setQuality("audio");
    await pass(1000);
    expect(told(world)).toEqual([{ slots: [{ mid: "0", layer: "off" }] }]);
  });

  it("is said again when the server could not be reached, not when it refused", async () => {
    const world = new FakeWorld();
    world.slots = answer();
    const watch = await watchIn(world);
    world.refuse = (method) => (method === "PUT" ? "unreachable" : undefined);
    watch.setQuality("h");
    await pass(5000);
    expect(told(world).length).toBeGreaterThanOrEqual(2);
    expect(told(world).length).toBeLessThanOrEqual(4);
    world.refuse = (method) => (method === "PUT" ? "request.invalid" : undefined);
    await pass(3000);
    const refused = told(world).length;
    await pass(20_000);
    expect(told(world)).toHaveLength(refused);
  });

  it("is no matter for a server that knows nothing of it", async () => {
    const world = new FakeWorld();
    world.refuse = (_method, path) => (path.endsWith("/slots") ? "request.not_found" : undefined);
    const watch = await watchIn(world);
    watch.on("quality", () => undefined);
    await pass(60_000);
    expect(asked(world)).toBe(1);
    expect(watch.state).toBe("playing");
  });

  it("of a room in a codec this browser lacks is a failure, once for each time, and playing goes on", async () => {
    const world = new FakeWorld();
    world.onAir = { video: false, audio: true, decoding: true };
    world.slots = answer({ reason: "codec", layer: null, target: null });
    const watch = await watchIn(world);
    const failures: ClientFailure[] = [];
    watch.on("failure", (failure) => failures.push(failure));
    await pass(20_000);
    expect(failures).toMatchObject([{ code: "media.codec_unsupported", retrying: true }]);
    expect(asked(world)).toBeLessThanOrEqual(6);
    world.slots = answer();
    await pass(60_000);
    world.slots = answer({ reason: "codec" });
    await pass(60_000);
    expect(failures).toHaveLength(2);
    expect(watch.state).toBe("playing");
  });
});

describe("an element that shows the picture", () => {
  const element = {} as HTMLElement;

  it("has its size told, together with the choice, and no limit once it is gone", async () => {
    const world = new FakeWorld();
    const watch = await watchIn(world);
    const unfit = watch.fit(element);
    world.followed.get(element)!({ width: 640, height: 360 });
    watch.setQuality("auto");
    world.followed.get(element)!({ width: 0, height: 0 });
    await pass(100);
    expect(told(world).at(-1)).toEqual({ slots: [{ mid: "0", layer: "auto", width: 0, height: 0 }] });
    unfit();
    unfit();
    await pass(100);
    expect(told(world).at(-1)).toMatchObject({ slots: [{ width: 16_384, height: 16_384 }] });
    expect(world.followed.size).toBe(0);
    watch.fit(element);
    watch.close();
    expect(world.followed.size).toBe(0);
    watch.fit(element)();
    await pass(2000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is told with the click to a connection that was warmed up", async () => {
    const world = new FakeWorld();
    world.slots = answer();
    const client = world.client();
    client.warmUp("kitchen");
    await pass(1000);
    const watch = client.watch("kitchen");
    watch.fit(element);
    world.followed.get(element)!({ width: 640, height: 360 });
    await pass(1000);
    expect(world.isPaused(world.peer.session)).toBe(false);
    expect(told(world).at(-1)).toEqual({ slots: [{ mid: "0", width: 640, height: 360 }] });
    expect(watch.state).toBe("playing");
  });
});

describe("several slots", () => {
  it("are listed in order with who is in them; the stream has the first of each kind", async () => {
    const world = new FakeWorld();
    world.slots = {
      ...answer(),
      slots: [
        slot("0", "video"),
        slot("1", "video", { source: "acc:bob" }),
        slot("2", "audio"),
        slot("3", "audio", { source: null }),
      ],
    };
    const watch = await watchIn(world, { slots: { video: 2, audio: 2 } });
    expect(watch.slots.map(({ mid, kind, participant }) => [mid, kind, participant])).toEqual([
      ["0", "video", null],
      ["1", "video", null],
      ["2", "audio", null],
      ["3", "audio", null],
    ]);
    const changes: number[] = [];
    watch.on("slots", (slots) => changes.push(slots.length));
    await pass(10_000);
    expect(changes).toEqual([4]);
    expect(watch.slots.map(({ participant }) => participant)).toEqual([
      "acc:ada",
      "acc:bob",
      "acc:ada",
      null,
    ]);
    expect(watch.stream.getTracks()).toEqual([watch.slots[0]!.track, watch.slots[2]!.track]);
    const element = {} as HTMLElement;
    watch.fit(element, "1");
    world.followed.get(element)!({ width: 160, height: 90 });
    watch.setQuality("audio");
    await pass(10);
    expect(told(world).at(-1)).toEqual({
      slots: [
        { mid: "0", layer: "off" },
        { mid: "1", layer: "off", width: 160, height: 90 },
      ],
    });
  });

  it.each([
    { video: 0, audio: 1 },
    { video: 10, audio: 1 },
    { video: 1, audio: 1.5 },
    { video: 1, audio: Number.NaN },
  ])("are refused with a clear error: %o", (slots) => {
    const watch = () => new FakeWorld().client().watch("kitchen", { slots });
    expect(watch).toThrow(expect.objectContaining({ code: "client.invalid_options" }));
  });
});

describe("the details", () => {
  it("are what the connection and the server say", async () => {
    const world = new FakeWorld();
    world.slots = answer();
    const watch = await watchIn(world);
    await pass(3000);
    const details = await watch.details();
    expect(details).toMatchObject({
      quality: shown,
      estimate: 3_000_000,
      session: world.peer.session,
      stats: { connection: "excellent", latencyMs: 120 },
    });
    const before = asked(world);
    await pass(8000);
    expect(asked(world)).toBeGreaterThan(before);
    await pass(20_000);
    const later = asked(world);
    await pass(20_000);
    expect(asked(world)).toBe(later);
  });

  it("are nothing where there is nothing", async () => {
    const world = new FakeWorld();
    world.refuse = () => "unreachable";
    const watch = await watchIn(world);
    expect(await watch.details()).toMatchObject({
      transport: null,
      estimate: null,
      session: null,
      stats: null,
    });
  });
});

describe("the connection's word", () => {
  it("is `lost` with the path, at once, and another when it is back", async () => {
    const world = new FakeWorld();
    const watch = await watchIn(world);
    const words: string[] = [];
    watch.on("stats", ({ connection }) => words.push(connection));
    await pass(3000);
    expect(words.at(-1)).toBe("excellent");
    world.udp = false;
    await pass(2500);
    expect(words.at(-1)).toBe("lost");
    world.udp = true;
    await pass(6000);
    expect(words.at(-1)).toBe("excellent");
  });
});
