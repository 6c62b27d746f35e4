import { createServer, type Server } from "node:net";
import { parseRtp } from "@sameroom/protocol";
import { afterEach, describe, expect, it } from "vitest";
import { openWire, type SourceId, WireError } from "./index.ts";
import { type Connected, h264Packet, Rig, stunMessage } from "./rig.fixture.ts";
import { frame, TcpClient } from "./tcp-client.fixture.ts";

const deaf = {
  onStun: () => {},
  onDtls: () => {},
  onRtcp: () => {},
  onRtp: () => {},
  onUnclaimedRtp: () => {},
  onTap: () => {},
  onSwitched: () => {},
  onError: () => {},
};

describe("ICE-TCP", () => {
  let rig: Rig;
  const clients: TcpClient[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    await rig.close();
  });
  const open = async (host?: string) => {
    const client = await TcpClient.open(rig.wire.port, host);
    clients.push(client);
    return client;
  };
  const addVideo = (host: Connected): SourceId =>
    rig.wire.addSource({
      peer: host.peer,
      ssrc: 1000,
      kind: "video",
      codec: "h264",
      clockRate: 90_000,
      payloadType: 96,
      extensions: {},
    });
  const show = (viewer: Connected, source: SourceId) => {
    const output = rig.wire.addOutput({ peer: viewer.peer, kind: "video", ssrc: 7, extensions: {} });
    rig.wire.attach(output, source, { payloadType: 100 });
  };
  const numbers = (viewer: Connected) =>
    viewer.rtp.flatMap((packet) => {
      const header = parseRtp(packet)!;
      return header.payloadType === 100 ? [header.sequenceNumber] : [];
    });

  it("carries a publisher's media to a viewer, both over TCP, and RTCP back", async () => {
    rig = new Rig();
    const host = await rig.connectTcp();
    const viewer = await rig.connectTcp();
    expect(viewer.localAddress).toMatch(/^tcp:127\.0\.0\.1:\d+$/);
    expect(rig.wire.stats()).toMatchObject({ tcpConnections: 2, addresses: 2 });
    show(viewer, addVideo(host));
    const packets = Array.from({ length: 300 }, (_, index) =>
      h264Packet({ sequenceNumber: index, timestamp: index * 3000, keyframe: index === 0, size: 1100 }),
    );
    rig.load.sendRtp(host.client, packets);
    await rig.settle(() => numbers(viewer).length === 300);
    const [first = 0] = numbers(viewer);
    expect(numbers(viewer)).toEqual(packets.map((_, index) => (first + index) & 0xffff));
    const report = Uint8Array.from([0x80, 201, 0, 1, 0, 0, 0, 7]);
    rig.load.sendRtcp(viewer.client, report);
    await rig.settle(() => rig.heard.rtcp.some(({ peer }) => peer === viewer.peer));
    expect(rig.wire.stats()).toMatchObject({ droppedMalformed: 0, droppedSendBuffer: 0 });
  });

  it("lets a viewer over UDP and one over TCP see the same", async () => {
    rig = new Rig();
    const host = await rig.connect();
    const viewers = [await rig.connect(), await rig.connectTcp()];
    const source = addVideo(host);
    for (const viewer of viewers) show(viewer, source);
    rig.load.sendRtp(
      host.client,
      Array.from({ length: 50 }, (_, index) =>
        h264Packet({ sequenceNumber: index, timestamp: 0, keyframe: index === 0 }),
      ),
    );
    await rig.settle(() => viewers.every((viewer) => numbers(viewer).length === 50));
  });

  it("names the far end in full, on IPv6, too, and answers there", async () => {
    rig = new Rig({ wire: { bind: ["0.0.0.0", "::"] } });
    const client = await open("::1");
    client.write(frame(stunMessage()));
    await rig.settle(() => rig.heard.stun.length === 1);
    expect(rig.heard.stun[0]).toEqual({ datagram: stunMessage(), from: client.address });
    expect(client.address).toMatch(/^tcp:\[::1\]:\d+$/);
    rig.wire.send(stunMessage(), client.address);
    await rig.settle(() => client.receivedBytes === 22);
  });

  it("puts frames together from any pieces, and passes over null packets", async () => {
    rig = new Rig();
    const client = await open();
    const bytes = [...frame(stunMessage()), 0, 0, ...frame(stunMessage()), 0, 0];
    for (const byte of bytes) {
      client.write(Uint8Array.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await rig.settle(() => rig.heard.stun.length === 2);
    client.write(Uint8Array.from([...bytes, ...bytes]));
    await rig.settle(() => rig.heard.stun.length === 6);
    expect(rig.wire.stats()).toMatchObject({ droppedMalformed: 0, receivedPackets: 6 });
  });

  it("forgets the address of a connection that ended, and the connection of a peer that is closed", async () => {
    rig = new Rig();
    const first = await rig.connectTcp();
    const second = await rig.connectTcp();
    rig.load.closeClient(first.client);
    await rig.settle(() => rig.wire.stats().tcpConnections === 1);
    expect(rig.wire.stats()).toMatchObject({ addresses: 1, peers: 2 });
    // What is sent there goes nowhere, and says so.
    const before = rig.wire.stats().droppedUnknownAddress;
    rig.wire.send(stunMessage(), first.localAddress);
    await rig.settle(() => rig.wire.stats().droppedUnknownAddress === before + 1);

    rig.wire.closePeer(second.peer);
    await rig.settle(() => rig.wire.stats().tcpConnections === 0);
    await rig.settle(() =>
      rig.clientDtls.some(({ peer, state }) => peer === second.client && state === "closed"),
    );
    rig.wire.closePeer(first.peer);
    await rig.settle(() => rig.wire.stats().peers === 0);
    await rig.settle(() => rig.wire.stats().timers === 0, "no timer without connections");
  });

  it("moves a peer from TCP to UDP and back", async () => {
    rig = new Rig();
    const host = await rig.connect();
    const viewer = await rig.connectTcp();
    show(viewer, addVideo(host));
    rig.load.sendRtp(host.client, [h264Packet({ sequenceNumber: 1, timestamp: 0, keyframe: true })]);
    await rig.settle(() => numbers(viewer).length === 1);
    const { localAddress } = rig.load.addClient({
      remoteAddress: `127.0.0.1:${rig.wire.port}`,
      remoteFingerprint: rig.wire.fingerprint,
    });
    rig.wire.selectAddress(viewer.peer, localAddress);
    rig.load.sendRtp(host.client, [h264Packet({ sequenceNumber: 2, timestamp: 0 })]);
    await rig.flush(host.client);
    rig.wire.selectAddress(viewer.peer, viewer.localAddress);
    rig.load.sendRtp(host.client, [h264Packet({ sequenceNumber: 3, timestamp: 0 })]);
    await rig.settle(() => numbers(viewer).length === 2);
    const [before = 0, after = 0] = numbers(viewer);
    expect((after - before) & 0xffff).toBe(2);
  });

  it("drops whole frames for a viewer that does not read, while others see everything", async () => {
    rig = new Rig();
    const slow = await open();
    slow.write(frame(stunMessage()));
    await rig.settle(() => rig.heard.stun.length === 1);
    slow.setReading(false);
    const quick = await rig.connectTcp();
    const datagram = new Uint8Array(1200).fill(7);
    for (let round = 0; rig.wire.stats().droppedSendBuffer === 0; round += 1) {
      if (round > 500) throw new Error("the queue has no bound");
      for (let count = 0; count < 100; count += 1) rig.wire.send(datagram, slow.address);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const host = await rig.connect();
    show(quick, addVideo(host));
    rig.load.sendRtp(host.client, [h264Packet({ sequenceNumber: 1, timestamp: 0, keyframe: true })]);
    await rig.settle(() => numbers(quick).length === 1);
    const { sentPackets, droppedSendBuffer } = rig.wire.stats();
    expect(sentPackets).toBeGreaterThan(droppedSendBuffer > 0 ? 100 : 0);
    // The stream is still in step: whole frames of 1202 bytes and no more.
    slow.setReading(true);
    let last = -1;
    await rig.settle(() => {
      const same = last === slow.receivedBytes && last > 0;
      last = slow.receivedBytes;
      return same && last % 1202 === 0;
    });
  });

  it("takes a port that is free for both, or says what is in the way", async () => {
    rig = new Rig();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    try {
      expect(() => openWire({ bind: ["127.0.0.1"], port }, deaf)).toThrow(
        new RegExp(`Cannot bind TCP 127\\.0\\.0\\.1:${port}: bind: Address already in use`),
      );
      const udpOnly = openWire({ bind: ["127.0.0.1"], port, tcp: false }, deaf);
      await udpOnly.close();
      expect(() => openWire({ bind: ["127.0.0.1", "203.0.113.77"], port: 0 }, deaf)).toThrow(
        /UDP 203\.0\.113\.77:\d+: bind: Cannot assign requested address/,
      );
      expect(() => openWire({ bind: ["127.0.0.1"], port: rig.wire.port }, deaf)).toThrow(WireError);
    } finally {
      await new Promise((resolve) => (taken as Server).close(resolve));
    }
  });
});
