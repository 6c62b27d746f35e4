import { createSocket } from "node:dgram";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SeededRandom } from "@sameroom/base/testing";
import { MpegTsDemuxer, type TimedUnit } from "@sameroom/protocol";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { FfmpegEncoder } from "../../../../../testing/ffmpeg/publish.ts";
import { eventually } from "../../testing/eventually.fixture.ts";
import type { RecordedFeed, RecordingDoor } from "../rtmp/recording-door.fixture.ts";
import { LossyRelay } from "./lossy-relay.fixture.ts";
import { openTestIngest } from "./srt-ingest.fixture.ts";
import type { SrtIngest, SrtIngestOptions } from "./srt-ingest.ts";
import { SrtTransmitter } from "./srt-transmitter.fixture.ts";

const KEY = "streamid=publish:right";
const PASSPHRASE = "correct-horse-battery";
const BITS_PER_SECOND = 2_000_000;

/** Three seconds of picture and sound as FFmpeg muxes them, and the units that are in it. */
let show: Uint8Array;
let units: TimedUnit[];

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), "sameroom-srt-"));
  const url = join(directory, "show.ts");
  const encoder = await FfmpegEncoder.publish({
    ...{ url, muxer: "mpegts", seconds: 3 },
    video: {
      ...{ codec: "h264", width: 640, height: 360, framesPerSecond: 30, bFrames: 2, keyframeSeconds: 1 },
      ...{ bitrate: 1_000_000, preset: "ultrafast" },
    },
    audio: { codec: "aac", sampleRate: 44_100, channels: 2, bitrate: 128_000 },
  });
  await encoder.ended();
  show = await readFile(url);
  await rm(directory, { recursive: true });
  units = new MpegTsDemuxer().push(show);
  expect(units.length).toBeGreaterThan(200);
});

const ingests: SrtIngest[] = [];
const transmitters: SrtTransmitter[] = [];
const relays: LossyRelay[] = [];

async function open(options: Partial<SrtIngestOptions> = {}) {
  const opened = await openTestIngest(options);
  ingests.push(opened.ingest);
  return opened;
}

function transmit(port: number, query: string): SrtTransmitter {
  const transmitter = new SrtTransmitter(port, query);
  transmitters.push(transmitter);
  return transmitter;
}

async function relayTo(port: number, loss: number): Promise<LossyRelay> {
  const relay = await LossyRelay.open(port);
  relay.loss = loss;
  relays.push(relay);
  return relay;
}

afterEach(async () => {
  await Promise.all(transmitters.splice(0).map((transmitter) => transmitter.kill()));
  await Promise.all(ingests.splice(0).map((ingest) => ingest.close()));
  for (const relay of relays.splice(0)) relay.close();
});

const feedOf = (door: RecordingDoor, index = 0): Promise<RecordedFeed> =>
  eventually("an encoder is let in", () => door.feeds[index]);

/** Sends the show and waits until the last of its units has come. */
async function sendShow(transmitter: SrtTransmitter, feed: RecordedFeed): Promise<void> {
  await transmitter.send(show, BITS_PER_SECOND);
  await eventually(`all units, of which ${units.length} were sent`, () => feed.units.length >= units.length);
}

function expectWhole(feed: RecordedFeed): void {
  expect(feed.units.map(({ ptsMicros, keyframe }) => [ptsMicros, keyframe])).toEqual(
    units.map(({ ptsMicros, keyframe }) => [ptsMicros, keyframe]),
  );
  expect(feed.units.every(({ data }, index) => Buffer.compare(data, units[index]!.data) === 0)).toBe(true);
}

/** Resolves when the count has not changed for half a second. */
async function settled(count: () => number): Promise<void> {
  for (let before = -1; before !== count(); ) {
    before = count();
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

describe("an SRT encoder", () => {
  test("brings every unit as it sent it, and has left when it hangs up", async () => {
    const { door, port, ingest } = await open();
    const transmitter = transmit(port, "streamid=#!::r=show,m=publish,u=ann,s=right&latency=300");
    const feed = await feedOf(door);
    expect(feed.request).toMatchObject({ protocol: "srt", credential: "right", room: "show" });
    expect(feed.request.software).toMatch(/^libsrt\/1\.\d+\.\d+$/);
    await sendShow(transmitter, feed);
    expectWhole(feed);
    await eventually("a report", () => feed.transports.length > 0);
    expect(feed.transports[0]).toMatchObject({ lossRatio: 0 });
    expect(ingest.counts).toMatchObject({ publishing: 1, waiting: 0 });
    await transmitter.stop();
    await eventually("the feed is closed", () => feed.closedBy);
    expect(feed.closedBy).toBe("left");
    expect(ingest.counts.publishing).toBe(0);
    expect(ingest.counts.receivedBytes).toBeGreaterThan(show.length);
  });

  test.each([16, 24, 32])(
    "is understood under a key of %i bytes that it changes on the way",
    async (bytes) => {
      const { door, port } = await open({ passphrase: PASSPHRASE });
      const renewal = "kmrefreshrate=200&kmpreannounce=50";
      const transmitter = transmit(port, `${KEY}&passphrase=${PASSPHRASE}&pbkeylen=${bytes}&${renewal}`);
      const feed = await feedOf(door);
      await sendShow(transmitter, feed);
      expectWhole(feed);
    },
  );

  test("loses nothing where one datagram in ten is lost, given a second", async () => {
    const { door, port } = await open();
    const relay = await relayTo(port, 0.1);
    const transmitter = transmit(relay.port, `${KEY}&latency=1000`);
    const feed = await feedOf(door);
    await sendShow(transmitter, feed);
    expectWhole(feed);
    expect(relay.lost).toBeGreaterThan(20);
    await eventually("what was repaired is told", () =>
      feed.transports.some(({ repairedRatio = 0 }) => repairedRatio > 0.02),
    );
    expect(feed.transports.every(({ lossRatio = 0 }) => lossRatio === 0)).toBe(true);
  });

  test("goes on after what cannot be repaired", async () => {
    const { door, port } = await open({ latencyMs: 20 });
    const relay = await relayTo(port, 0);
    const transmitter = transmit(relay.port, `${KEY}&latency=20`);
    const feed = await feedOf(door);
    relay.loss = 0.5;
    await transmitter.send(show, BITS_PER_SECOND);
    relay.loss = 0;
    await eventually("the loss is told", () => feed.transports.some(({ lossRatio = 0 }) => lossRatio > 0));
    // All but what lay across the place where it began anew. A busy machine is late by more than 20 ms as well: then once more.
    let came = 0;
    for (let attempt = 0; attempt < 8 && came < units.length * 0.9; attempt += 1) {
      const before = feed.units.length;
      await transmitter.send(show, BITS_PER_SECOND);
      await settled(() => feed.units.length);
      came = feed.units.length - before;
    }
    expect(came).toBeGreaterThan(units.length * 0.9);
  });

  test("is one of ten on one port, each in its own room", async () => {
    const { door, port, ingest } = await open();
    const rooms = Array.from({ length: 10 }, (_, index) => `room-${index}`);
    const all = rooms.map((room) => transmit(port, `streamid=#!::r=${room},s=right&latency=1000`));
    await eventually("all are let in", () => door.feeds.length === 10);
    expect(ingest.counts.publishing).toBe(10);
    expect(door.feeds.map(({ room }) => room).sort()).toEqual(rooms);
    const feeds = rooms.map((name) => door.feeds.find(({ room }) => room === name)!);
    await Promise.all(all.map((transmitter, index) => sendShow(transmitter, feeds[index]!)));
    for (const feed of feeds) expectWhole(feed);
  });

  test("waits while its key is being checked, and nothing of it is taken before", async () => {
    const { door, port, ingest } = await open();
    door.hesitate();
    const transmitter = transmit(port, KEY);
    await eventually("it is asked about", () => door.requests.length > 0);
    expect(ingest.counts).toMatchObject({ waiting: 1, publishing: 0, receivedBytes: 0 });
    expect(transmitter.said).not.toContain("connected");
    door.answer();
    await sendShow(transmitter, await feedOf(door));
    expect(door.requests).toHaveLength(1);
  });

  test("is told when the server ends its session", async () => {
    const { door, port, ingest } = await open();
    const transmitter = transmit(port, KEY);
    const feed = await feedOf(door);
    await transmitter.send(show.subarray(0, 1316 * 50), BITS_PER_SECOND);
    feed.end("replaced");
    await eventually("it is gone", () => ingest.counts.publishing === 0);
    // It notices at its next packet.
    await transmitter.send(show, BITS_PER_SECOND);
    await transmitter.ended();
    expect(feed.closedBy).toBe("replaced");
  });

  test("is lost when it falls silent", async () => {
    const { door, port } = await open();
    const transmitter = transmit(port, KEY);
    const feed = await feedOf(door);
    await transmitter.kill();
    await eventually("it is given up", () => feed.closedBy);
    expect(feed.closedBy).toBe("connection-lost");
  });
});

describe("who is refused", () => {
  const cases: [string, string, Partial<SrtIngestOptions>, string][] = [
    ["a wrong key", "streamid=publish:wrong", {}, "unauthorized"],
    ["no key", "", {}, "badRequest"],
    ["who wants to watch", "streamid=#!::r=show,m=request,s=right", {}, "badMode"],
    ["a wrong passphrase", `${KEY}&passphrase=another-horse`, { passphrase: PASSPHRASE }, "badSecret"],
    ["no passphrase where one is needed", KEY, { passphrase: PASSPHRASE }, "unsecure"],
    ["a passphrase where there is none", `${KEY}&passphrase=${PASSPHRASE}`, {}, "unsecure"],
  ];
  test.each(cases)("%s", async (_, query, options, why) => {
    const { door, port, ingest } = await open(options);
    const transmitter = transmit(port, query);
    await eventually("it is refused", () => (ingest.counts.refused.get(why as "unsecure") ?? 0) > 0);
    await transmitter.kill();
    expect(door.feeds).toEqual([]);
    expect(ingest.counts).toMatchObject({ waiting: 0, publishing: 0 });
  });

  test("garbage and half a handshake harm nobody else", async () => {
    const { door, port, ingest } = await open();
    const transmitter = transmit(port, `${KEY}&latency=2000`);
    const feed = await feedOf(door);
    const random = new SeededRandom(6);
    const socket = createSocket("udp4");
    const sending = sendShow(transmitter, feed);
    for (let round = 0; round < 100; round += 1) {
      for (let index = 0; index < 100; index += 1) {
        const bytes = random.bytes(random.integer(0, 120));
        // Half of them begin as a handshake does.
        if (index % 2 === 0) bytes.set([0x80, 0, 0, 0].slice(0, bytes.length));
        if (bytes.length >= 16) bytes.fill(0, 12, 16);
        socket.send(bytes, port, "127.0.0.1");
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await sending;
    socket.close();
    expectWhole(feed);
    const { malformed = 0, unknown = 0 } = ingest.counts.dropped;
    expect(malformed).toBeGreaterThan(1000);
    expect(unknown).toBeGreaterThan(100);
    expect(ingest.counts).toMatchObject({ waiting: 0, publishing: 1 });
  });
});
