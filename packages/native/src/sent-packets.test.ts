import { findExtension, parseRtp } from "@sameroom/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OutputId, OutputOptions, SentPackets, SourceId } from "./index.ts";
import { type Connected, h264Packet, Rig } from "./rig.fixture.ts";
import { SentRingReader } from "./sent-packets.ts";

const TRANSPORT_CC = 9;
/** AES-GCM's tag: a datagram is this much longer than the packet in it. */
const TAG = 16;

function transportSequence(packet: Uint8Array): number {
  const data = findExtension(parseRtp(packet)!, TRANSPORT_CC)!;
  return (data[0]! << 8) | data[1]!;
}

describe("the log of sent packets", () => {
  let rig: Rig;
  let host: Connected;
  let viewer: Connected;
  let sent: SentPackets;
  beforeEach(async () => {
    rig = new Rig();
    host = await rig.connect();
    viewer = await rig.connect();
  });
  afterEach(() => rig.close());

  const addSource = (kind: "audio" | "video", ssrc: number): SourceId =>
    rig.wire.addSource({
      peer: host.peer,
      ssrc,
      kind,
      codec: kind === "video" ? "h264" : "opus",
      clockRate: 90_000,
      payloadType: 96,
      extensions: {},
    });
  const addOutput = (options: Partial<OutputOptions> = {}): OutputId => {
    const extensions = { transportCc: TRANSPORT_CC };
    const output = rig.wire.addOutput({
      peer: viewer.peer,
      kind: "video",
      ssrc: 7,
      rtxSsrc: 8,
      extensions,
      ...options,
    });
    sent = rig.wire.sentPackets(viewer.peer)!;
    return output;
  };
  const send = (...packets: Uint8Array[]) => rig.load.sendRtp(host.client, packets);
  const packet = (sequenceNumber: number) =>
    h264Packet({ sequenceNumber, timestamp: 0, keyframe: true, size: 100 + (sequenceNumber % 50) });
  const received = (count: number) =>
    rig.settle(() => viewer.rtp.length >= count, `the viewer has ${count} packets`);

  it("agrees with what the viewer received, of every kind", async () => {
    const output = addOutput();
    const audio = addOutput({ kind: "audio", ssrc: 70, rtxSsrc: 71 });
    rig.wire.attach(output, addSource("video", 1000), { payloadType: 102, rtxPayloadType: 103 });
    rig.wire.attach(audio, addSource("audio", 2000), { payloadType: 109 });
    const before = rig.wire.nowMicros();
    send(packet(1), packet(2));
    await received(2);
    send(h264Packet({ ssrc: 2000, sequenceNumber: 1, timestamp: 0 }));
    await received(3);
    rig.wire.resend(output, [parseRtp(viewer.rtp[1]!)!.sequenceNumber], 10_000);
    await received(4);
    const after = rig.wire.nowMicros();
    let last = before;
    for (const [index, kind] of (["video", "video", "audio", "retransmission"] as const).entries()) {
      expect(transportSequence(viewer.rtp[index]!)).toBe(index);
      expect(sent.find(index)).toBe(true);
      expect(sent).toMatchObject({ kind, cluster: 0, size: viewer.rtp[index]!.length + TAG });
      expect(sent.sentMicros).toBeGreaterThanOrEqual(last);
      last = sent.sentMicros;
    }
    expect(last).toBeLessThanOrEqual(after);
    expect(sent.find(4)).toBe(false);
  });

  it("moves a packet that is sent again as it was to its new time", async () => {
    const output = addOutput({ rtxSsrc: 8 });
    rig.wire.attach(output, addSource("video", 1000), { payloadType: 102 });
    send(packet(1), packet(2));
    await received(2);
    sent.find(1);
    const first = sent.sentMicros;
    rig.wire.resend(output, [parseRtp(viewer.rtp[1]!)!.sequenceNumber], 10_000);
    await rig.settle(() => rig.load.stats(viewer.client).packets === 3);
    expect(sent.find(1)).toBe(true);
    expect(sent).toMatchObject({ kind: "retransmission", size: viewer.rtp[1]!.length + TAG });
    expect(sent.sentMicros).toBeGreaterThan(first);
    expect(sent.find(0)).toBe(true);
    expect(sent).toMatchObject({ kind: "video" });
  });

  it("knows the last 1,024 packets and nothing that was never sent", async () => {
    const output = addOutput();
    for (const never of [0, 1, 1024, 65_535]) expect(sent.find(never)).toBe(false);
    rig.wire.attach(output, addSource("video", 1000), { payloadType: 102 });
    for (let batch = 0; batch < 11; batch += 1) {
      send(...Array.from({ length: 100 }, (_, index) => packet(batch * 100 + index)));
      await received((batch + 1) * 100);
    }
    const found = Array.from({ length: 65_536 }, (_, number) => number).filter((number) => sent.find(number));
    expect(found).toEqual(Array.from({ length: 1024 }, (_, index) => 1100 - 1024 + index));
  });

  it("belongs to a peer with the extension, stays the same object, and may outlive peer and wire", async () => {
    rig.wire.addOutput({ peer: viewer.peer, kind: "audio", ssrc: 1, extensions: { mid: 1 } });
    expect(rig.wire.sentPackets(viewer.peer)).toBeUndefined();
    const output = addOutput();
    const first = sent;
    addOutput({ ssrc: 70, rtxSsrc: 71 });
    expect(sent).toBe(first);
    rig.wire.attach(output, addSource("video", 1000), { payloadType: 102 });
    send(packet(1));
    await received(1);
    rig.wire.closePeer(viewer.peer);
    expect(rig.wire.sentPackets(viewer.peer)).toBeUndefined();
    await rig.settle(() => rig.wire.stats().peers === 1);
    await rig.wire.close();
    expect(sent.find(0)).toBe(true);
  });
});

describe("reading the ring", () => {
  const ring = (entries: [micros: number, what: number][]) => {
    const words = new Uint32Array(8);
    for (const [index, entry] of entries.entries()) words.set(entry, 2 * index);
    return words.buffer;
  };
  const what = (sequenceNumber: number) => (sequenceNumber << 16) | (100 << 5);

  it("finds the whole time from 32 bits of it, a little before or after the clock", () => {
    const now = 3 * 2 ** 32 + 500;
    const memory = ring([
      [400, what(0)],
      [2 ** 32 - 1000, what(1)],
      [700, what(2)],
    ]);
    const reader = new SentRingReader(memory).at(now + 0.25);
    const times = [0, 1, 2].map((number) => (reader.find(number) ? reader.sentMicros : undefined));
    expect(times).toEqual([now - 100, now - 1500, now + 200]);
  });

  it("does not take a packet a whole ring or numbering away for another", () => {
    const reader = new SentRingReader(ring([[1, what(65_532)]])).at(1);
    expect([0, 4, 65_532, 65_536 + 65_532].map((number) => reader.find(number))).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });
});
