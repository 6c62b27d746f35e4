import { findExtension, parseRtp, rtpPayload } from "@sameroom/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OutputId, SendPath, SourceId, SourceOptions } from "./index.ts";
import { type Connected, h264Packet, Rig, SOURCE_EXTENSIONS } from "./rig.fixture.ts";

const header = (packet: Uint8Array) => parseRtp(packet)!;
const sequenceNumbers = (packets: readonly Uint8Array[]) =>
  packets.map((packet) => header(packet).sequenceNumber);
const after = (sequenceNumber: number, by: number) => (sequenceNumber + by) & 0xffff;

describe("forwarding", () => {
  let rig: Rig;
  let host: Connected;
  let viewer: Connected;
  const open = async (sendPath: SendPath | "auto" = "auto") => {
    rig = new Rig({ wire: { sendPath } });
    host = await rig.connect();
    viewer = await rig.connect();
  };
  afterEach(() => rig.close());

  const addSource = (options: Partial<SourceOptions> = {}): SourceId =>
    rig.wire.addSource({
      peer: host.peer,
      ssrc: 1000,
      kind: "video",
      codec: "h264",
      clockRate: 90_000,
      payloadType: 96,
      extensions: SOURCE_EXTENSIONS,
      ...options,
    });
  const addOutput = (): OutputId =>
    rig.wire.addOutput({
      peer: viewer.peer,
      kind: "video",
      ssrc: 7,
      rtxSsrc: 8,
      mid: "v",
      extensions: { mid: 3 },
    });
  const send = (...packets: Uint8Array[]) => rig.load.sendRtp(host.client, packets);
  const received = (count: number) =>
    rig.settle(() => viewer.rtp.length >= count, `the viewer has ${count} packets`);

  describe("of one source", () => {
    beforeEach(() => open());

    it("sends the host's packets under the viewer's numbers, ids and payload type", async () => {
      const source = addSource();
      const output = rig.wire.addOutput({
        peer: viewer.peer,
        kind: "video",
        ssrc: 7,
        mid: "v",
        extensions: { mid: 3, transportCc: 9, absSendTime: 2, audioLevel: 12, absCaptureTime: 15 },
      });
      rig.wire.attach(output, source, { payloadType: 102 });
      const captured = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
      const packet = h264Packet({
        sequenceNumber: 65_535,
        timestamp: 5000,
        keyframe: true,
        marker: true,
        extensions: [
          { id: 1, data: Uint8Array.of(0x30) },
          { id: 2, data: Uint8Array.of(0x68) },
          { id: 4, data: Uint8Array.of(0, 77) },
          { id: 5, data: Uint8Array.of(0x8a) },
          { id: 6, data: captured },
        ],
      });
      send(packet, h264Packet({ sequenceNumber: 0, timestamp: 5000 }));
      await received(2);
      const [first, second] = viewer.rtp.map(header);
      expect(first).toMatchObject({ ssrc: 7, payloadType: 102, marker: true, csrcs: [] });
      expect(rtpPayload(viewer.rtp[0]!, first!)).toEqual(rtpPayload(packet, header(packet)));
      expect(findExtension(first!, 3)).toEqual(Uint8Array.of(0x76));
      expect(findExtension(first!, 9)).toEqual(Uint8Array.of(0, 0));
      expect(findExtension(second!, 9)).toEqual(Uint8Array.of(0, 1));
      expect(findExtension(first!, 12)).toEqual(Uint8Array.of(0x8a));
      expect(findExtension(first!, 15)).toEqual(captured);
      expect(findExtension(first!, 2)).toHaveLength(3);
      expect(first!.extensions).toHaveLength(5);
      expect(second!.sequenceNumber).toBe(after(first!.sequenceNumber, 1));
      expect(second!.timestamp).toBe(first!.timestamp);
      expect(rig.heard.switched).toEqual([{ output, source, sequenceNumber: first!.sequenceNumber }]);
      expect(rig.wire.outputStats(output)).toMatchObject({
        packets: 2,
        octets: 200,
        source,
        pendingSource: 0,
      });
    });

    it("starts a viewer on a keyframe and leaves out what comes before it", async () => {
      const source = addSource();
      const output = addOutput();
      rig.wire.attach(output, source, { payloadType: 102 });
      send(
        h264Packet({ sequenceNumber: 10, timestamp: 0 }),
        h264Packet({ sequenceNumber: 11, timestamp: 0 }),
      );
      await rig.flush(host.client);
      expect(rig.wire.outputStats(output)).toMatchObject({ packets: 0, source: 0, pendingSource: source });
      send(h264Packet({ sequenceNumber: 12, timestamp: 3000, keyframe: true }));
      send(
        h264Packet({ sequenceNumber: 13, timestamp: 3000 }),
        h264Packet({ sequenceNumber: 9, timestamp: 0 }),
      );
      await rig.flush(host.client);
      await received(2);
      const first = sequenceNumbers(viewer.rtp)[0]!;
      expect(sequenceNumbers(viewer.rtp)).toEqual([first, after(first, 1)]);
    });

    it("sends the rest of a keyframe whose first packet came late", async () => {
      const source = addSource();
      rig.wire.attach(addOutput(), source, { payloadType: 102 });
      send(
        h264Packet({ sequenceNumber: 21, timestamp: 3000 }),
        h264Packet({ sequenceNumber: 22, timestamp: 3000 }),
      );
      await rig.flush(host.client);
      send(h264Packet({ sequenceNumber: 20, timestamp: 3000, keyframe: true }));
      await received(3);
      const first = sequenceNumbers(viewer.rtp)[0]!;
      expect(sequenceNumbers(viewer.rtp)).toEqual([first, after(first, 1), after(first, 2)]);
    });

    it("keeps a loss as a gap and fills it when the packet comes late", async () => {
      rig.wire.attach(addOutput(), addSource(), { payloadType: 102 });
      const packet = (sequenceNumber: number, keyframe = false) =>
        h264Packet({ sequenceNumber, timestamp: 0, keyframe });
      send(packet(1, true), packet(3), packet(2));
      await received(3);
      const first = sequenceNumbers(viewer.rtp)[0]!;
      expect(sequenceNumbers(viewer.rtp)).toEqual([first, after(first, 2), after(first, 1)]);
    });

    it("goes on across wraps of the sequence number", async () => {
      rig.wire.attach(addOutput(), addSource(), { payloadType: 102 });
      for (let count = 0; count < 12; count += 1) {
        send(
          h264Packet({ sequenceNumber: count * 20_000, timestamp: count, keyframe: true, size: 60 + count }),
        );
      }
      await received(12);
      const first = sequenceNumbers(viewer.rtp)[0]!;
      expect(sequenceNumbers(viewer.rtp)).toEqual(
        Array.from({ length: 12 }, (_, count) => after(first, count * 20_000)),
      );
      expect(rig.load.stats(viewer.client).authenticationFailures).toBe(0);
    });

    it("never uses an SRTP index twice, even for an output that is removed and added again", async () => {
      const source = addSource();
      for (let round = 0; round < 3; round += 1) {
        const output = addOutput();
        rig.wire.attach(output, source, { payloadType: 102 });
        send(h264Packet({ sequenceNumber: round, timestamp: 0, keyframe: true }));
        await received(round + 1);
        rig.wire.removeOutput(output);
      }
      const first = sequenceNumbers(viewer.rtp)[0]!;
      expect(sequenceNumbers(viewer.rtp)).toEqual([first, after(first, 1), after(first, 2)]);
      expect(rig.load.stats(viewer.client).authenticationFailures).toBe(0);
    });

    it("drops a replayed packet", async () => {
      rig.wire.attach(addOutput(), addSource(), { payloadType: 102 });
      rig.load.sendRtp(host.client, [h264Packet({ sequenceNumber: 1, timestamp: 0, keyframe: true })], 3);
      await rig.settle(() => rig.wire.stats().droppedReplay === 2);
      expect(viewer.rtp.length).toBeLessThanOrEqual(1);
      await received(1);
    });

    it("tells what arrived, packet by packet", async () => {
      const source = addSource();
      const packet = h264Packet({
        sequenceNumber: 500,
        timestamp: 123_456,
        keyframe: true,
        marker: true,
        size: 50,
        extensions: [
          { id: 4, data: Uint8Array.of(1, 2) },
          { id: 5, data: Uint8Array.of(0x80 | 33) },
          { id: 6, data: Uint8Array.of(0, 0, 0, 9, 0, 0, 0, 7) },
        ],
      });
      send(packet, h264Packet({ sequenceNumber: 501, timestamp: 123_456, size: 50 }));
      await rig.settle(() => rig.heard.rtp.length === 2);
      expect(rig.heard.rtp).toEqual([
        {
          source,
          sequenceNumber: 500,
          timestamp: 123_456,
          marker: true,
          keyframe: true,
          repaired: false,
          arrivalMicros: expect.any(Number),
          size: 12 + 20 + 50 + 16,
          transportSequence: 258,
          audioLevel: 33,
          captureNtpSeconds: 9,
          captureNtpFraction: 7,
          temporalLayer: -1,
          keyframePayload: rtpPayload(packet, header(packet)),
        },
        expect.objectContaining({
          sequenceNumber: 501,
          keyframe: false,
          transportSequence: -1,
          audioLevel: -1,
          keyframePayload: undefined,
        }),
      ]);
      expect(rig.heard.rtp[0]!.arrivalMicros).toBeLessThanOrEqual(rig.wire.nowMicros());
    });

    it("hands over packets no source claims, at most 32 of an SSRC, and those of a tapped source", async () => {
      for (let count = 0; count < 40; count += 1) {
        send(h264Packet({ sequenceNumber: count, timestamp: 0, ssrc: 55 }));
      }
      await rig.flush(host.client);
      expect(rig.heard.unclaimed).toHaveLength(32);
      expect(header(rig.heard.unclaimed[0]!.packet)).toMatchObject({ ssrc: 55, sequenceNumber: 0 });
      const source = addSource({ ssrc: 55 });
      rig.wire.setTap(source, true);
      const packet = h264Packet({ sequenceNumber: 41, timestamp: 0, ssrc: 55 });
      send(packet);
      await rig.settle(() => rig.heard.tapped.length === 1);
      expect(rig.heard.tapped).toEqual([packet]);
    });

    it("needs no keyframe for audio", async () => {
      const source = addSource({ kind: "audio", codec: "opus", clockRate: 48_000, payloadType: 111 });
      const output = rig.wire.addOutput({ peer: viewer.peer, kind: "audio", ssrc: 9, extensions: {} });
      rig.wire.attach(output, source, { payloadType: 109 });
      send(h264Packet({ sequenceNumber: 1, timestamp: 960, payloadType: 111 }));
      await received(1);
      expect(header(viewer.rtp[0]!)).toMatchObject({ ssrc: 9, payloadType: 109 });
    });

    it("follows the address that ICE nominates", async () => {
      rig.wire.attach(addOutput(), addSource(), { payloadType: 102 });
      send(h264Packet({ sequenceNumber: 1, timestamp: 0, keyframe: true }));
      await received(1);
      const elsewhere = rig.load.addClient({
        remoteAddress: `127.0.0.1:${rig.wire.port}`,
        remoteFingerprint: rig.wire.fingerprint,
      });
      rig.wire.allowAddress(viewer.peer, elsewhere.localAddress);
      send(h264Packet({ sequenceNumber: 2, timestamp: 0 }));
      await received(2);
      rig.wire.selectAddress(viewer.peer, elsewhere.localAddress);
      send(h264Packet({ sequenceNumber: 3, timestamp: 0 }));
      await rig.settle(() => rig.load.stats(elsewhere.id).packets === 1);
      expect(rig.load.stats(viewer.client).packets).toBe(2);
    });

    it("carries RTCP both ways", async () => {
      const report = Uint8Array.of(0x80, 201, 0, 1, 0, 0, 0, 5);
      rig.load.sendRtcp(viewer.client, report);
      rig.wire.sendRtcp(host.peer, report);
      await rig.settle(() => rig.heard.rtcp.length === 1 && host.rtcp.length === 1);
      expect(rig.heard.rtcp).toEqual([{ peer: viewer.peer, packet: report }]);
      expect(host.rtcp).toEqual([report]);
    });
  });

  describe("from another source", () => {
    beforeEach(() => open());

    it("switches exactly on the keyframe, numbers and time going on", async () => {
      const low = addSource();
      const high = addSource({ ssrc: 2000 });
      const output = addOutput();
      const lowPacket = (sequenceNumber: number, timestamp: number, keyframe = false) =>
        h264Packet({ sequenceNumber, timestamp, keyframe });
      const highPacket = (sequenceNumber: number, timestamp: number, keyframe = false) =>
        h264Packet({ ssrc: 2000, sequenceNumber, timestamp, keyframe, size: 300 });
      rig.wire.attach(output, low, { payloadType: 102 });
      send(lowPacket(1, 0, true), lowPacket(2, 3000));
      await received(2);
      rig.wire.attach(output, high, { payloadType: 103 });
      send(highPacket(900, 777_000), lowPacket(3, 6000));
      await received(3);
      expect(rig.wire.outputStats(output)).toMatchObject({ source: low, pendingSource: high });
      send(highPacket(901, 780_000, true), lowPacket(4, 9000), highPacket(902, 783_000));
      await received(5);
      await rig.flush(host.client);

      const headers = viewer.rtp.map(header);
      const first = headers[0]!.sequenceNumber;
      expect(sequenceNumbers(viewer.rtp)).toEqual([0, 1, 2, 3, 4].map((by) => after(first, by)));
      expect(headers.map((each) => each.payloadType)).toEqual([102, 102, 102, 103, 103]);
      const ticks = headers.map((each) => (each.timestamp - headers[0]!.timestamp) >>> 0);
      expect(ticks.slice(0, 3)).toEqual([0, 3000, 6000]);
      const facts = rig.heard.rtp;
      const elapsed =
        facts.find((fact) => fact.source === high && fact.keyframe)!.arrivalMicros -
        facts.find((fact) => fact.source === low && fact.timestamp === 6000)!.arrivalMicros;
      expect(ticks[3]).toBe(6000 + Math.max(1, Math.floor((elapsed * 90_000) / 1_000_000)));
      expect(ticks[4]).toBe(ticks[3]! + 3000);
      expect(rig.heard.switched).toEqual([
        { output, source: low, sequenceNumber: first },
        { output, source: high, sequenceNumber: after(first, 3) },
      ]);
    });

    it("goes on with its numbers after being detached", async () => {
      const source = addSource();
      const output = addOutput();
      rig.wire.attach(output, source, { payloadType: 102 });
      send(h264Packet({ sequenceNumber: 1, timestamp: 0, keyframe: true }));
      await received(1);
      rig.wire.detach(output);
      send(h264Packet({ sequenceNumber: 2, timestamp: 0 }));
      await rig.flush(host.client);
      rig.wire.attach(output, source, { payloadType: 102 });
      send(h264Packet({ sequenceNumber: 3, timestamp: 0 }));
      send(h264Packet({ sequenceNumber: 4, timestamp: 0, keyframe: true }));
      await received(2);
      const [first, second] = sequenceNumbers(viewer.rtp);
      expect(second).toBe(after(first!, 1));
      expect(viewer.rtp).toHaveLength(2);
    });
  });

  describe.each(["gso", "sendmmsg", "sendto"] as const)("by %s", (path) => {
    beforeEach(() => open(path));

    it("delivers frames of unequal packets whole, padding not counted as payload", async () => {
      const output = addOutput();
      rig.wire.attach(output, addSource(), { payloadType: 102 });
      const packets = Array.from({ length: 40 }, (_, index) =>
        h264Packet({ sequenceNumber: index, timestamp: 0, keyframe: index === 0, size: 1000 + (index % 3) }),
      );
      send(...packets);
      await received(40);
      expect(rig.wire.sendPath).toBe(path);
      const payloads = viewer.rtp.map((packet) => rtpPayload(packet, header(packet)));
      expect(payloads).toEqual(packets.map((packet) => rtpPayload(packet, header(packet))));
      const octets = payloads.reduce((sum, payload) => sum + payload.length, 0);
      expect(rig.wire.outputStats(output)).toMatchObject({ packets: 40, octets });
    });
  });
});
