import type { Finding, FindingCode } from "@sameroom/contract";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Control } from "../compose.ts";
import { type Client, createClient, signUp } from "../testing/client.fixture.ts";
import { openTestDatabase, startTestControl, type TestDatabase } from "../testing/control.fixture.ts";
import { connectMedia, type Media, type MediaOptions, publisher } from "../testing/media.fixture.ts";
import { ask, enter, type Viewer } from "../testing/viewer.fixture.ts";

/** Opening a database takes a second, on a busy machine many. */
const HOOK_MS = 60_000;

let db: TestDatabase;
let control: Control;
let port: number;
let owner: Client & { id: string };
let rooms = 0;
const open: { close: () => unknown }[] = [];

beforeAll(async () => {
  db = await openTestDatabase();
  control = await startTestControl(db, { config: { graceMs: 60_000 } });
  port = await control.listen();
  owner = await signUp(control, "owner");
}, HOOK_MS);
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
afterAll(async () => {
  await control.close();
  await db.drop();
}, HOOK_MS);

async function makeRoom(): Promise<string> {
  const answer = await owner.call("POST", "/api/rooms", { title: "Room", slug: `room-${++rooms}` });
  return answer.body.slug;
}
async function come(room: string, client: Client): Promise<Viewer> {
  const { body } = await client.call("POST", `/api/rooms/${room}/tokens`);
  const viewer = await enter(port, body.token);
  open.push(viewer.socket);
  return viewer;
}
async function media(options: MediaOptions = {}): Promise<Media> {
  const worker = await connectMedia(port, options);
  open.push(worker);
  return worker;
}
const finding = (code: FindingCode, overrides: Partial<Finding> = {}): Finding => ({
  ...{ code, severity: "warning", sinceUnixMs: 1_700_000_000_000, repaired: false, values: {} },
  ...overrides,
});
async function keptOf(room: string, client: Client = owner) {
  await control.settled();
  const { body } = await owner.call("GET", `/api/rooms/${room}`);
  return client.call("GET", `/api/rooms/${room}/broadcasts/${body.broadcasts[0].id}/findings`);
}

describe("what the doctor finds", () => {
  test("is told to hosts, also ones who come later, and to nobody else", async () => {
    const room = await makeRoom();
    const worker = await media();
    const [host, viewer] = [await come(room, owner), await come(room, createClient(control))];
    expect(host.snapshot).toMatchObject({ source: null, findings: [] });
    worker.send({ type: "publisher", publisher: publisher(room, "s1", { protocol: "rtmp" }) });
    expect(await host.next("host.source")).toMatchObject({ id: "s1", protocol: "rtmp" });
    await viewer.next("room.state");
    const found = [finding("b-frames", { repaired: true }), finding("sound-missing")];
    worker.send({ type: "findings", room, findings: found });
    expect(await host.next("host.findings")).toEqual(found);
    const late = await come(room, owner);
    expect(late.snapshot).toMatchObject({ source: { id: "s1" }, findings: found });
    worker.send({ type: "findings", room, findings: [] });
    expect(await host.next("host.findings")).toEqual([]);
    worker.send({ type: "publisher-gone", room, session: "s1", reason: "left" });
    await host.next("host.source", (source) => source === null);
    await viewer.next("room.state");
    expect(viewer.seen("host.findings")).toEqual([]);
    expect(viewer.seen("host.source")).toEqual([]);
    expect(viewer.snapshot).not.toHaveProperty("findings");
    expect((await come(room, createClient(control))).snapshot).not.toHaveProperty("source");
  });

  test("is kept with the broadcast, for its owner", async () => {
    const room = await makeRoom();
    const worker = await media();
    const host = await come(room, owner);
    worker.send({ type: "publisher", publisher: publisher(room, "s1") });
    // Sooner than the broadcast is known to the database.
    worker.send({ type: "findings", room, findings: [finding("bitrate-low"), finding("b-frames")] });
    await host.next("room.state");
    worker.send({
      ...{ type: "findings", room },
      findings: [finding("bitrate-low", { severity: "problem", values: { bitrateBps: 1 } })],
    });
    await host.next("host.findings", (findings) => findings.length === 1);
    expect((await keptOf(room)).body.findings).toMatchObject([
      { code: "bitrate-low", severity: "problem", values: { bitrateBps: 1 }, lastAt: null, times: 1 },
      { code: "b-frames", severity: "warning", lastAt: expect.any(String) },
    ]);
    worker.send({ type: "publisher-gone", room, session: "s1", reason: "left" });
    await host.next("room.state", ({ state }) => state === "ended");
    expect(await host.next("host.findings", (findings) => findings.length === 0)).toEqual([]);
    const { body } = await keptOf(room);
    expect(body.findings[0]).toMatchObject({ code: "bitrate-low", lastAt: expect.any(String) });
    expect((await keptOf(room, await signUp(control, "stranger"))).status).toBe(403);
    const elsewhere = await makeRoom();
    const { id } = (await owner.call("GET", `/api/rooms/${room}`)).body.broadcasts[0];
    const misplaced = await owner.call("GET", `/api/rooms/${elsewhere}/broadcasts/${id}/findings`);
    expect(misplaced.body.code).toBe("broadcast.not_found");
  });

  test("is not that a host who is muted cannot be heard, and is again when they are not", async () => {
    const room = await makeRoom();
    const worker = await media();
    const host = await come(room, owner);
    worker.send({ type: "publisher", publisher: publisher(room, "s1") });
    await host.next("room.state");
    await ask(host, "host.notice", { kind: "microphone", muted: true });
    worker.send({
      type: "findings",
      room,
      findings: [finding("upload-slow", { severity: "problem" }), finding("sound-silent")],
    });
    expect(await host.next("host.findings")).toMatchObject([{ code: "upload-slow" }]);
    expect((await keptOf(room)).body.findings).toMatchObject([{ code: "upload-slow" }]);
    await ask(host, "host.notice", { kind: "microphone", muted: false });
    expect(await host.next("host.findings")).toMatchObject([
      { code: "upload-slow" },
      { code: "sound-silent" },
    ]);
    await ask(host, "host.notice", { kind: "microphone", muted: true });
    await host.next("host.findings", (findings) => findings.length === 1);
    expect((await keptOf(room)).body.findings).toMatchObject([
      { code: "upload-slow", lastAt: null },
      { code: "sound-silent", lastAt: expect.any(String) },
    ]);
  });

  test("is what media says after a moment apart, and nothing while it is away", async () => {
    const room = await makeRoom();
    const first = await media();
    const host = await come(room, owner);
    first.send({ type: "publisher", publisher: publisher(room, "s1") });
    first.send({ type: "findings", room, findings: [finding("b-frames")] });
    await host.next("host.findings");
    await first.close();
    expect(await host.next("host.findings")).toEqual([]);
    const findings = [{ room, findings: [finding("sound-silent")] }];
    await media({ publishers: [publisher(room, "s1")], findings });
    expect(await host.next("host.findings")).toMatchObject([{ code: "sound-silent" }]);
  });
});

describe("where an encoder publishes", () => {
  test("is told as the caller reaches it", async () => {
    const room = await makeRoom();
    const ask = async () => (await owner.call("GET", `/api/rooms/${room}/ingest`)).body;
    expect(await ask()).toMatchObject({ rtmp: null, rtmps: null, srt: null });
    await media({
      ...{ publicUrl: "https://media.test" },
      ingest: { rtmp: ":1935", rtmps: "rtmps://in.test:1936", srt: ":9000", srtPassphrase: true },
    });
    expect(await ask()).toEqual({
      ...{ whip: `https://media.test/whip/${room}`, rtmp: "rtmp://sameroom.test/live" },
      ...{ rtmps: "rtmps://in.test:1936/live", srt: "srt://sameroom.test:9000", srtPassphrase: true },
    });
  });
});
