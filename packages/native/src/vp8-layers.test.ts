import { SeededRandom } from "@sameroom/base/testing";
import { parseRtp, readFrameInfo, rtpPayload, serializeRtp, unwrapRtx } from "@sameroom/protocol";
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
