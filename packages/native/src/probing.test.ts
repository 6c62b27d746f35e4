import { parseRtp, rtpPayload, unwrapRtx } from "@sameroom/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OutputId, SentPackets, SourceId } from "./index.ts";
import { type Connected, h264Packet, Rig } from "./rig.fixture.ts";

const header = (packet: Uint8Array) => parseRtp(packet)!;
const TAG = 16;

describe("probing", () => {
  let rig: Rig;
  let host: Connected;
  let viewer: Connected;
  let source: SourceId;
  let output: OutputId;
  let sent: SentPackets;
  beforeEach(async () => {
    rig = new Rig({ wire: { senderReportIntervalMs: 60_000 } });
    host = await rig.connect();
    viewer = await rig.connect();
    source = rig.wire.addSource({
      peer: host.peer,
      ssrc: 1000,
      kind: "video",
      codec: "h264",
      clockRate: 90_000,
      payloadType: 96,
      extensions: {},
    });
    const extensions = { transportCc: 9 };
    output = rig.wire.addOutput({ peer: viewer.peer, kind: "video", ssrc: 7, rtxSsrc: 8, extensions });
    sent = rig.wire.sentPackets(viewer.peer)!;
  });
  afterEach(() => rig.close());

  const start = async (rule: { rtxPayloadType?: number } = { rtxPayloadType: 103 }) => {
    rig.wire.attach(output, source, { payloadType: 102, ...rule });
    const packets = Array.from({ length: 5 }, (_, index) =>
      h264Packet({ sequenceNumber: index, timestamp: 0, keyframe: index === 0, size: 1000 }),
    );
    rig.load.sendRtp(host.client, packets);
    await rig.settle(() => viewer.rtp.length === 5);
  };
  /** Timers besides the one for the output's reports. */
  const probeTimers = () => rig.wire.stats().timers - rig.wire.stats().outputs;
  const logged = () => {
    const found: { number: number; size: number; kind: string; cluster: number; at: number }[] = [];
    for (let number = 0; sent.find(number); number += 1) {
      found.push({ number, size: sent.size, kind: sent.kind, cluster: sent.cluster, at: sent.sentMicros });
    }
    return found;
  };
  const ended = async (cluster: number, bytes: number) => {
    const total = () => logged().reduce((sum, each) => sum + (each.cluster === cluster ? each.size : 0), 0);
    await rig.settle(() => total() >= bytes, `probe ${cluster} sends ${bytes} bytes`);
    await rig.settle(() => probeTimers() === 0, "the probe ends");
  };

  it("sends recent packets again by RTX, newest first, then padding, until its bytes are sent", async () => {
    await start();
    const media = viewer.rtp.slice();
    rig.wire.probe(output, { cluster: 3, rateBps: 5_000_000, bytes: 7000 });
    await ended(3, 7000);
    const count = rig.wire.stats().probePackets;
    await rig.settle(() => viewer.rtp.length === 5 + count);
    const probes = viewer.rtp.slice(5);
    for (const packet of probes) expect(header(packet)).toMatchObject({ ssrc: 8, payloadType: 103 });
    const firsts = probes
      .slice(0, 5)
      .map((packet) => rtpPayload(unwrapRtx(packet, { ssrc: 7, payloadType: 102 })!, header(packet)));
    expect(firsts).toEqual(media.toReversed().map((packet) => rtpPayload(packet, header(packet))));
    for (const packet of probes.slice(5)) {
      expect(packet[0]! & 0x20).toBe(0x20);
      expect(packet.at(-1)).toBe(255);
      expect(rtpPayload(packet, header(packet))).toHaveLength(0);
    }
    const numbers = probes.map((packet) => header(packet).sequenceNumber);
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0]! + index) & 0xffff));
    const log = logged().slice(5);
    expect(log.map(({ kind }) => kind)).toEqual(
      probes.map((_, index) => (index < 5 ? "retransmission" : "padding")),
    );
    expect(log.map(({ size }) => size)).toEqual(probes.map((packet) => packet.length + TAG));
    expect(new Set(log.map(({ cluster }) => cluster))).toEqual(new Set([3]));
    const bytes = log.reduce((sum, { size }) => sum + size, 0);
    expect(bytes).toBeGreaterThanOrEqual(7000);
    expect(bytes - log.at(-1)!.size).toBeLessThan(7000);
    expect(rig.load.stats(viewer.client).authenticationFailures).toBe(0);
    expect(rig.wire.outputStats(output)).toMatchObject({ packets: 5, retransmittedPackets: 0 });
  });

  it("keeps to its rate, whatever the pacer's", async () => {
    const rateBps = 1_000_000;
    rig.wire.setPacing(viewer.peer, { rateBps: 100_000, burstBytes: 10_000 });
    await start();
    rig.wire.probe(output, { cluster: 1, rateBps, bytes: 20_000 });
    await ended(1, 20_000);
    const log = logged().slice(5);
    let before = 0;
    for (const { at, size } of log) {
      // The first byte of a packet is not sent before those ahead of it have had their time; 1 us for rounding.
      expect(before * 8e6).toBeLessThanOrEqual(rateBps * (at - log[0]!.at + 1) + 8 * 255 * 1e6);
      before += size;
    }
    expect(before).toBeGreaterThanOrEqual(20_000);
    expect(rig.wire.stats().pacerDroppedPackets).toBe(0);
  });

  it("ends when a newer one begins, and when nothing is shown any more", async () => {
    await start();
    rig.wire.probe(output, { cluster: 1, rateBps: 100_000, bytes: 65_536 });
    await rig.settle(() => rig.wire.stats().probePackets >= 3);
    rig.wire.probe(output, { cluster: 2, rateBps: 5_000_000, bytes: 3000 });
    await ended(2, 3000);
    const clusters = logged().map(({ cluster }) => cluster);
    expect(clusters.indexOf(2)).toBeGreaterThan(clusters.lastIndexOf(1));
    rig.wire.probe(output, { cluster: 3, rateBps: 100_000, bytes: 65_536 });
    await rig.settle(() => probeTimers() === 1);
    rig.wire.detach(output);
    await rig.settle(() => probeTimers() === 0);
    expect(logged().at(-1)).toMatchObject({ cluster: 3 });
  });

  it("ends with its output and with its peer", async () => {
    await start();
    rig.wire.probe(output, { cluster: 1, rateBps: 100_000, bytes: 65_536 });
    await rig.settle(() => probeTimers() === 1);
    rig.wire.removeOutput(output);
    await rig.settle(() => rig.wire.stats().timers === 0);
    const extensions = { transportCc: 9 };
    output = rig.wire.addOutput({ peer: viewer.peer, kind: "video", ssrc: 70, rtxSsrc: 80, extensions });
    rig.wire.attach(output, source, { payloadType: 102, rtxPayloadType: 103, waitForKeyframe: false });
    rig.load.sendRtp(host.client, [h264Packet({ sequenceNumber: 9, timestamp: 0 })]);
    await rig.settle(() => viewer.rtp.some((packet) => header(packet).ssrc === 70));
    rig.wire.probe(output, { cluster: 1, rateBps: 100_000, bytes: 65_536 });
    await rig.settle(() => probeTimers() === 1);
    rig.wire.closePeer(viewer.peer);
    await rig.settle(() => rig.wire.stats().peers === 1);
    expect(rig.wire.stats()).toMatchObject({ timers: 0 });
  });

  it("is ignored before anything is shown, and without RTX", async () => {
    rig.wire.probe(output, { cluster: 1, rateBps: 1_000_000, bytes: 5000 });
    await start({});
    rig.wire.probe(output, { cluster: 1, rateBps: 1_000_000, bytes: 5000 });
    await rig.flush(host.client);
    expect(rig.wire.stats()).toMatchObject({ probePackets: 0 });
    expect(probeTimers()).toBe(0);
  });
});
