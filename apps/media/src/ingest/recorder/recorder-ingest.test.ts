import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { silentLog } from "@sameroom/base";
import { FakeClock, SeededRandom } from "@sameroom/base/testing";
import {
  RECORDER_PATH,
  RECORDER_RESUME_MS,
  type RecorderAnswer,
  type RecorderOpen,
  type RecorderOpened,
  type RecorderToClient,
  type RecorderToServer,
} from "@sameroom/contract";
import { io, type Socket } from "socket.io-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../../testing/eventually.fixture.ts";
import { mux, pieces } from "../containers/mux.fixture.ts";
import { RecordingDoor } from "../rtmp/recording-door.fixture.ts";
import { RecorderIngest } from "./recorder-ingest.ts";

type Client = Socket<RecorderToClient, RecorderToServer>;
const WEBM = "video/webm;codecs=vp8,opus";
const OPEN: RecorderOpen = { token: "right", room: "kitchen", mimeType: WEBM, resume: null };

describe("recorders over Socket.IO", () => {
  let clock: FakeClock;
  let door: RecordingDoor;
  let ingest: RecorderIngest;
  let server: Server;
  let lines: { message: string; fields: Record<string, unknown> }[];
  const clients: Client[] = [];

  beforeEach(async () => {
    clock = new FakeClock();
    door = new RecordingDoor();
    lines = [];
    const keep = (message: string, fields = {}) => void lines.push({ message, fields });
    ingest = new RecorderIngest({
      ...{ door, clock, timers: clock, random: new SeededRandom(1), trustProxy: false },
      log: { ...silentLog, info: keep, warn: keep },
      limits: { most: 8, mostPerAddress: 4 },
    });
    server = createServer((_, response) => response.writeHead(404).end());
    ingest.attach(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect();
    await ingest.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  async function connect(transports: string[] = ["websocket"]): Promise<Client> {
    const { port } = server.address() as AddressInfo;
    const client: Client = io(`http://127.0.0.1:${port}`, {
      ...{ path: RECORDER_PATH, transports, forceNew: true, reconnection: false },
    });
    clients.push(client);
    await eventually("it is connected", () => client.connected);
    return client;
  }
  const open = (client: Client, request: Partial<RecorderOpen> = {}): Promise<RecorderAnswer> =>
    client.emitWithAck("open", { ...OPEN, ...request });
  async function onAir(client: Client): Promise<RecorderOpened> {
    const answer = await open(client);
    if (!("opened" in answer)) throw new Error(answer.problem.title);
    return answer.opened;
  }
  const send = (client: Client, sequence: number, bytes: Uint8Array, begins = sequence === 0) =>
    client.emitWithAck("chunk", { sequence, begins, bytes, roundTripMs: 12 });

  it("bring every picture and packet to the door, also through HTTP alone", async () => {
    const { packets, bytes } = await mux({ muxer: "webm", video: "vp8", audio: "opus" });
    for (const transports of [["websocket"], ["polling"]]) {
      const client = await connect(transports);
      await onAir(client);
      let next = 0;
      for (const piece of pieces(bytes, 5000)) next = await send(client, next, piece);
      const feed = door.feeds.at(-1)!;
      expect(feed.units.length).toBe(packets.length);
      expect(feed.request).toMatchObject({ protocol: "recorder", room: "kitchen", credential: "right" });
      expect(feed.transports).toEqual([{ roundTripMs: 12 }]);
      await client.emitWithAck("leave");
      expect(feed.closedBy).toBe("left");
    }
    expect(ingest.counts).toMatchObject({ waiting: 0, publishing: 0, receivedBytes: 2 * bytes.length });
  });

  it("come back over another connection without a gap, and without a chunk twice", async () => {
    const { packets, bytes } = await mux({ muxer: "webm", video: "vp8", audio: "opus" });
    const all = [...pieces(bytes, 4000)];
    const first = await connect();
    const { resume } = await onAir(first);
    for (let index = 0; index < 10; index += 1) await send(first, index, all[index]!);
    // One more is taken; that it was is lost with the connection.
    first.emit("chunk", { sequence: 10, begins: false, bytes: all[10]! }, () => {});
    await eventually("it has come", () => ingest.counts.receivedBytes >= 11 * 4000);
    first.disconnect();
    await eventually("it is noticed", () => lines.some(({ message }) => message.startsWith("recorder lost")));
    clock.advance(RECORDER_RESUME_MS - 1);
    const second = await connect();
    const answer = await open(second, { resume });
    expect(answer).toMatchObject({ opened: { resume, next: 11 } });
    expect(await send(second, 10, all[10]!)).toBe(11);
    for (let index = 11; index < all.length; index += 1) await send(second, index, all[index]!);
    expect(door.feeds).toHaveLength(1);
    expect(door.feeds[0]!.units.length).toBe(packets.length);
    expect(door.feeds[0]!.closedBy).toBeUndefined();
    expect(ingest.counts.resumed).toBe(1);
  });

  it("that do not come back in time are given up, and their secret opens nothing any more", async () => {
    const first = await connect();
    const { resume } = await onAir(first);
    first.disconnect();
    await eventually("it is noticed", () => lines.some(({ message }) => message.startsWith("recorder lost")));
    clock.advance(RECORDER_RESUME_MS);
    expect(door.feeds[0]!.closedBy).toBe("connection-lost");
    const second = await connect();
    expect(await open(second, { resume })).toMatchObject({ problem: { code: "recorder.session_not_found" } });
    // The same connection may open a new one.
    expect(await open(second)).toMatchObject({ opened: { next: 0 } });
  });

  it("take their session with them to the connection that is newest", async () => {
    const first = await connect();
    const { resume } = await onAir(first);
    const second = await connect();
    expect(await open(second, { resume })).toMatchObject({ opened: { resume } });
    await eventually("the first is gone", () => first.disconnected);
    expect(ingest.counts.publishing).toBe(1);
    expect(door.feeds[0]!.closedBy).toBeUndefined();
    expect(await open(await connect(), { resume, room: "cellar" })).toMatchObject({
      problem: { code: "recorder.session_not_found" },
    });
  });

  it("may begin anew in the midst of a stream", async () => {
    const { packets, bytes } = await mux({ muxer: "webm", video: "vp8", audio: "opus" });
    const client = await connect();
    await onAir(client);
    const half = bytes.subarray(0, Math.floor(bytes.length / 2));
    await send(client, 0, half);
    const before = door.feeds[0]!.units.length;
    await send(client, 1, bytes, true);
    expect(door.feeds[0]!.units.length).toBe(before + packets.length);
  });

  it("are told why they are refused, and when the server ends them", async () => {
    const client = await connect();
    expect(await open(client, { token: "wrong" })).toMatchObject({ problem: { code: "stream_key.invalid" } });
    expect(await open(client, { mimeType: "video/avi" })).toMatchObject({
      problem: { code: "recorder.unsupported", detail: "video/avi" },
    });
    expect(await open(client, { room: "-" })).toMatchObject({ problem: { code: "request.invalid" } });
    await onAir(client);
    const closed = new Promise((resolve) => client.on("closed", resolve));
    door.feeds[0]!.end("replaced");
    expect(await closed).toMatchObject({ code: "publish.replaced" });
    await eventually("it is disconnected", () => client.disconnected);
    expect(ingest.counts.publishing).toBe(0);
  });

  it("whose bytes cannot be read are told so, and end", async () => {
    const client = await connect();
    await onAir(client);
    const closed = new Promise((resolve) => client.on("closed", resolve));
    client.emit("chunk", { sequence: 0, begins: true, bytes: new Uint8Array(100) }, () => {});
    expect(await closed).toMatchObject({ code: "recorder.unreadable" });
    expect(door.feeds[0]!.closedBy).toBe("connection-lost");
    expect(lines.find(({ message }) => message.includes("cannot be read"))!.fields).toMatchObject({
      room: "kitchen",
      fault: "no element where one must begin",
    });
  });

  it.each<[string, (client: Client) => void]>([
    [
      "a chunk before the session",
      (client) => client.emit("chunk", { sequence: 0, begins: true, bytes: new Uint8Array(1) }, () => {}),
    ],
    ["a chunk that is text", (client) => client.emit("chunk", "chunk" as never, () => {})],
    [
      "two requests at once",
      (client) => {
        door.hesitate();
        client.emit("open", OPEN, () => {});
        client.emit("open", OPEN, () => {});
      },
    ],
  ])("that send %s are disconnected", async (_, misbehave) => {
    const client = await connect();
    misbehave(client);
    await eventually("it is disconnected", () => client.disconnected);
    expect(lines.some(({ message }) => message === "recorder gone")).toBe(true);
    door.answer();
  });

  it("are slowed down by late acknowledgements, and disconnected when they do not wait for them", async () => {
    const client = await connect();
    await onAir(client);
    // An element that is passed over, so that nothing of it is kept.
    const filler = new Uint8Array(4_000_000);
    filler.set([0xec, 0x01, 0, 0, 0x01, 0, 0, 0, 0]);
    for (let sequence = 0; sequence < 4; sequence += 1) await send(client, sequence, filler, false);
    let acknowledged = false;
    void send(client, 4, filler, false).then(() => {
      acknowledged = true;
    });
    await eventually("it has come", () => ingest.counts.receivedBytes === 20_000_000);
    expect(acknowledged).toBe(false);
    clock.advance(1000);
    await eventually("it is acknowledged", () => acknowledged);
    for (let sequence = 5; sequence < 9; sequence += 1)
      client.emit("chunk", { sequence, begins: false, bytes: filler }, () => {});
    await eventually("it is disconnected", () => client.disconnected);
    expect(lines.at(-2)!.fields).toMatchObject({ why: "it does not wait for acknowledgements" });
  });

  it("that open no session are disconnected after ten seconds; more than a few from one address at once", async () => {
    const waiting = [await connect(), await connect(), await connect(), await connect()];
    expect(ingest.counts.waiting).toBe(4);
    const fifth: Client = io(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
      ...{ path: RECORDER_PATH, transports: ["websocket"], forceNew: true, reconnection: false },
    });
    clients.push(fifth);
    await new Promise((resolve) => fifth.on("disconnect", resolve));
    clock.advance(10_000);
    await eventually("all are gone", () => waiting.every(({ disconnected }) => disconnected));
    expect(ingest.counts.waiting).toBe(0);
  });
});
