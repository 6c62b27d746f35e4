import { parseRtp, rtpPayload, timestampDelta } from "@sameroom/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OutputId, SourceId } from "./index.ts";
import { type Connected, h264Packet, Rig } from "./rig.fixture.ts";

const header = (packet: Uint8Array) => parseRtp(packet)!;
const OLD = 1000;
const NEW = 2000;

/** The number of the packet that an RTX packet brings again (RFC 4588 section 4). */
const originalOf = (packet: Uint8Array) => {
  const payload = rtpPayload(packet, header(packet));
  return payload[0]! * 256 + payload[1]!;
};

/** What waits of a layer that a viewer's network cannot take must not keep the smaller one waiting. */
describe("a switch while packets wait", () => {
  let rig: Rig;
  let viewer: Connected;
  let output: OutputId;
  let old: SourceId;
  let smaller: SourceId;
  beforeEach(async () => {
    rig = new Rig({ wire: { senderReportIntervalMs: 60_000 } });
    viewer = await rig.connect();
    old = addSource(OLD);
    smaller = addSource(NEW);
    output = rig.wire.addOutput({
      peer: viewer.peer,
      kind: "video",
      ssrc: 7,
      rtxSsrc: 8,
      extensions: { transportCc: 9 },
    });
    rig.wire.attach(output, old, { payloadType: 102, rtxPayloadType: 103 });
    rig.wire.setPacing(viewer.peer, { rateBps: 400_000, burstBytes: 3000 });
  });
  afterEach(() => rig.close());

  const addSource = (ssrc: number): SourceId =>
    rig.wire.addSource({
      ...{ peer: "local", ssrc, kind: "video", codec: "h264" },
      ...{ clockRate: 90_000, payloadType: 96, extensions: {} },
    });
  const inject = (ssrc: number, from: number, count: number, keyframe = from === 0) =>
    rig.wire.inject(
      ssrc === OLD ? old : smaller,
      Array.from({ length: count }, (_, place) =>
        h264Packet({
          ssrc,
          sequenceNumber: from + place,
          timestamp: (from + place) * 3000,
          keyframe: keyframe && place === 0,
          size: ssrc === OLD ? 1000 : 600,
        }),
      ),
    );
  /** Of the layers, told apart by their size. */
  const shown = () =>
    viewer.rtp
      .filter((packet) => header(packet).ssrc === 7)
      .map((packet) => (packet.length > 800 ? OLD : NEW));
  const switched = () => rig.settle(() => shown().includes(NEW));
  const toSmaller = () => rig.wire.attach(output, smaller, { payloadType: 102, rtxPayloadType: 103 });

  it("drops them, and the new keyframe leaves next, under the numbers that nobody has seen", async () => {
    inject(OLD, 0, 20);
    await rig.settle(() => shown().length > 0);
    toSmaller();
    inject(NEW, 0, 4);
    await rig.settle(() => shown().filter((each) => each === NEW).length === 4);
    const packets = viewer.rtp.map(header);
    const kept = shown().indexOf(NEW);
    expect(kept).toBeLessThan(20);
    expect(shown().slice(kept)).toEqual([NEW, NEW, NEW, NEW]);
    expect(rig.wire.stats().pacerDroppedPackets).toBe(20 - kept);
    for (const [place, { sequenceNumber, timestamp }] of packets.entries()) {
      if (place === 0) continue;
      expect(sequenceNumber).toBe((packets[place - 1]!.sequenceNumber + 1) & 0xffff);
      expect(timestampDelta(timestamp, packets[place - 1]!.timestamp)).toBeGreaterThan(0);
    }
    expect(rig.heard.switched.at(-1)).toEqual({
      output,
      source: smaller,
      sequenceNumber: packets[kept]!.sequenceNumber,
    });
    // A number used twice with other bytes would be a replay.
    expect(rig.load.stats(viewer.client).authenticationFailures).toBe(0);
  });

  it("goes on with the old layer until the keyframe is there", async () => {
    inject(OLD, 0, 10);
    await rig.settle(() => shown().length > 0);
    toSmaller();
    inject(NEW, 5, 2, false);
    await rig.settle(() => shown().length === 10);
    expect(shown()).not.toContain(NEW);
  });

  it("lets a keyframe wait that is bigger than what may wait otherwise", async () => {
    inject(OLD, 0, 20);
    await rig.settle(() => shown().length > 0);
    toSmaller();
    // 0.8 s at the rate, where half a second may wait.
    inject(NEW, 0, 64);
    const count = () => shown().filter((each) => each === NEW).length;
    await rig.settle(() => count() === 64);
    expect(rig.load.stats(viewer.client).authenticationFailures).toBe(0);
  });

  it("never gives away a number again that the viewer knows from a repair or a probe", async () => {
    inject(OLD, 0, 20);
    await rig.settle(() => shown().length > 0);
    const first = header(viewer.rtp[0]!).sequenceNumber;
    const all = Array.from({ length: 20 }, (_, place) => (first + place) & 0xffff);
    rig.wire.setPacing(viewer.peer, { rateBps: 1, burstBytes: 0 });
    rig.wire.probe(output, { cluster: 1, rateBps: 5_000_000, bytes: 5000 });
    rig.wire.resend(output, all.slice(15), 10_000);
    await rig.settle(() => rig.wire.stats().probePackets > 0);
    toSmaller();
    inject(NEW, 0, 1);
    await rig.settle(() => rig.heard.switched.length === 2);
    rig.wire.setPacing(viewer.peer, undefined);
    await switched();
    const numbers = (pick: (packet: Uint8Array) => boolean) =>
      viewer.rtp.flatMap((packet) =>
        header(packet).ssrc === 7 && pick(packet) ? [header(packet).sequenceNumber] : [],
      );
    const again = viewer.rtp
      .filter((packet) => header(packet).ssrc === 8 && packet.length > 800)
      .map(originalOf);
    expect(again.length).toBeGreaterThan(0);
    const fresh = numbers((packet) => packet.length < 800);
    expect(again.filter((number) => fresh.includes(number))).toEqual([]);
    expect(again.every((number) => all.includes(number))).toBe(true);
    expect(rig.load.stats(viewer.client).authenticationFailures).toBe(0);
  });

  it("leaves alone what waits for another slot of the viewer", async () => {
    const other = rig.wire.addOutput({ peer: viewer.peer, kind: "video", ssrc: 70, extensions: {} });
    rig.wire.attach(other, old, { payloadType: 102 });
    inject(OLD, 0, 8);
    await rig.settle(() => shown().length > 0);
    toSmaller();
    inject(NEW, 0, 2);
    await switched();
    await rig.settle(() => viewer.rtp.filter((packet) => header(packet).ssrc === 70).length === 8);
  });
});
