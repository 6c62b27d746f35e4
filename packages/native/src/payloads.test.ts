import { SeededRandom } from "@sameroom/base/testing";
import {
  parseRed,
  parseRtp,
  RewriteSource,
  readFrameInfo,
  rtpPayload,
  serializeRed,
  serializeRtp,
  unwrapRtx,
} from "@sameroom/protocol";
import { type ModelPacket, ModelStream } from "@sameroom/protocol/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AttachOptions, OutputId, SourceId } from "./index.ts";
import { type Connected, Rig } from "./rig.fixture.ts";

const header = (packet: Uint8Array) => parseRtp(packet)!;
const payload = (packet: Uint8Array) => rtpPayload(packet, header(packet));
const after = (sequenceNumber: number, by: number) => (sequenceNumber + by) & 0xffff;
/** Packets of one batch are padded to one size; retransmissions are not. */
const withoutPadding = (packet: Uint8Array) =>
  serializeRtp({ ...header(packet), payload: payload(packet), paddingLength: 0 });

let rig: Rig;
let host: Connected;
let viewer: Connected;
beforeEach(async () => {
  rig = new Rig();
  host = await rig.connect();
  viewer = await rig.connect();
});
afterEach(() => rig.close());
const send = (packets: readonly ModelPacket[]) =>
  rig.load.sendRtp(
    host.client,
    packets.map(({ packet }) => packet),
  );
const received = (count: number) =>
  rig.settle(() => viewer.rtp.length >= count, `the viewer has ${count} packets`);

describe("VP8 layers", () => {
  let output: OutputId;
  const random = new SeededRandom(41);
  /** A simulcast layer as an encoder starts it: every counter somewhere. */
  const layer = (ssrc: number): { source: SourceId; stream: ModelStream } => {
    const stream = new ModelStream(
      {
        codec: "vp8",
        ssrc,
        payloadType: 96,
        temporalLayers: 3,
        pictureIdBits: 15,
        frameTicks: 3000,
        start: {
          index: random.integer(0, 65_535),
          timestamp: random.integer(0, 2 ** 32 - 1),
          pictureId: random.integer(0, 0x7fff),
          tl0: random.integer(0, 255),
          frameNumber: 0,
        },
      },
      random,
    );
    const source = rig.wire.addSource({
      peer: host.peer,
      ssrc,
      kind: "video",
      codec: "vp8",
      clockRate: 90_000,
      payloadType: 96,
      extensions: {},
    });
    return { source, stream };
  };
  const attach = (source: SourceId, options: Partial<AttachOptions> = {}) =>
    rig.wire.attach(output, source, { payloadType: 102, rtxPayloadType: 103, ...options });
  /** Frames as the viewer's depacketizer tells them apart. */
  const frames = (packets: readonly Uint8Array[]) =>
    packets
      .map((packet) => readFrameInfo("vp8", payload(packet), false))
      .filter(({ start }) => start)
      .map(({ pictureId, tl0, temporalLayer }) => ({
        pictureId: pictureId!.value,
        tl0: tl0!.value,
        temporalLayer: temporalLayer!,
      }));

  beforeEach(() => {
    output = rig.wire.addOutput({ peer: viewer.peer, kind: "video", ssrc: 7, rtxSsrc: 8, extensions: {} });
  });

  it("that take turns decode as one stream", async () => {
    const layers = [layer(1000), layer(2000)];
    let expected = 0;
    for (let turn = 0; turn < 6; turn += 1) {
      const shown = layers[turn % 2]!;
      attach(shown.source);
      for (let step = 0; step < 8; step += 1) {
        for (const each of layers) {
          const packets = each.stream.nextFrame({ keyframe: step === 0, packets: 2 });
          // The other one goes on until the keyframe.
          if (each === shown) expected += 2;
          else if (turn > 0 && step === 0 && each === layers[0]) expected += 2;
          send(packets);
        }
      }
      await rig.flush(host.client);
      await received(expected);
    }
    const [first, ...rest] = frames(viewer.rtp);
    let last = first!;
    for (const frame of rest) {
      expect(frame.pictureId).toBe((last.pictureId + 1) & 0x7fff);
      expect(frame.tl0).toBe((last.tl0 + (frame.temporalLayer === 0 ? 1 : 0)) & 0xff);
      last = frame;
    }
    const numbers = viewer.rtp.map((packet) => header(packet).sequenceNumber);
    expect(numbers).toEqual(numbers.map((_, place) => after(numbers[0]!, place)));
    expect(rest.length).toBeGreaterThan(45);
    expect(rig.load.stats(viewer.client).authenticationFailures).toBe(0);
  });

  it("come again by RTX as they went, ids included", async () => {
    const [low, high] = [layer(1000), layer(2000)];
    attach(low.source);
    send(low.stream.nextFrame({ keyframe: true, packets: 2 }));
    await received(2);
    attach(high.source);
    send(high.stream.nextFrame({ keyframe: true, packets: 2 }));
    await received(4);
    const originals = viewer.rtp.map(withoutPadding);
    expect(payload(originals[2]!)).not.toEqual(payload(originals[0]!));
    rig.wire.resend(
      output,
      originals.map((packet) => header(packet).sequenceNumber),
      10_000,
    );
    await received(8);
    const again = viewer.rtp.slice(4).map((packet) => unwrapRtx(packet, { ssrc: 7, payloadType: 102 }));
    expect(again).toEqual(originals);
  });

  it("go without the frames above the limit, and nobody sees a gap", async () => {
    const { source, stream } = layer(1000);
    attach(source, { maxTemporalLayer: 0 });
    const all = Array.from({ length: 13 }, (_, step) =>
      stream.nextFrame({ keyframe: step === 0, packets: 2 }),
    );
    send(all.flat());
    await received(8);
    await rig.flush(host.client);
    expect(viewer.rtp).toHaveLength(8);
    expect(new Set(frames(viewer.rtp).map(({ temporalLayer }) => temporalLayer))).toEqual(new Set([0]));
    const ids = frames(viewer.rtp).map(({ pictureId }) => pictureId);
    expect(ids).toEqual(ids.map((_, place) => (ids[0]! + place) & 0x7fff));
    const numbers = viewer.rtp.map((packet) => header(packet).sequenceNumber);
    expect(numbers).toEqual(numbers.map((_, place) => after(numbers[0]!, place)));
    expect(rig.wire.outputStats(output)).toMatchObject({ packets: 8 });
    rig.wire.resend(output, numbers, 10_000);
    await received(16);
    const again = viewer.rtp.slice(8).map((packet) => unwrapRtx(packet, { ssrc: 7, payloadType: 102 }));
    expect(again).toEqual(viewer.rtp.slice(0, 8).map(withoutPadding));
  });

  it("fill the number of a late packet that is left out with an empty one", async () => {
    const { source, stream } = layer(1000);
    attach(source, { maxTemporalLayer: 0 });
    send(stream.nextFrame({ keyframe: true, packets: 1 }));
    const [late, ...rest] = stream.nextFrame({ keyframe: false, packets: 2 });
    send(rest);
    stream.nextFrame({ keyframe: false, packets: 0 });
    stream.nextFrame({ keyframe: false, packets: 0 });
    send(stream.nextFrame({ keyframe: false, packets: 1 }));
    await received(2);
    send([late!]);
    await received(3);
    const [first, next, blank] = viewer.rtp.map(header);
    expect(next!.sequenceNumber).toBe(after(first!.sequenceNumber, 2));
    expect(blank).toMatchObject({ sequenceNumber: after(first!.sequenceNumber, 1), marker: false });
    expect(payload(viewer.rtp[2]!)).toHaveLength(0);
    rig.wire.resend(output, [blank!.sequenceNumber], 10_000);
    await received(4);
    expect(payload(viewer.rtp[3]!)).toHaveLength(2);
  });

  it("are told packet by packet, keyframes with how they begin", async () => {
    const { stream } = layer(1000);
    const key = stream.nextFrame({ keyframe: true, packets: 1 });
    const long = Uint8Array.from({ length: 900 }, (_, place) =>
      place < 4 ? [0x10, 0, 0, 0][place]! : place,
    );
    const sequenceNumber = after(key[0]!.index, 9);
    const big = serializeRtp({ payloadType: 96, sequenceNumber, timestamp: 1, ssrc: 1000, payload: long });
    send(key);
    await rig.flush(host.client);
    rig.load.sendRtp(host.client, [big]);
    send(stream.nextFrame({ keyframe: false, packets: 1 }));
    await rig.settle(() => rig.heard.rtp.length === 3);
    expect(
      rig.heard.rtp.map(({ keyframePayload, temporalLayer }) => [keyframePayload, temporalLayer]),
    ).toEqual([
      [payload(key[0]!.packet), 0],
      [long.subarray(0, 256), -1],
      [undefined, 2],
    ]);
  });
});

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
