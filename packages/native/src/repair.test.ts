import { parseRtcp, parseRtp, rtpPayload, type SenderReport, unwrapRtx, wrapRtx } from "@sameroom/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OutputId, SourceId } from "./index.ts";
import { type Connected, h264Packet, Rig } from "./rig.fixture.ts";

const header = (packet: Uint8Array) => parseRtp(packet)!;

describe("repair and reports", () => {
  let rig: Rig;
  let host: Connected;
  let viewer: Connected;
  let source: SourceId;
  let output: OutputId;
  beforeEach(async () => {
    rig = new Rig({ wire: { senderReportIntervalMs: 20 } });
    host = await rig.connect();
    viewer = await rig.connect();
    source = rig.wire.addSource({
      peer: host.peer,
      ssrc: 1000,
      kind: "video",
      codec: "h264",
      clockRate: 90_000,
      payloadType: 96,
      rtx: { ssrc: 1001, payloadType: 97 },
      extensions: {},
    });
    output = rig.wire.addOutput({ peer: viewer.peer, kind: "video", ssrc: 7, rtxSsrc: 8, extensions: {} });
  });
  afterEach(() => rig.close());

  const packet = (sequenceNumber: number, keyframe = false) =>
    h264Packet({ sequenceNumber, timestamp: sequenceNumber * 3000, keyframe });
  const send = (...packets: Uint8Array[]) => rig.load.sendRtp(host.client, packets);
  const received = (count: number) =>
    rig.settle(() => viewer.rtp.length >= count, `the viewer has ${count} packets`);
  const start = async (rtxPayloadType?: number) => {
    rig.wire.attach(output, source, {
      payloadType: 102,
      ...(rtxPayloadType === undefined ? {} : { rtxPayloadType }),
    });
    send(packet(1, true), packet(2), packet(3));
    await received(3);
    return viewer.rtp.map((each) => header(each).sequenceNumber);
  };

  it("retransmits by RTX what JavaScript names", async () => {
    const numbers = await start(103);
    rig.wire.resend(output, [numbers[1]!, numbers[2]!], 10_000);
    await received(5);
    const [second, third] = viewer.rtp.slice(3);
    expect(header(second!)).toMatchObject({ ssrc: 8, payloadType: 103 });
    expect(unwrapRtx(second!, { ssrc: 7, payloadType: 102 })).toEqual(viewer.rtp[1]);
    expect(unwrapRtx(third!, { ssrc: 7, payloadType: 102 })).toEqual(viewer.rtp[2]);
    expect(header(third!).sequenceNumber).toBe((header(second!).sequenceNumber + 1) & 0xffff);
    expect(rig.wire.outputStats(output)).toMatchObject({ packets: 3, retransmittedPackets: 2 });
    expect(rig.wire.stats()).toMatchObject({ retransmittedPackets: 2, retransmitMisses: 0 });
  });

  it("sends the very same packet again where RTX was not negotiated", async () => {
    const numbers = await start();
    const before = rig.load.stats(viewer.client);
    rig.wire.resend(output, [numbers[1]!], 10_000);
    await rig.settle(() => rig.load.stats(viewer.client).packets === 4);
    // The client has the original, so its replay window proves that index and authentication are the same.
    const now = rig.load.stats(viewer.client);
    expect(now.authenticationFailures).toBe(before.authenticationFailures + 1);
    expect(viewer.rtp).toHaveLength(3);
  });

  it("does not send what is too old, unknown or never sent", async () => {
    const numbers = await start(103);
    rig.wire.resend(output, [numbers[1]!], 0);
    rig.wire.resend(output, [(numbers[2]! + 1) & 0xffff, (numbers[0]! - 1) & 0xffff], 10_000);
    await rig.settle(() => rig.wire.stats().retransmitMisses === 3);
    expect(rig.wire.stats().retransmittedPackets).toBe(0);
  });

  it("finds packets of the source before a switch", async () => {
    const numbers = await start(103);
    const other = rig.wire.addSource({
      peer: host.peer,
      ssrc: 2000,
      kind: "video",
      codec: "h264",
      clockRate: 90_000,
      payloadType: 96,
      extensions: {},
    });
    rig.wire.attach(output, other, { payloadType: 102, rtxPayloadType: 103 });
    send(h264Packet({ ssrc: 2000, sequenceNumber: 50, timestamp: 9, keyframe: true, size: 300 }));
    await received(4);
    rig.wire.resend(output, [numbers[2]!, header(viewer.rtp[3]!).sequenceNumber], 10_000);
    await received(6);
    expect(unwrapRtx(viewer.rtp[4]!, { ssrc: 7, payloadType: 102 })).toEqual(viewer.rtp[2]);
    expect(unwrapRtx(viewer.rtp[5]!, { ssrc: 7, payloadType: 102 })).toEqual(viewer.rtp[3]);
  });

  it("takes the host's RTX packets as if never lost, once", async () => {
    rig.wire.attach(output, source, { payloadType: 102 });
    send(packet(1, true), packet(3));
    await received(2);
    const repair = (sequenceNumber: number) =>
      wrapRtx(packet(2), { ssrc: 1001, payloadType: 97, sequenceNumber })!;
    send(repair(700), repair(701));
    await received(3);
    await rig.flush(host.client);
    expect(viewer.rtp).toHaveLength(3);
    const first = header(viewer.rtp[0]!).sequenceNumber;
    expect(header(viewer.rtp[2]!).sequenceNumber).toBe((first + 1) & 0xffff);
    expect(rtpPayload(viewer.rtp[2]!, header(viewer.rtp[2]!))).toEqual(
      rtpPayload(packet(2), header(packet(2))),
    );
    expect(rig.heard.rtp.filter((fact) => fact.repaired).map((fact) => fact.sequenceNumber)).toEqual([2, 2]);
  });

  it("knows an RTX stream without a signalled SSRC by its repaired RID", async () => {
    const layer = (rid: string, ssrc: number) =>
      rig.wire.addSource({
        peer: host.peer,
        ssrc,
        rid,
        kind: "video",
        codec: "h264",
        clockRate: 90_000,
        payloadType: 98,
        rtx: { payloadType: 99 },
        extensions: { repairedRid: 11 },
      });
    layer("l", 3000);
    const high = layer("h", 4000);
    rig.wire.attach(output, high, { payloadType: 102 });
    const layerPacket = (sequenceNumber: number, keyframe = false) =>
      h264Packet({ ssrc: 4000, payloadType: 98, sequenceNumber, timestamp: 0, keyframe });
    send(layerPacket(1, true), layerPacket(3));
    await received(2);
    const lost = h264Packet({
      ssrc: 4000,
      payloadType: 98,
      sequenceNumber: 2,
      timestamp: 0,
      extensions: [{ id: 11, data: Uint8Array.of(0x68) }],
    });
    send(wrapRtx(lost, { ssrc: 4444, payloadType: 99, sequenceNumber: 5 })!);
    await received(3);
    expect(rig.heard.unclaimed).toEqual([]);
    expect(rig.heard.rtp.at(-1)).toMatchObject({ source: high, repaired: true, sequenceNumber: 2 });
  });

  it("reports a probe without payload and forwards nothing", async () => {
    rig.wire.attach(output, source, { payloadType: 102 });
    send(packet(1, true));
    const probe = h264Packet({ ssrc: 1001, payloadType: 97, sequenceNumber: 1, timestamp: 0, size: 200 });
    probe[0]! |= 0x20;
    probe[probe.length - 1] = 200;
    send(probe);
    await rig.settle(() => rig.heard.rtp.length === 2);
    expect(rig.heard.rtp[1]).toMatchObject({ source, repaired: true, sequenceNumber: 1 });
    expect(rig.wire.outputStats(output)).toMatchObject({ packets: 1 });
  });

  it("makes sender reports that place the output's timestamps on the host's clock", async () => {
    await start();
    expect(viewer.rtcp).toEqual([]);
    const clock = { unixMicros: Date.now() * 1000, rtpTimestamp: 3000 };
    rig.wire.setSourceClock(source, clock);
    await rig.settle(() => viewer.rtcp.length >= 2);
    const compound = parseRtcp(viewer.rtcp[0]!)!;
    const report = compound[0] as SenderReport;
    expect(report).toMatchObject({ type: "sr", ssrc: 7, packetCount: 3, octetCount: 300 });
    expect(compound[1]).toEqual({
      type: "sdes",
      chunks: [{ ssrc: 7, items: [{ type: 1, text: "viewer@test" }] }],
    });
    // The host's packet of timestamp 3000 was captured at `clock.unixMicros`.
    const outputTimestamp = header(viewer.rtp[0]!).timestamp;
    const unixMicros = (report.ntpSeconds - 2_208_988_800) * 1e6 + (report.ntpFraction / 2 ** 32) * 1e6;
    const expected = outputTimestamp + ((unixMicros - clock.unixMicros) * 90_000) / 1e6;
    expect(Math.abs(((report.rtpTimestamp - expected + 2 ** 31) % 2 ** 32) - 2 ** 31)).toBeLessThan(3);
  });
});
