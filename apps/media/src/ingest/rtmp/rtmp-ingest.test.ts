import { once } from "node:events";
import { connect } from "node:net";
import { silentLog } from "@sameroom/base";
import { FakeClock, SeededRandom } from "@sameroom/base/testing";
import { joinBytes } from "@sameroom/protocol/testing";
import { Registry } from "prom-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../../testing/eventually.fixture.ts";
import { openRtmp, type Rtmp } from "./open-rtmp.ts";
import { RecordingDoor } from "./recording-door.fixture.ts";
import { addRtmpMetrics } from "./rtmp-metrics.ts";
import { RtmpSocket } from "./rtmp-socket.fixture.ts";

const AUDIO = 8;
const VIDEO = 9;

describe("RTMP connections", () => {
  let clock: FakeClock;
  let door: RecordingDoor;
  let rtmp: Rtmp;
  let lines: { message: string; fields: Record<string, unknown> }[];

  beforeEach(async () => {
    clock = new FakeClock();
    door = new RecordingDoor();
    lines = [];
    const keep = (message: string, fields = {}) => void lines.push({ message, fields });
    rtmp = await openRtmp({
      ...{ door, clock, timers: clock, random: new SeededRandom(1) },
      log: { ...silentLog, info: keep, warn: keep },
      ...{ config: { port: 0, isDefaultPort: false, tlsPort: undefined }, bind: ["127.0.0.1"] },
    });
  });
  afterEach(() => rtmp.close());

  const port = () => Number(rtmp.addresses.rtmp!.slice(1));

  async function onAir(): Promise<RtmpSocket> {
    const socket = await RtmpSocket.open(port());
    const before = door.feeds.length;
    socket.publish("right");
    await eventually(
      "it is on air",
      () => door.feeds.length > before && rtmp.ingest.counts.publishing > before,
    );
    return socket;
  }

  it("read no media before the door has answered, however much is sent", async () => {
    door.hesitate();
    const { socket, client } = await RtmpSocket.open(port());
    const packet = client.message(VIDEO, 0, new Uint8Array(60_000));
    const hello = joinBytes(client.handshake(), client.connect(), client.publish("right"));
    socket.write(hello);
    await eventually("the door was asked", () => door.requests[0]);
    // More than the kernel and the server take.
    for (let sent = 0; sent < 500; sent += 1) socket.write(packet);
    await eventually("much of it waits", () => socket.writableLength > 15_000_000);
    expect(rtmp.ingest.counts.receivedBytes).toBeLessThan(1_000_000);
    expect(rtmp.ingest.counts).toMatchObject({ waiting: 1, publishing: 0 });
    door.answer();
    const whole = hello.length + 500 * packet.length;
    await eventually("all of it came", () => rtmp.ingest.counts.receivedBytes === whole);
    socket.destroy();
  });

  it("of an address that is wrong are told why, logged and closed; the key is in no line", async () => {
    const wrong = await RtmpSocket.open(port());
    wrong.publish("evening-show?key=hunter2");
    await wrong.closed();
    const status = wrong.client.takeCommands().at(-1)!;
    expect(JSON.stringify([...(status.values[1] as Map<string, string>)])).toContain(
      "NetStream.Publish.BadName",
    );
    const elsewhere = await RtmpSocket.open(port());
    elsewhere.publish("right", "vod");
    await elsewhere.closed();
    expect(lines.map(({ message }) => message)).toContain("an encoder is refused");
    expect(
      lines.every(
        ({ fields }) => fields.protocol === "rtmp" && /^127\.0\.0\.1:\d+$/.test(String(fields.from)),
      ),
    ).toBe(true);
    expect(JSON.stringify(lines)).not.toContain("hunter2");
    await eventually("both are counted", () => rtmp.ingest.counts.ends.get("refused") === 2);
  });

  it("that speak something else are closed with a reason, the others stay", async () => {
    const fine = await onAir();
    const { client } = fine;
    const garbage: [string, Uint8Array][] = [
      ["HTTP", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
      ["TLS", Uint8Array.of(0x16, 3, 1, 2, 0)],
      ["garbage behind the handshake", joinBytes(client.handshake(), new SeededRandom(4).bytes(4000))],
      [
        "an oversize message",
        joinBytes(client.handshake(), client.message(VIDEO, 0, new Uint8Array(70_000))),
      ],
      ["a chunk size of nothing", joinBytes(client.handshake(), client.message(1, 0, new Uint8Array(4)))],
    ];
    for (const [index, [name, bytes]] of garbage.entries()) {
      const socket = await RtmpSocket.open(port());
      socket.send(bytes);
      await socket.closed();
      await eventually(name, () => rtmp.ingest.counts.ends.get("protocol") === index + 1);
    }
    const reasons = lines
      .filter(({ fields }) => fields.cause === "protocol")
      .map(({ fields }) => fields.reason);
    expect(new Set(reasons).size).toBeGreaterThan(3);
    fine.send(client.message(VIDEO, 0, Uint8Array.of(0x17, 0, 0, 0, 0)));
    expect(rtmp.ingest.counts.publishing).toBe(1);
    expect(door.feeds[0]!.closedBy).toBeUndefined();
    fine.socket.destroy();
  });

  it("that end in the midst of anything leave nothing behind", async () => {
    const { client } = await RtmpSocket.open(port());
    const whole = joinBytes(
      client.handshake(),
      client.connect(),
      client.publish("right"),
      client.message(VIDEO, 0, new Uint8Array(900)),
    );
    for (let at = 1; at < whole.length; at += 371) {
      const { socket } = await RtmpSocket.open(port());
      socket.end(whole.subarray(0, at));
      await once(socket, "close");
    }
    await eventually(
      "only the first is there",
      () => rtmp.ingest.counts.waiting === 1 && rtmp.ingest.counts.publishing === 0,
    );
    expect(door.feeds.every(({ closedBy }) => closedBy === "connection-lost")).toBe(true);
  });

  it("that do not publish in time are closed, and so are silent ones", async () => {
    const [idle, air] = [await RtmpSocket.open(port()), await onAir()];
    await eventually("both are there", () => rtmp.ingest.counts.waiting === 1);
    clock.advance(9_000);
    air.send(air.client.message(VIDEO, 0, Uint8Array.of(0x57)));
    await eventually("it came", () => rtmp.ingest.counts.receivedBytes > 0);
    clock.advance(1_250);
    await idle.closed();
    expect(rtmp.ingest.counts.publishing).toBe(1);
    clock.advance(16_000);
    await air.closed();
    await eventually("both are counted", () => rtmp.ingest.counts.ends.get("timeout") === 2);
    expect(door.feeds[0]!.closedBy).toBe("connection-lost");
  });

  it("that send what is not taken are named once in the log, and in their reports", async () => {
    const air = await onAir();
    const { client } = air;
    const mp3 = client.message(AUDIO, 0, Uint8Array.of(0x2f, 0xff));
    air.send(mp3, mp3);
    await eventually("it was said", () => lines.find(({ fields }) => String(fields.codecs) === "mp3"));
    await eventually("it was reported", () => {
      clock.advance(1000);
      air.send(mp3);
      return door.feeds[0]!.transports.at(-1)?.unsupported?.includes("mp3");
    });
    expect(lines.filter(({ fields }) => fields.codecs !== undefined)).toHaveLength(1);
    expect(door.feeds[0]!.units).toEqual([]);
    air.socket.destroy();
  });

  it("tell of their sound before any of it comes", async () => {
    const { socket, client } = await onAir();
    const header = Uint8Array.of(0xaf, 0x00, 0x12, 0x10);
    socket.write(client.message(AUDIO, 0, header));
    const announced = () => door.feeds[0]!.expectedSound;
    await eventually("it was told", () => announced() !== undefined);
    expect(announced()).toMatchObject({ codec: "aac", sampleRate: 44_100, channels: 2 });
    expect(door.feeds[0]!.units).toEqual([]);
    socket.destroy();
  });

  it("may stop a stream and begin another one", async () => {
    const socket = await onAir();
    socket.send(socket.client.command(0, "deleteStream", 9, null, 1));
    await eventually("the feed is closed", () => door.feeds[0]!.closedBy === "left");
    expect(rtmp.ingest.counts).toMatchObject({ publishing: 0, waiting: 1 });
    socket.send(socket.client.publish("right"));
    await eventually("it is on air again", () => rtmp.ingest.counts.publishing === 1);
    expect(door.feeds).toHaveLength(2);
    socket.socket.destroy();
  });

  it("that never read are not remembered forever", async () => {
    const { socket, client } = await RtmpSocket.open(port());
    socket.pause();
    socket.write(joinBytes(client.handshake(), client.connect()));
    const calls = joinBytes(
      ...Array.from({ length: 1000 }, (_, index) => client.command(0, "_checkbw", index + 2, null)),
    );
    const flood = () => {
      if (!socket.destroyed && socket.writableLength < 1_000_000) socket.write(calls);
    };
    await eventually("it was given up", () => {
      flood();
      return rtmp.ingest.counts.ends.get("limit") === 1;
    });
    socket.destroy();
  });

  it("by the thousand are bounded, and those who publish come through", async () => {
    const air = await onAir();
    const flood = 10_000;
    let most = 0;
    const open = (index: number) => {
      const localAddress = `127.0.${1 + ((index >> 6) & 127)}.${1 + (index & 63)}`;
      const socket = connect({ host: "127.0.0.1", port: port(), localAddress });
      socket.on("error", () => {});
      return socket;
    };
    const open250 = async (from: number) => {
      const sockets = Array.from({ length: 250 }, (_, index) => open(from + index));
      await Promise.all(
        sockets.map((socket) => Promise.race([once(socket, "connect"), once(socket, "close")])),
      );
      most = Math.max(most, rtmp.ingest.counts.waiting);
      return sockets;
    };
    let held: Awaited<ReturnType<typeof open250>> = [];
    for (let from = 0; from < flood; from += 250) {
      const next = await open250(from);
      // Our own descriptors are bounded, too: those of long ago the server has closed.
      for (const socket of held.splice(0, Math.max(0, held.length - 1500))) socket.destroy();
      held = [...held, ...next];
    }
    most = Math.max(most, rtmp.ingest.counts.waiting);
    expect(most).toBeGreaterThan(400);
    expect(most).toBeLessThanOrEqual(512);
    const late = await onAir();
    expect(rtmp.ingest.counts.publishing).toBe(2);
    const limited = () => rtmp.ingest.counts.ends.get("limit") ?? 0;
    await eventually(
      "the others were let go",
      () => limited() + (rtmp.ingest.counts.ends.get("peer") ?? 0) >= flood - 512,
    );
    for (const socket of [...held, air.socket, late.socket]) socket.destroy();
    await eventually(
      "nobody is there",
      () => rtmp.ingest.counts.waiting === 0 && rtmp.ingest.counts.publishing === 0,
    );
  });

  it("from one address are turned away beyond a number, with one line in the log for all", async () => {
    const sockets = await Promise.all(Array.from({ length: 50 }, () => RtmpSocket.open(port())));
    await eventually("18 are turned away", () => rtmp.ingest.counts.ends.get("limit") === 18);
    expect(rtmp.ingest.counts.waiting).toBe(32);
    expect(lines.filter(({ message }) => message.startsWith("an address has too many"))).toHaveLength(1);
    for (const { socket } of sockets) socket.destroy();
  });

  it("are counted for operators", async () => {
    const registry = new Registry();
    addRtmpMetrics(registry, rtmp.ingest);
    const air = await onAir();
    const text = await registry.metrics();
    expect(text).toContain('sameroom_media_rtmp_connections{state="publishing"} 1');
    expect(text).toContain('sameroom_media_rtmp_connections{state="waiting"} 0');
    expect(text).toMatch(/sameroom_media_rtmp_received_bytes_total [1-9]/);
    air.socket.destroy();
    await eventually("it is gone", async () =>
      (await registry.metrics()).includes('ended_total{cause="peer"} 1'),
    );
  });

  it("end with the server, told so, and leave no timer", async () => {
    const air = await onAir();
    await RtmpSocket.open(port());
    await rtmp.close();
    await air.closed();
    const last = air.client.takeCommands().at(-1)!;
    expect((last.values[1] as Map<string, unknown>).get("code")).toBe("NetStream.Unpublish.Success");
    expect(clock.pending).toBe(0);
    expect(door.feeds[0]!.closedBy).toBe("connection-lost");
  });
});
