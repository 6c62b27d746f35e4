import { FakeClock } from "@sameroom/base/testing";
import type { RecordingFact } from "@sameroom/contract";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Config } from "../config.ts";
import { RETENTION_EVERY_MS } from "../features/recordings/retention.ts";
import { type House, openHouse } from "../testing/house.fixture.ts";
import { type Media, READY, recording } from "../testing/media.fixture.ts";

/** Opening a database takes a second, on a busy machine many. */
const HOOK_MS = 60_000;
const DAY_MS = 86_400_000;

let house: House;
let clock: FakeClock;

function openFor(recordings: Partial<Config["recordings"]>): void {
  beforeAll(async () => {
    clock = new FakeClock({ unixMs: Date.now() });
    house = await openHouse({
      time: clock,
      config: { recordings: { keepMs: null, maxBytes: null, ...recordings } },
    });
  }, HOOK_MS);
  afterEach(() => house.leave());
  afterAll(() => house.close(), HOOK_MS);
}
/** Recordings of these sizes, one second after the other. */
function facts(room: string, sizes: number[], overrides: Partial<RecordingFact> = {}): RecordingFact[] {
  return sizes.map((bytes, index) =>
    recording(room, { ...READY, bytes, startedUnixMs: clock.unixMs() + index * 1000, ...overrides }),
  );
}
/** The worker comes (no link survives a jump of the clock) with all these; resolves when control has seen to them. */
async function come(recordings: RecordingFact[]): Promise<Media> {
  await house.leave();
  const worker = await house.media({ recordings });
  // Twice: what control orders while it sees to them has come when the second is answered.
  for (const request of [1, 2]) {
    worker.send({ type: "check-stream-key", request, room: "any", key: "x" });
    await worker.expect("stream-key");
    await house.control.settled();
  }
  return worker;
}
/** Ids of a room's recordings, oldest first. */
async function left(room: string): Promise<string[]> {
  const { body } = await house.who.owner.call("GET", `/api/recordings?room=${room}`);
  return (body.recordings as { id: string }[]).map(({ id }) => id).reverse();
}
async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  await house.control.settled();
}
const ids = (all: RecordingFact[]) => all.map(({ id }) => id);
const ordered = (worker: Media) =>
  worker.inbox.flatMap((message) => (message.type === "delete-recording" ? [message.id] : []));

describe("recordings kept for seven days", () => {
  openFor({ keepMs: 7 * DAY_MS });

  test("say when they go, and go then, files and all", async () => {
    const room = await house.makeRoom();
    const kept = facts(room, [1000]);
    await come(kept);
    const { body } = await house.who.visitor.call("GET", `/api/recordings/${kept[0]!.id}`);
    expect(Date.parse(body.expiresAt) - Date.parse(body.startedAt)).toBe(7 * DAY_MS + READY.durationMs);
    await pass(7 * DAY_MS - RETENTION_EVERY_MS);
    expect(await left(room)).toEqual(ids(kept));
    await pass(3 * RETENTION_EVERY_MS);
    expect(await left(room)).toEqual([]);
    expect(ordered(await come(kept))).toEqual(ids(kept));
  });

  test("go at the next start when control was not there at the time", async () => {
    const room = await house.makeRoom();
    const kept = facts(room, [1000]);
    await come(kept);
    await house.restart();
    await house.control.settled();
    expect(await left(room)).toEqual(ids(kept));
    await house.restart(() => clock.advance(8 * DAY_MS));
    await house.control.settled();
    expect(await left(room)).toEqual([]);
    expect(ordered(await come(kept))).toEqual(ids(kept));
  });

  test("stay while they are made, however long that takes", async () => {
    const room = await house.makeRoom();
    const kept = facts(room, [1000], { state: "recording", file: null });
    await come(kept);
    await pass(8 * DAY_MS);
    expect(await left(room)).toEqual(ids(kept));
  });
});

describe("recordings that may take ten megabytes together", () => {
  openFor({ maxBytes: 10_000_000 });

  test("go, the oldest finished ones first, as soon as there are more, and no more of them than needed", async () => {
    const room = await house.makeRoom();
    const first = facts(room, [4_000_000, 3_000_000, 3_000_000]);
    expect(ordered(await come(first))).toEqual([]);
    expect(await left(room)).toEqual(ids(first));
    await pass(60_000);
    const more = facts(room, [5_000_000]);
    expect(ordered(await come([...first, ...more]))).toEqual(ids(first.slice(0, 2)));
    expect(await left(room)).toEqual(ids([first[2]!, ...more]));
    const { body } = await house.who.admin.call("GET", "/api/admin/recordings");
    expect(body).toMatchObject({ maxBytes: 10_000_000, total: { count: 4, bytes: 15_000_000 } });
    await pass(60_000);
    const running = facts(room, [20_000_000], { state: "recording", file: null });
    await come([...first, ...more, ...running, ...facts(room, [1_000_000], { state: "failed", file: null })]);
    expect(await left(room)).toEqual(ids(running));
  });
});

describe("without rules", () => {
  openFor({});

  test("nothing goes, and nothing is said to expire", async () => {
    const room = await house.makeRoom();
    const kept = facts(room, [1e15]);
    await come(kept);
    await pass(25 * DAY_MS);
    expect(await left(room)).toEqual(ids(kept));
    const { body } = await house.who.owner.call("GET", `/api/recordings/${kept[0]!.id}`);
    expect(body.expiresAt).toBeNull();
  });

  test("a deletion that its worker does not confirm is ordered again", async () => {
    const room = await house.makeRoom();
    const [kept, other] = facts(room, [1000, 1000]);
    const worker = await come([kept!]);
    await house.who.owner.call("DELETE", `/api/recordings/${kept!.id}`);
    expect((await worker.expect("delete-recording")).id).toBe(kept!.id);
    // With every round of the rules, and so when another recording is finished.
    worker.send({ type: "recording", recording: other! });
    expect((await worker.expect("delete-recording")).id).toBe(kept!.id);
    expect(ordered(await come([kept!, other!]))).toEqual([kept!.id]);
  });
});
