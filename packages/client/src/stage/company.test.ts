import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeTrack } from "../testing/fake-peer.fixture.ts";
import { FakeWorld, pass } from "../testing/fake-world.fixture.ts";
import type { CompanySeat } from "../types.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function companyIn(world: FakeWorld) {
  const company = world.client().company("kitchen");
  const seen = { company, seats: [] as (readonly CompanySeat[])[], speaking: [] as (readonly number[])[] };
  company.on("seats", (seats) => seen.seats.push(seats));
  company.on("speaking", (speaking) => seen.speaking.push(speaking));
  return seen;
}

describe("company", () => {
  it("is a picture and a sound for each of eight seats, over a session of its own", async () => {
    const world = new FakeWorld();
    const { company, seats } = companyIn(world);
    await pass(500);
    expect(world.requests.filter(({ method }) => method === "POST").map(({ path }) => path)).toContain(
      "/whep/kitchen?company=1",
    );
    expect(seats).toHaveLength(1);
    expect(company.seats.map(({ seat, videoMid, audioMid }) => [seat, videoMid, audioMid])).toEqual(
      Array.from({ length: 8 }, (_, index) => [index + 1, String(index), String(index + 8)]),
    );
  });

  it("tells who speaks, loudest first, and when nobody does any more", async () => {
    const world = new FakeWorld();
    const { company, speaking } = companyIn(world);
    await pass(500);
    world.voices = { 8: 0.1, 9: 0.001, 10: 0.3 };
    await pass(1000);
    expect(company.speaking).toEqual([3, 1]);
    world.voices = { 8: 0, 9: 0, 10: 0 };
    await pass(1000);
    expect(company.speaking).toEqual([]);
    expect(speaking.at(-1)).toEqual([]);
  });

  it("has other tracks in the same seats after a reconnection, and none when it was closed", async () => {
    const world = new FakeWorld();
    const { company, seats } = companyIn(world);
    await pass(500);
    const before = company.seats[2]!;
    world.peer.closeDtls();
    await pass(8000);
    expect(world.count("POST", "/whep/kitchen?company=1")).toBeGreaterThan(1);
    expect(seats.at(-1)![2]).toMatchObject({ seat: 3, videoMid: before.videoMid });
    expect(seats.at(-1)![2]!.video).not.toBe(before.video);
    company.close();
    expect(company.state).toBe("closed");
    expect(world.wakes.size).toBe(0);
    await pass(500);
    expect(world.peers.every(({ signalingState }) => signalingState === "closed")).toBe(true);
  });
});

it("a guest publishes with a guest's token, and watches with another", async () => {
  const world = new FakeWorld();
  const client = world.client();
  const audio = new FakeTrack("audio") as unknown as MediaStreamTrack;
  const publication = client.publish("kitchen", { video: null, audio, as: "guest" });
  const watch = client.watch("kitchen");
  await pass(1500);
  const minted = world.requests.filter(({ path }) => path.endsWith("/tokens")).map(({ body }) => body);
  expect(minted).toEqual(['{"role":"guest"}', "{}"]);
  expect(publication.state).toBe("live");
  await publication.stop();
  watch.close();
});
