import { parseRtp, unwrapRtx } from "@sameroom/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OutputId, OutputOptions, SentPackets, SourceId } from "./index.ts";
import { type Connected, h264Packet, Rig } from "./rig.fixture.ts";

const header = (packet: Uint8Array) => parseRtp(packet)!;
/** What a packet of the tests is as a datagram: header, extension, payload, tag of AES-GCM. */
const DATAGRAM = 12 + 8 + 1000 + 16;
/** A late timer's time is made up for, this much of it at most. */
const LATE_SECONDS = 0.05;

describe("pacing", () => {
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
    source = addSource("video", 1000);
    output = addOutput();
    sent = rig.wire.sentPackets(viewer.peer)!;
    rig.wire.attach(output, source, { payloadType: 102, rtxPayloadType: 103 });
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
  const addOutput = (options: Partial<OutputOptions> = {}): OutputId =>
    rig.wire.addOutput({
      peer: viewer.peer,
      kind: "video",
      ssrc: 7,
      rtxSsrc: 8,
      extensions: { transportCc: 9 },
      ...options,
    });
  const video = (count: number, ssrc = 1000) =>
    Array.from({ length: count }, (_, index) =>
      h264Packet({ ssrc, sequenceNumber: index, timestamp: 0, keyframe: index === 0, size: 1000 }),
    );
  const send = (packets: readonly Uint8Array[]) => rig.load.sendRtp(host.client, packets);
  const received = (count: number) =>
    rig.settle(() => viewer.rtp.length >= count, `the viewer has ${count} packets`);
  const numbersOf = (ssrc: number) =>
    viewer.rtp.map(header).flatMap((each) => (each.ssrc === ssrc ? [each.sequenceNumber] : []));
  const inOrder = (numbers: readonly number[]) =>
    numbers.every((each, index) => index === 0 || ((each - numbers[index - 1]!) & 0xffff) < 0x8000);
  /** Timers besides one for each output's reports. */
  const pacerTimers = () => rig.wire.stats().timers - rig.wire.stats().outputs;

  it("holds the rate beyond the burst and keeps the order", async () => {
    const rateBps = 1_000_000;
    rig.wire.setPacing(viewer.peer, { rateBps, burstBytes: 5000 });
    send(video(45));
    await received(45);
    expect(inOrder(numbersOf(7))).toBe(true);
    expect(rig.wire.stats()).toMatchObject({ pacerDroppedPackets: 0 });
    expect(rig.wire.stats().pacedPackets).toBeGreaterThan(30);
    let bytes = 0;
    let first: number | undefined;
    for (let number = 0; number < 45; number += 1) {
      expect(sent.find(number)).toBe(true);
      expect(sent).toMatchObject({ size: DATAGRAM, kind: "video" });
      first ??= sent.sentMicros;
      bytes += sent.size;
      const allowed = 5000 + (rateBps / 8) * ((sent.sentMicros - first) / 1e6 + LATE_SECONDS);
      expect(bytes).toBeLessThanOrEqual(allowed + DATAGRAM);
    }
    expect(sent.sentMicros - first!).toBeGreaterThan(200_000);
    await rig.settle(() => pacerTimers() === 0);
  });

  it("sends what the burst allows at once, without a queue", async () => {
    rig.wire.setPacing(viewer.peer, { rateBps: 100_000, burstBytes: 30 * DATAGRAM });
    send(video(30));
    await received(30);
    expect(rig.wire.stats()).toMatchObject({ pacedPackets: 0, pacerDroppedPackets: 0 });
    expect(pacerTimers()).toBe(0);
  });

  it("lets audio overtake video that waits", async () => {
    const audio = addOutput({ kind: "audio", ssrc: 70, rtxSsrc: 71 });
    rig.wire.attach(audio, addSource("audio", 2000), { payloadType: 109 });
    rig.wire.setPacing(viewer.peer, { rateBps: 1_000_000, burstBytes: 3000 });
    send([...video(50), h264Packet({ ssrc: 2000, sequenceNumber: 1, timestamp: 0 })]);
    await received(51);
    expect(header(viewer.rtp.at(-1)!).ssrc).toBe(7);
    expect(numbersOf(70)).toHaveLength(1);
    expect(inOrder(numbersOf(7))).toBe(true);
    // Numbers are given as packets leave, so the viewer sees no reordering.
    const kinds = Array.from({ length: 51 }, (_, number) => sent.find(number) && sent.kind);
    expect(kinds.indexOf("audio")).toBe(viewer.rtp.findIndex((packet) => header(packet).ssrc === 70));
  });

  it("sends again before waiting video", async () => {
    rig.wire.setPacing(viewer.peer, { rateBps: 1_000_000, burstBytes: 3000 });
    send(video(55));
    await received(1);
    rig.wire.resend(output, numbersOf(7).slice(0, 1), 10_000);
    await received(56);
    expect(header(viewer.rtp.at(-1)!).ssrc).toBe(7);
    const again = viewer.rtp.find((packet) => header(packet).ssrc === 8)!;
    expect(unwrapRtx(again, { ssrc: 7, payloadType: 102 })?.subarray(20)).toEqual(
      viewer.rtp[0]!.subarray(20),
    );
    expect(inOrder(numbersOf(7))).toBe(true);
    expect(rig.wire.stats()).toMatchObject({ retransmittedPackets: 1, retransmitMisses: 0 });
    expect(rig.load.stats(viewer.client).authenticationFailures).toBe(0);
  });

  it("gives up what would wait for more than half a second, and can still send it again", async () => {
    const rateBps = 400_000;
    rig.wire.setPacing(viewer.peer, { rateBps, burstBytes: 3000 });
    send(video(80));
    await rig.flush(host.client);
    await rig.settle(() => pacerTimers() === 0);
    const { pacedPackets, pacerDroppedPackets } = rig.wire.stats();
    await received(80 - pacerDroppedPackets);
    expect(pacerDroppedPackets).toBeGreaterThan(20);
    expect(pacedPackets * DATAGRAM).toBeLessThan((rateBps / 8) * 1.5);
    const numbers = numbersOf(7);
    const first = numbers[0]!;
    const lost = Array.from({ length: 80 }, (_, by) => (first + by) & 0xffff).filter(
      (number) => !numbers.includes(number),
    );
    expect(lost).toHaveLength(pacerDroppedPackets);
    rig.wire.resend(output, lost.slice(0, 2), 10_000);
    await received(80 - pacerDroppedPackets + 2);
    expect(numbersOf(8)).toHaveLength(2);
  });

  it("releases everything when the limit is taken away", async () => {
    rig.wire.setPacing(viewer.peer, { rateBps: 1_000_000, burstBytes: 3000 });
    send(video(40));
    await received(1);
    rig.wire.setPacing(viewer.peer, undefined);
    await received(40);
    expect(inOrder(numbersOf(7))).toBe(true);
    await rig.settle(() => pacerTimers() === 0);
    send([h264Packet({ sequenceNumber: 40, timestamp: 1, size: 1000 })]);
    await received(41);
  });

  it("gives up what has waited too long after the rate fell", async () => {
    rig.wire.setPacing(viewer.peer, { rateBps: 1_000_000, burstBytes: 3000 });
    send(video(50));
    await received(1);
    rig.wire.setPacing(viewer.peer, { rateBps: 50_000, burstBytes: 3000 });
    await rig.settle(() => pacerTimers() === 0);
    const { pacerDroppedPackets } = rig.wire.stats();
    expect(pacerDroppedPackets).toBeGreaterThan(0);
    await received(50 - pacerDroppedPackets);
    expect(viewer.rtp).toHaveLength(50 - pacerDroppedPackets);
  });

  it("drops what waits with its source, and goes on with the next one", async () => {
    rig.wire.setPacing(viewer.peer, { rateBps: 1_000_000, burstBytes: 3000 });
    send(video(50));
    await received(1);
    rig.wire.removeSource(source);
    await rig.settle(() => pacerTimers() === 0);
    const { pacerDroppedPackets } = rig.wire.stats();
    await received(50 - pacerDroppedPackets);
    rig.wire.attach(output, addSource("video", 3000), { payloadType: 102, rtxPayloadType: 103 });
    send(video(2, 3000));
    await received(50 - pacerDroppedPackets + 2);
    expect(rig.load.stats(viewer.client).authenticationFailures).toBe(0);
  });

  it("drops what waits with its output and keeps what is another's", async () => {
    const other = addOutput({ ssrc: 70, rtxSsrc: 71 });
    rig.wire.attach(other, source, { payloadType: 102 });
    rig.wire.setPacing(viewer.peer, { rateBps: 1_000_000, burstBytes: 3000 });
    send(video(25));
    await received(1);
    rig.wire.removeOutput(output);
    await rig.settle(() => numbersOf(70).length === 25);
    await rig.settle(() => pacerTimers() === 0);
    // Under its SSRC again: the numbers of what never left are not used a second time.
    const before = numbersOf(7);
    output = addOutput();
    rig.wire.attach(output, source, { payloadType: 102 });
    send([h264Packet({ sequenceNumber: 30, timestamp: 9, keyframe: true, size: 1000 })]);
    await rig.settle(() => numbersOf(7).length === before.length + 1);
    expect(inOrder(numbersOf(7))).toBe(true);
    expect(rig.load.stats(viewer.client).authenticationFailures).toBe(0);
  });

  it("forgets the queue of a peer that is closed, and survives the end of the wire with one", async () => {
    const another = await rig.connect();
    const its = addOutput({ peer: another.peer });
    rig.wire.attach(its, source, { payloadType: 102, rtxPayloadType: 103 });
    for (const { peer } of [viewer, another])
      rig.wire.setPacing(peer, { rateBps: 1_000_000, burstBytes: 3000 });
    send(video(50));
    await received(1);
    rig.wire.closePeer(viewer.peer);
    await rig.settle(() => rig.wire.stats().peers === 2);
    await rig.settle(() => another.rtp.length > 5);
    await rig.wire.close();
    expect(rig.wire.stats()).toMatchObject({ peers: 0, timers: 0 });
  });
});
