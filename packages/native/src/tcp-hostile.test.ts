import { SeededRandom } from "@sameroom/base/testing";
import { afterEach, describe, expect, it } from "vitest";
import { Rig, stunMessage } from "./rig.fixture.ts";
import { frame, TcpClient } from "./tcp-client.fixture.ts";

describe("connections that mean harm", () => {
  let rig: Rig;
  const clients: TcpClient[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await rig.close();
  });
  const open = async () => {
    const client = await TcpClient.open(rig.wire.port);
    clients.push(client);
    return client;
  };
  const isServed = async () => {
    const peer = await rig.connectTcp();
    expect(rig.isConnected(peer.peer)).toBe(true);
    rig.wire.closePeer(peer.peer);
  };

  it.each<[string, Uint8Array]>([
    ["HTTP", new TextEncoder().encode("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n")],
    ["a frame that is no STUN message", frame(new Uint8Array(40).fill(22))],
    ["RTP before a check", frame(new Uint8Array(40).fill(0x80))],
    ["STUN of another length", frame(Uint8Array.from([...stunMessage(), 0]))],
    ["a frame longer than any datagram", Uint8Array.from([0xff, 0xff, 0, 1])],
    ["a long frame after a check", Uint8Array.from([...frame(stunMessage()), 0x10, 0])],
  ])("are closed at once: %s", async (_, bytes) => {
    rig = new Rig();
    const client = await open();
    client.write(bytes);
    await rig.settle(() => client.closed);
    await rig.settle(() => rig.wire.stats().tcpConnections === 0);
    expect(rig.wire.stats().droppedMalformed).toBe(1);
    await isServed();
  });

  it("are closed when they stay strangers: silent, half a frame, byte by byte, null packets, checks of nobody", async () => {
    rig = new Rig({ wire: { tcpValidateMs: 200 } });
    const [silent, half, slow, nulls, checks] = await Promise.all([open(), open(), open(), open(), open()]);
    half?.write(frame(stunMessage()).subarray(0, 9));
    const drip = [...frame(stunMessage())];
    const timer = setInterval(() => {
      slow?.write(Uint8Array.of(drip.shift() ?? 0));
      nulls?.write(Uint8Array.of(0, 0));
      checks?.write(frame(stunMessage()));
    }, 20);
    try {
      for (const client of [silent, half, slow, nulls, checks])
        await rig.settle(() => client?.closed === true);
    } finally {
      clearInterval(timer);
    }
    await rig.settle(() => rig.wire.stats().tcpConnections === 0);
    await rig.settle(() => rig.wire.stats().timers === 0);
  });

  it("are closed when an authenticated far end falls silent", async () => {
    rig = new Rig({ wire: { tcpIdleMs: 200 } });
    const { peer } = await rig.connectTcp();
    await rig.settle(() => rig.wire.stats().tcpConnections === 0);
    expect(rig.wire.stats()).toMatchObject({ addresses: 0, peers: 1 });
    rig.wire.closePeer(peer);
  });

  it("are bounded in number, for one host and in all", async () => {
    rig = new Rig({ wire: { maxTcpConnections: 300 } });
    const flood = await Promise.all(Array.from({ length: 290 }, open));
    await rig.settle(() => flood.filter((client) => client.closed).length === 290 - 256);
    expect(rig.wire.stats().tcpConnections).toBe(256);
    // Those who leave make room.
    for (const client of flood) client.close();
    await rig.settle(() => rig.wire.stats().tcpConnections === 0);
    await isServed();
    await rig.close();

    rig = new Rig({ wire: { maxTcpConnections: 5 } });
    const few = await Promise.all(Array.from({ length: 9 }, open));
    await rig.settle(() => few.filter((client) => client.closed).length === 4);
    expect(rig.wire.stats().tcpConnections).toBe(5);
  });

  it("may send garbage in any pieces and end anywhere", async () => {
    rig = new Rig();
    const random = new SeededRandom(77);
    for (let round = 0; round < 60; round += 1) {
      const client = await open();
      const bytes: number[] = random.next() < 0.7 ? [...frame(stunMessage())] : [];
      for (let frames = random.integer(0, 8); frames > 0; frames -= 1) {
        const body = random.bytes(random.integer(0, 300));
        if (body.length > 0 && random.next() < 0.7) body[0] = random.pick([0, 1, 22, 63, 128, 191]);
        bytes.push(...frame(random.next() < 0.2 ? stunMessage() : body));
      }
      if (random.next() < 0.3) bytes.push(...random.bytes(random.integer(1, 5)));
      for (let at = 0; at < bytes.length; ) {
        const step = random.integer(1, 400);
        client.write(Uint8Array.from(bytes.slice(at, at + step)));
        at += step;
      }
      if (random.next() < 0.5) client.close();
    }
    for (const client of clients.splice(0)) client.close();
    await rig.settle(() => rig.wire.stats().tcpConnections === 0);
    expect(rig.heard.errors).toEqual([]);
    await isServed();
  });
});
