import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeWorld, fakeTrack, pass } from "../testing/fake-world.fixture.ts";
import type { ClientFailure, PublicationHealth, PublicationState } from "../types.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function publishIn(world: FakeWorld) {
  const tracks = { video: fakeTrack("video"), audio: fakeTrack("audio") };
  const publication = world.client().publish("kitchen", tracks);
  const states: PublicationState[] = [];
  const failures: ClientFailure[] = [];
  const health: PublicationHealth[] = [];
  publication.on("state", (state) => states.push(state));
  publication.on("failure", (failure) => failures.push(failure));
  publication.on("health", (now) => health.push(now));
  return { publication, states, failures, health, tracks };
}

describe("publishing", () => {
  it("goes live with both tracks and tells how it is doing every second", async () => {
    const world = new FakeWorld();
    const { publication, states, health, tracks } = publishIn(world);
    await pass(10_000);
    expect(states).toEqual(["live"]);
    expect(publication.state).toBe("live");
    expect(health.length).toBeGreaterThanOrEqual(7);
    expect(health.length).toBeLessThanOrEqual(10);
    const [video, audio] = world.peer.transceivers;
    expect(video).toMatchObject({
      kind: "video",
      init: { direction: "sendonly", sendEncodings: [{ rid: "q" }, { rid: "h" }, { rid: "f" }] },
    });
    expect([video!.sender.track, audio!.sender.track]).toEqual([tracks.video, tracks.audio]);
    expect(video!.sender.parameters.degradationPreference).toBe("maintain-framerate");
  });

  it("swaps the camera for a screen without a new offer, and keeps the screen sharp", async () => {
    const world = new FakeWorld();
    const { publication } = publishIn(world);
    await pass(1000);
    const screen = fakeTrack("video");
    screen.contentHint = "detail";
    await publication.replaceTrack("video", screen);
    const { sender } = world.peer.transceivers[0]!;
    expect(sender.track).toBe(screen);
    expect(sender.parameters.degradationPreference).toBe("maintain-resolution");
    expect(world.count("POST", "/whip")).toBe(1);
  });

  it("sends a track that was swapped in while there was no connection", async () => {
    const world = new FakeWorld();
    const { publication } = publishIn(world);
    await pass(1000);
    world.udp = false;
    world.refuse = () => "unreachable";
    world.sessions.clear();
    await pass(5000);
    const screen = fakeTrack("video");
    await publication.replaceTrack("video", screen);
    world.udp = true;
    world.refuse = () => undefined;
    await pass(15_000);
    expect(publication.state).toBe("live");
    expect(world.peers.length).toBeGreaterThan(1);
    expect(world.peer.transceivers[0]!.sender.track).toBe(screen);
  });

  it("notices within three seconds that nothing comes back, and restarts ICE", async () => {
    const world = new FakeWorld();
    const { states } = publishIn(world);
    await pass(3000);
    world.udp = false;
    await pass(3000);
    expect(world.count("PATCH")).toBe(1);
    expect(states).toEqual(["live", "reconnecting"]);
    world.udp = true;
    await pass(500);
    expect(states).toEqual(["live", "reconnecting", "live"]);
  });

  it("never ends the show by itself: lost sessions are not deleted, nor when the page is reloaded", async () => {
    const world = new FakeWorld();
    const { publication } = publishIn(world);
    await pass(3000);
    world.udp = false;
    await pass(20_000);
    expect(world.peers.length).toBeGreaterThan(1);
    expect(world.pageHides.size).toBe(0);
    expect(world.count("DELETE")).toBe(0);
    expect(publication.state).toBe("reconnecting");
  });

  it("keeps the old connection until the new one is there, and no longer", async () => {
    const world = new FakeWorld();
    publishIn(world);
    await pass(6000);
    const old = world.peer;
    world.sessions.clear();
    world.udp = false;
    old.change("failed");
    await pass(500);
    expect(world.peers).toHaveLength(2);
    expect(old.signalingState).toBe("stable");
    world.udp = true;
    await pass(500);
    expect(old.signalingState).toBe("closed");
    expect(world.count("DELETE")).toBe(0);
  });

  it("leaves the application time to learn that the server ended the broadcast", async () => {
    const world = new FakeWorld();
    const { publication, states } = publishIn(world);
    await pass(3000);
    world.peer.closeDtls();
    await pass(1400);
    expect(world.count("POST", "/whip")).toBe(1);
    await publication.stop();
    await pass(20_000);
    expect(world.count("POST", "/whip")).toBe(1);
    expect(states).toEqual(["live", "reconnecting", "ended"]);
  });

  it("comes back after the server's goodbye when nobody ended it", async () => {
    const world = new FakeWorld();
    const { states } = publishIn(world);
    await pass(3000);
    world.sessions.clear();
    world.peer.closeDtls();
    await pass(3000);
    expect(world.count("PATCH")).toBe(1);
    expect(states).toEqual(["live", "reconnecting", "live"]);
  });

  it("stays away once the same host is live from somewhere else", async () => {
    const world = new FakeWorld();
    const { states, failures } = publishIn(world);
    await pass(3000);
    world.refuse = (method) => (method === "PATCH" ? "publish.replaced" : undefined);
    world.peer.closeDtls();
    await pass(20_000);
    expect(states).toEqual(["live", "reconnecting", "failed"]);
    expect(failures).toMatchObject([{ code: "publish.replaced", retrying: false }]);
    expect(world.count("POST", "/whip")).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("stops by deleting the session, leaves the tracks to their owner and holds nothing", async () => {
    const world = new FakeWorld();
    const { publication, states, tracks } = publishIn(world);
    await pass(1000);
    await publication.stop();
    await publication.stop();
    expect(states).toEqual(["live", "ended"]);
    expect(world.count("DELETE", "/sessions/")).toBe(1);
    expect(tracks.video).toMatchObject({ stopped: false });
    expect(vi.getTimerCount()).toBe(0);
    expect(world.wakes.size).toBe(0);
    expect(world.peer.signalingState).toBe("closed");
    await publication.replaceTrack("video", null);
  });

  it.each(["publish.room_busy", "auth.forbidden", "media.no_common_codec", "token.no_grant"] as const)(
    "fails for good on %s",
    async (code) => {
      const world = new FakeWorld();
      world.refuse = (_method, path) => (path.startsWith("/whip") ? code : undefined);
      const { states, failures } = publishIn(world);
      await pass(5000);
      expect(states).toEqual(["failed"]);
      expect(failures).toMatchObject([{ code, retrying: false }]);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  it("asks for another token when the one at hand, from before a login, does not allow it", async () => {
    const world = new FakeWorld();
    world.refuse = (_method, path) =>
      path.startsWith("/whip") && world.count("POST", "/whip") === 1 ? "token.no_grant" : undefined;
    const { states, failures } = publishIn(world);
    await pass(500);
    expect(states).toEqual(["live"]);
    expect(failures).toEqual([]);
    expect(world.requests.filter(({ path }) => path === "/whip/kitchen").at(-1)!.headers.authorization).toBe(
      "Bearer token2",
    );
  });
});
