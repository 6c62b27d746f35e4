import { parseRtp, rtpPayload } from "@sameroom/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type OutputId, type SourceId, WireError } from "./index.ts";
import { type Connected, h264Packet, Rig } from "./rig.fixture.ts";

const numbersOf = (packets: readonly Uint8Array[]) =>
  packets.map((packet) => parseRtp(packet)!.sequenceNumber);

describe("a local source", () => {
  let rig: Rig;
  let viewer: Connected;
  let source: SourceId;
  let output: OutputId;
  beforeEach(async () => {
    rig = new Rig();
    viewer = await rig.connect();
    source = addSource();
    output = rig.wire.addOutput({ peer: viewer.peer, kind: "video", ssrc: 7, rtxSsrc: 8, extensions: {} });
    rig.wire.attach(output, source, { payloadType: 102, rtxPayloadType: 103 });
  });
  afterEach(() => rig.close());

  const addSource = () =>
    rig.wire.addSource({
      peer: "local",
      ssrc: 1000,
      kind: "video",
      codec: "h264",
      clockRate: 90_000,
      payloadType: 96,
      extensions: {},
    });
  const keyframe = (sequenceNumber: number) =>
    h264Packet({ sequenceNumber, timestamp: 9000, keyframe: true });
  const received = (count: number) =>
    rig.settle(() => viewer.rtp.length >= count, `the viewer has ${count} packets`);

  it("brings what is injected to viewers, as facts and to the tap", async () => {
    rig.wire.setTap(source, true);
    const frame = [
      keyframe(65_535),
      h264Packet({ sequenceNumber: 0, timestamp: 9000, marker: true, size: 300 }),
    ];
    rig.wire.inject(source, frame);
    await received(2);
    expect(rtpPayload(viewer.rtp[1]!, parseRtp(viewer.rtp[1]!)!)).toEqual(
      rtpPayload(frame[1]!, parseRtp(frame[1]!)!),
    );
    expect(rig.heard.tapped).toEqual(frame);
    expect(rig.heard.rtp).toMatchObject([
      { source, sequenceNumber: 65_535, keyframe: true, marker: false, repaired: false, size: 112 },
      { source, sequenceNumber: 0, timestamp: 9000, keyframe: false, marker: true, size: 312 },
    ]);
    expect(rig.heard.switched).toMatchObject([{ output, source }]);
    const [first, second] = numbersOf(viewer.rtp);
    expect(second).toBe((first! + 1) & 0xffff);
  });

  it("copies the bytes before the call returns", async () => {
    const packet = keyframe(1);
    const before = packet.slice();
    rig.wire.inject(source, [packet]);
    packet.fill(0);
    await received(1);
    expect(rtpPayload(viewer.rtp[0]!, parseRtp(viewer.rtp[0]!)!)).toEqual(before.subarray(12));
  });

  it("answers a viewer's request for what was lost", async () => {
    rig.wire.inject(source, [keyframe(1), h264Packet({ sequenceNumber: 2, timestamp: 12_000 })]);
    await received(2);
    rig.wire.resend(output, [numbersOf(viewer.rtp)[1]!], 10_000);
    await received(3);
    expect(parseRtp(viewer.rtp[2]!)).toMatchObject({ ssrc: 8, payloadType: 103 });
    expect(rtpPayload(viewer.rtp[2]!, parseRtp(viewer.rtp[2]!)!).subarray(2)).toEqual(
      rtpPayload(viewer.rtp[1]!, parseRtp(viewer.rtp[1]!)!),
    );
  });

  it("leaves out and counts what is no packet of it, and takes the rest of the call", async () => {
    const wrong = [
      new Uint8Array(0),
      Uint8Array.of(0x80, 96, 0, 1),
      new Uint8Array(2000).fill(0x80),
      h264Packet({ sequenceNumber: 1, timestamp: 1, keyframe: true, payloadType: 97 }),
      h264Packet({ sequenceNumber: 1, timestamp: 1, keyframe: true, ssrc: 1001 }),
      h264Packet({ sequenceNumber: 1, timestamp: 1, keyframe: true, size: 1489 }),
    ];
    rig.wire.inject(source, [...wrong, keyframe(1)]);
    await received(1);
    expect(rig.wire.stats().droppedMalformed).toBe(wrong.length);
    expect(rig.heard.rtp).toHaveLength(1);
  });

  it("is forgotten like any other, and what still comes for it goes nowhere", async () => {
    rig.wire.inject(source, [keyframe(1)]);
    await received(1);
    rig.wire.removeSource(source);
    rig.wire.inject(source, [keyframe(2)]);
    const next = addSource();
    rig.wire.attach(output, next, { payloadType: 102 });
    rig.wire.inject(next, [keyframe(900)]);
    await received(2);
    expect(rig.wire.stats().sources).toBe(1);
    expect(rig.heard.rtp.map((fact) => fact.source)).toEqual([source, next]);
  });

  it("takes what comes for a source of a peer from nobody but the peer", async () => {
    const host = await rig.connect();
    const theirs = rig.wire.addSource({
      peer: host.peer,
      ssrc: 1,
      kind: "video",
      codec: "h264",
      clockRate: 90_000,
      payloadType: 96,
      extensions: {},
    });
    expect(() => rig.wire.inject(theirs, [keyframe(1)])).toThrow(WireError);
  });

  it("refuses a past without measure", () => {
    const options = {
      kind: "video",
      codec: "h264",
      clockRate: 90_000,
      payloadType: 96,
      extensions: {},
    } as const;
    for (const pastPackets of [-1, 1.5, 16_385]) {
      expect(() => rig.wire.addSource({ peer: "local", ssrc: 2, ...options, pastPackets })).toThrow(
        "pastPackets",
      );
    }
  });
});
