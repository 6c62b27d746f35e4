import { SeededRandom } from "@sameroom/base/testing";
import {
  parseRed,
  parseRtp,
  RewriteSource,
  rtpPayload,
  serializeRed,
  serializeRtp,
} from "@sameroom/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Connected, Rig } from "./rig.fixture.ts";

const header = (packet: Uint8Array) => parseRtp(packet)!;
const payload = (packet: Uint8Array) => rtpPayload(packet, header(packet));

let rig: Rig;
let host: Connected;
let viewer: Connected;
beforeEach(async () => {
  rig = new Rig();
  host = await rig.connect();
  viewer = await rig.connect();
});
afterEach(() => rig.close());
const received = (count: number) =>
  rig.settle(() => viewer.rtp.length >= count, `the viewer has ${count} packets`);

describe("Opus and RED", () => {
  const RED = 63;
  const addSource = () =>
    rig.wire.addSource({
      peer: host.peer,
      ssrc: 1000,
      kind: "audio",
      codec: "opus",
      clockRate: 48_000,
      payloadType: 111,
      red: { payloadType: RED },
      extensions: { audioLevel: 5 },
    });
  /** Packet `index` with the `depth` packets before it. */
  const redPacket = (index: number, depth: number): Uint8Array =>
    serializeRtp({
      payloadType: RED,
      sequenceNumber: index & 0xffff,
      timestamp: index * 960,
      ssrc: 1000,
      extensions: [{ id: 5, data: Uint8Array.of(index & 127) }],
      payload: serializeRed(
        Array.from({ length: depth + 1 }, (_, place) => ({
          payloadType: 111,
          timestampOffset: (depth - place) * 960,
          data: opus(index - depth + place),
        })),
      ),
    });
  const opus = (index: number) => Uint8Array.of(0x78, index >> 8, index & 255);

  it("fills gaps of the source from redundant blocks, as the reference does", async () => {
    const source = addSource();
    rig.wire.setTap(source, true);
    const output = rig.wire.addOutput({ peer: viewer.peer, kind: "audio", ssrc: 7, extensions: {} });
    rig.wire.attach(output, source, { payloadType: 111 });
    const random = new SeededRandom(42);
    const reference = new RewriteSource({
      id: 1,
      peer: 1,
      codec: "opus",
      clockRate: 48_000,
      payloadType: 111,
      ssrc: 1000,
      extensions: {},
      cachePackets: 64,
    });
    const wanted: Uint8Array[] = [];
    const held: number[] = [];
    for (let index = 1000; index < 1400; index += 1) {
      // What precedes the first packet of an output is not sent: that one comes for certain.
      const fate = index === 1000 ? 1 : random.next();
      const arriving = fate < 0.2 ? [] : [index];
      if (fate > 0.1 && fate < 0.2) held.push(index);
      else if (random.next() < 0.3) arriving.push(...held.splice(0));
      for (const each of arriving) {
        const packet = redPacket(each, random.integer(0, 6));
        rig.load.sendRtp(host.client, [packet]);
        wanted.push(...reference.receiveRed(packet, each, 0).map((stored) => stored.packet));
      }
      if (index % 20 === 0) await rig.flush(host.client);
    }
    await rig.flush(host.client);
    await received(wanted.length);
    expect(wanted.length).toBeGreaterThan(380);
    // A late original that a block already stood for is not heard twice.
    expect(rig.heard.tapped).toEqual(wanted);
    expect(viewer.rtp.map(payload)).toEqual(wanted.map(payload));
    const repaired = rig.heard.rtp.filter((fact) => fact.repaired);
    expect(repaired.length).toBeGreaterThan(20);
    expect(repaired.every(({ size, audioLevel }) => size === 0 && audioLevel === -1)).toBe(true);
    expect(rig.heard.rtp.find((fact) => !fact.repaired)!.audioLevel).toBe(1000 & 127);
  });

  it("takes plain packets of the same source, and drops RED that is none", async () => {
    const source = addSource();
    rig.wire.setTap(source, true);
    const plain = serializeRtp({
      payloadType: 111,
      sequenceNumber: 1,
      timestamp: 960,
      ssrc: 1000,
      payload: opus(1),
    });
    const foreign = serializeRed([{ payloadType: 13, timestampOffset: 0, data: opus(2) }]);
    const broken = Uint8Array.of(0xef, 0, 0, 200, 0x6f);
    const bad = [foreign, broken].map((bytes, place) =>
      serializeRtp({
        payloadType: RED,
        sequenceNumber: 2 + place,
        timestamp: 1920,
        ssrc: 1000,
        payload: bytes,
      }),
    );
    const before = rig.wire.stats().droppedMalformed;
    rig.load.sendRtp(host.client, [plain, ...bad]);
    await rig.flush(host.client);
    expect(rig.heard.tapped).toEqual([plain]);
    expect(rig.wire.stats().droppedMalformed - before).toBe(2);
  });

  it("survives any bytes in RED", async () => {
    addSource();
    const random = new SeededRandom(43);
    for (let round = 0; round < 500; round += 1) {
      const bytes = random.bytes(random.integer(0, 200));
      if (bytes.length > 8) bytes.set([0x80 | 111, 0, random.integer(0, 4), random.integer(0, 255), 111]);
      rig.load.sendRtp(host.client, [
        serializeRtp({
          payloadType: RED,
          sequenceNumber: round,
          timestamp: round * 960,
          ssrc: 1000,
          payload: bytes,
        }),
      ]);
      if (round % 50 === 0) await rig.flush(host.client);
    }
    await rig.flush(host.client);
    expect(rig.heard.rtp.length).toBeGreaterThan(50);
    expect(rig.heard.errors).toEqual([]);
  });

  it("sends a viewer each packet with the one before it, and the same bytes when asked again", async () => {
    const source = addSource();
    const output = rig.wire.addOutput({ peer: viewer.peer, kind: "audio", ssrc: 7, extensions: {} });
    rig.wire.attach(output, source, { payloadType: 100, redPayloadType: 101 });
    rig.load.sendRtp(host.client, [redPacket(50, 0), redPacket(51, 0), redPacket(52, 0)]);
    await received(3);
    expect(viewer.rtp.map((packet) => header(packet).payloadType)).toEqual([101, 101, 101]);
    const blocks = viewer.rtp.map((packet) => parseRed(payload(packet)));
    const own = (index: number) => ({ payloadType: 100, timestampOffset: 0, data: opus(index) });
    expect(blocks).toEqual([
      [own(50)],
      [{ ...own(50), timestampOffset: 960 }, own(51)],
      [{ ...own(51), timestampOffset: 960 }, own(52)],
    ]);
    const before = rig.load.stats(viewer.client);
    rig.wire.resend(output, [header(viewer.rtp[1]!).sequenceNumber], 10_000);
    await rig.settle(() => rig.load.stats(viewer.client).packets === 4);
    // The client has the original: its replay window refuses the copy.
    expect(rig.load.stats(viewer.client).authenticationFailures).toBe(before.authenticationFailures + 1);
    rig.wire.attach(output, source, { payloadType: 100 });
    rig.load.sendRtp(host.client, [redPacket(53, 0)]);
    await received(4);
    expect(header(viewer.rtp[3]!).payloadType).toBe(100);
    expect(payload(viewer.rtp[3]!)).toEqual(opus(53));
  });
});
