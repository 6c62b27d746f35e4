import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FakeEncoding } from "../testing/fake-peer.fixture.ts";
import { FakeWorld, fakeTrack, pass } from "../testing/fake-world.fixture.ts";
import type { PublicationHealth, PublishOptions } from "../types.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function publishIn(world: FakeWorld, lines: number, options: Partial<PublishOptions> = {}) {
  const tracks = { video: fakeTrack("video", lines), audio: fakeTrack("audio") };
  const publication = world.client().publish("kitchen", { ...tracks, ...options });
  await pass(500);
  return publication;
}
const sender = (world: FakeWorld) => world.peer.transceivers[0]!.sender;
/** `q4 h2 f1`; a layer that is off in brackets. */
const sent = (world: FakeWorld) => wordsOf(sender(world).parameters.encodings);
const wordsOf = (encodings: readonly FakeEncoding[]) =>
  encodings
    .map(({ rid = "", scaleResolutionDownBy = 1, active = true }) =>
      active ? `${rid}${scaleResolutionDownBy}` : `(${rid})`,
    )
    .join(" ");

describe("the layers sent", () => {
  it("are three of a camera, from the lowest", async () => {
    const world = new FakeWorld();
    await publishIn(world, 720, { maxVideoBitrate: 1_500_000 });
    expect(sent(world)).toBe("q4 h2 f1");
    const { encodings } = sender(world).parameters;
    expect(encodings.map(({ maxBitrate }) => maxBitrate)).toEqual([180_000, 600_000, 1_500_000]);
  });

  it("follow the track, with nothing renegotiated", async () => {
    const world = new FakeWorld();
    const publication = await publishIn(world, 720);
    await publication.replaceTrack("video", fakeTrack("video", 480));
    expect(sent(world)).toBe("q2 h1 (f)");
    const screen = fakeTrack("video", 1080);
    screen.contentHint = "text";
    await publication.replaceTrack("video", screen);
    expect(sent(world)).toBe("(q) h2 f1");
    expect(sender(world).parameters.degradationPreference).toBe("maintain-resolution");
    await publication.replaceTrack("video", fakeTrack("video", 240));
    expect(sent(world)).toBe("q1 (h) (f)");
    await publication.replaceTrack("video", fakeTrack("video", 1080));
    expect(sent(world)).toBe("q4 h2 f1");
    expect(world.count("POST", "/whip")).toBe(1);
  });

  it("follow what the browser encodes where the track does not tell, and windows that are resized", async () => {
    const world = new FakeWorld();
    world.source = { width: 854, height: 480 };
    const tracks = { video: fakeTrack("video"), audio: null };
    world.client().publish("kitchen", tracks);
    await pass(2000);
    expect(sent(world)).toBe("q2 h1 (f)");
    world.source = { width: 1920, height: 1080 };
    await pass(2000);
    expect(sent(world)).toBe("q4 h2 f1");
  });

  it.each(["ignored", "rejected", "refused"] as const)(
    "is one, at full size, where several are %s",
    async (simulcast) => {
      const world = new FakeWorld();
      world.simulcast = simulcast;
      const publication = await publishIn(world, 1080);
      expect(publication.state).toBe("live");
      expect(sender(world).parameters.encodings).toHaveLength(1);
      expect(sender(world).parameters.encodings[0]).toMatchObject({ maxBitrate: 2_500_000 });
      expect(sender(world).parameters.encodings[0]!.scaleResolutionDownBy ?? 1).toBe(1);
    },
  );

  it.each([{ simulcast: false }, { videoCodec: "vp9" }, { videoCodec: "av1" }] as const)(
    "is one with %o",
    async (options) => {
      const world = new FakeWorld();
      await publishIn(world, 1080, options);
      expect(world.peer.transceivers[0]!.init).toMatchObject({ sendEncodings: [{ maxBitrate: 2_500_000 }] });
      expect(sent(world)).toBe("1");
    },
  );
});

describe("the server's wishes", () => {
  const wishes = (wanted: Record<string, boolean>) => ({
    sections: [{ mid: "0", layers: Object.entries(wanted).map(([rid, yes]) => ({ rid, wanted: yes })) }],
  });

  it("pause layers nobody wants, never the lowest, and resume them", async () => {
    const world = new FakeWorld();
    world.eventStreams = [];
    await publishIn(world, 720);
    world.sendEvent("layers", wishes({ q: false, h: true, f: false }));
    await pass(10);
    expect(sent(world)).toBe("q4 h2 (f)");
    world.sendEvent("other", wishes({ h: false }));
    world.sendEvent("layers", "nonsense");
    world.sendEvent("layers", { sections: [{ mid: "7", layers: [{ rid: "h", wanted: false }] }] });
    await pass(10);
    expect(sent(world)).toBe("q4 h2 (f)");
    world.sendEvent("layers", wishes({ q: true, h: true, f: true }));
    await pass(10);
    expect(sent(world)).toBe("q4 h2 f1");
  });

  it("lose nothing when they come together with another track", async () => {
    const world = new FakeWorld();
    world.eventStreams = [];
    const publication = await publishIn(world, 720);
    const swaps = [1080, 480, 1080].map((lines) =>
      publication.replaceTrack("video", fakeTrack("video", lines)),
    );
    world.sendEvent("layers", wishes({ h: false }));
    await Promise.all(swaps);
    await pass(10);
    expect(sent(world)).toBe("q4 (h) f1");
    expect(sender(world).parameters.degradationPreference).toBe("maintain-framerate");
  });

  it("are asked for again, with pauses, when the stream breaks, and not at all after a 404", async () => {
    const world = new FakeWorld();
    world.eventStreams = [];
    const publication = await publishIn(world, 720);
    expect(world.requests.find(({ path }) => path.endsWith("/events"))!.headers).toMatchObject({
      authorization: "Bearer token1",
      accept: "text/event-stream",
    });
    for (let round = 0; round < 3; round++) {
      world.eventStreams.at(-1)!.error(new TypeError("network"));
      await pass(30_000);
    }
    expect(world.eventStreams).toHaveLength(4);
    world.sendEvent("layers", wishes({ f: false }));
    await pass(10);
    expect(sent(world)).toBe("q4 h2 (f)");
    const last = world.eventStreams.at(-1)!;
    world.eventStreams = undefined;
    last.close();
    await pass(300_000);
    expect(world.count("GET", "/sessions")).toBe(5);
    expect(publication.state).toBe("live");
  });

  it("are asked for less and less often where every stream is cut at once", async () => {
    const world = new FakeWorld();
    world.eventStreams = [];
    await publishIn(world, 720);
    let cut = 0;
    for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 100) {
      if (world.eventStreams.length > cut) {
        world.sendEvent("layers", wishes({ f: false }));
        world.eventStreams[cut++]!.close();
      }
      await pass(100);
    }
    expect(cut).toBeGreaterThan(3);
    expect(cut).toBeLessThan(10);
  });

  it("are no longer followed once it is stopped", async () => {
    const world = new FakeWorld();
    world.eventStreams = [];
    const publication = await publishIn(world, 720);
    await publication.stop();
    await pass(60_000);
    expect(world.eventStreams).toHaveLength(1);
    expect(() => world.sendEvent("layers", {})).toThrow();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the health of layers", () => {
  it("names each with its size, sent or not, highest first", async () => {
    const world = new FakeWorld();
    world.source = { width: 1280, height: 720 };
    world.eventStreams = [];
    const publication = await publishIn(world, 720);
    const health: PublicationHealth[] = [];
    publication.on("health", (now) => health.push(now));
    world.sendEvent("layers", { sections: [{ mid: "0", layers: [{ rid: "h", wanted: false }] }] });
    await pass(5000);
    expect(health.at(-1)!.layers).toEqual([
      { rid: "f", width: 1280, height: 720, framesPerSecond: 30, bitrate: 800_000, sending: true },
      { rid: "h", width: 640, height: 360, framesPerSecond: 0, bitrate: 0, sending: false },
      { rid: "q", width: 320, height: 180, framesPerSecond: 30, bitrate: 800_000, sending: true },
    ]);
  });
});
