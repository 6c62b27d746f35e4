import { parseRtp, rtpPayload, timestampDelta, unwrapRtx } from "@sameroom/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OutputId, SourceId } from "./index.ts";
import { type Connected, h264Packet, Rig } from "./rig.fixture.ts";

const FRAME = 3000;
const SIZE = 1000;
const RULE = { payloadType: 102, rtxPayloadType: 103, startFromPast: true };
const header = (packet: Uint8Array) => parseRtp(packet)!;

describe("starting from the past", () => {
  let rig: Rig;
  let viewer: Connected;
  let source: SourceId;
  let next = 65_500;
  beforeEach(async () => {
    rig = new Rig({ wire: { cachePackets: 64, senderReportIntervalMs: 60_000 } });
    viewer = await rig.connect();
    source = rig.wire.addSource({
      peer: "local",
      ssrc: 1000,
      kind: "video",
      codec: "h264",
      clockRate: 90_000,
      payloadType: 96,
      extensions: {},
      pastPackets: 300,
    });
    next = 65_500;
  });
  afterEach(() => rig.close());

  const addOutput = (peer = viewer.peer): OutputId =>
    rig.wire.addOutput({ peer, kind: "video", ssrc: 7, rtxSsrc: 8, extensions: { transportCc: 9 } });
  /** Frames of one packet, in one call each. */
  const inject = (count: number, keyframe: boolean): Uint8Array[] =>
    Array.from({ length: count }, (_, place) => {
      const packet = h264Packet({
        sequenceNumber: next,
        timestamp: next * FRAME,
        keyframe: keyframe && place === 0,
        size: SIZE,
      });
      next += 1;
      rig.wire.inject(source, [packet]);
      return packet;
    });
  const received = (count: number, by = viewer) =>
    rig.settle(() => by.rtp.length >= count, `the viewer has ${count} packets, not ${by.rtp.length}`);
  const payloadsOf = (packets: readonly Uint8Array[]) =>
    packets.map((packet) => Buffer.from(rtpPayload(packet, header(packet))).toString("hex"));

  it("brings a joiner everything since the keyframe, and then goes on live", async () => {
    const past = inject(200, true);
    const output = addOutput();
    rig.wire.attach(output, source, RULE);
    await received(200);
    const live = inject(5, false);
    await received(205);
    expect(payloadsOf(viewer.rtp)).toEqual(payloadsOf([...past, ...live]));
    const sent = viewer.rtp.map(header);
    for (const [place, { sequenceNumber, timestamp }] of sent.entries()) {
      if (place === 0) continue;
      const before = sent[place - 1]!;
      expect(sequenceNumber).toBe((before.sequenceNumber + 1) & 0xffff);
      const step = timestampDelta(timestamp, before.timestamp);
      if (place >= 200) expect(step).toBe(FRAME);
      else expect(step).toBeGreaterThan(0);
    }
    expect(timestampDelta(sent[199]!.timestamp, sent[0]!.timestamp)).toBe(Math.ceil((199 * FRAME) / 64));
    expect(rig.heard.switched).toEqual([{ output, source, sequenceNumber: sent[0]!.sequenceNumber }]);
  });

  it("starts on what has a keyframe now when the viewer connects later than it is attached", async () => {
    const late = rig.introduce();
    rig.wire.attach(addOutput(late.peer), source, RULE);
    inject(10, true);
    rig.load.setCapture(late.client, true);
    rig.load.connect(late.client);
    await rig.settle(() => rig.load.stats(late.client).connected && rig.isConnected(late.peer));
    inject(1, false);
    await received(11, late);
    expect(rig.wire.stats()).toMatchObject({ pacerDroppedPackets: 0 });
  });

  it("sends what was lost of it again, the same, however long ago it came in", async () => {
    inject(60, true);
    const output = addOutput();
    rig.wire.attach(output, source, RULE);
    await received(60);
    const lost = viewer.rtp[3]!;
    rig.wire.resend(output, [header(lost).sequenceNumber], 5000);
    await received(61);
    const again = unwrapRtx(viewer.rtp[60]!, { ssrc: 7, payloadType: 102 })!;
    expect(header(again)).toMatchObject({
      sequenceNumber: header(lost).sequenceNumber,
      timestamp: header(lost).timestamp,
    });
    expect(payloadsOf([again])).toEqual(payloadsOf([lost]));
  });

  it("keeps to the pace, and what is live waits behind it until the viewer has caught up", async () => {
    const past = inject(100, true);
    rig.wire.setPacing(viewer.peer, { rateBps: 1_000_000, burstBytes: 5000 });
    const output = addOutput();
    const sent = rig.wire.sentPackets(viewer.peer)!;
    rig.wire.attach(output, source, RULE);
    const live = inject(20, false);
    await received(120);
    expect(payloadsOf(viewer.rtp)).toEqual(payloadsOf([...past, ...live]));
    expect(rig.wire.stats()).toMatchObject({ pacerDroppedPackets: 0 });
    const leftAt = (place: number) => (sent.find(place) ? sent.sentMicros : Number.NaN);
    expect(leftAt(119) - leftAt(0)).toBeGreaterThan(600_000);
  });

  it("waits for the next keyframe when the past would take too long", async () => {
    inject(100, true);
    rig.wire.setPacing(viewer.peer, { rateBps: 500_000, burstBytes: 5000 });
    const output = addOutput();
    rig.wire.attach(output, source, RULE);
    inject(2, false);
    const keyframe = inject(1, true);
    await received(1);
    expect(payloadsOf(viewer.rtp)).toEqual(payloadsOf(keyframe));
  });

  it("waits for the next keyframe when the source sent more than it keeps", async () => {
    inject(301, true);
    rig.wire.attach(addOutput(), source, RULE);
    inject(2, false);
    const keyframe = inject(1, true);
    await received(1);
    expect(payloadsOf(viewer.rtp)).toEqual(payloadsOf(keyframe));
  });

  it("is for those who ask for it", async () => {
    inject(10, true);
    rig.wire.attach(addOutput(), source, { payloadType: 102 });
    const live = [...inject(2, false), ...inject(1, true)];
    await received(1);
    expect(payloadsOf(viewer.rtp)).toEqual(payloadsOf(live.slice(2)));
  });

  it("changes the source under a viewer's eyes without a step back", async () => {
    const other = rig.wire.addSource({
      peer: "local",
      ssrc: 2000,
      kind: "video",
      codec: "h264",
      clockRate: 90_000,
      payloadType: 96,
      extensions: {},
    });
    const output = addOutput();
    rig.wire.attach(output, other, RULE);
    rig.wire.inject(other, [h264Packet({ ssrc: 2000, sequenceNumber: 1, timestamp: 5, keyframe: true })]);
    inject(40, true);
    await received(1);
    rig.wire.attach(output, source, RULE);
    await received(41);
    const timestamps = viewer.rtp.map((packet) => header(packet).timestamp);
    const steps = timestamps.slice(1).map((each, place) => timestampDelta(each, timestamps[place]!));
    expect(Math.min(...steps)).toBeGreaterThan(0);
  });
});
