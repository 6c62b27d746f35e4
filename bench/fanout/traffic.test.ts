import { parseRtp } from "@sameroom/protocol";
import { describe, expect, it } from "vitest";
import { Traffic, TYPICAL_VIDEO } from "./traffic.ts";
import { fragmentsOf, splitEvenly } from "./video-layer.ts";

const LAYER = { ...TYPICAL_VIDEO, ssrc: 1, payloadType: 96 };
const OPTIONS = { layers: [LAYER], audioSsrc: 2, audioPayloadType: 111 };

it("a frame is split into packets that differ by a byte at most", () => {
  expect(splitEvenly(10, 4)).toEqual([4, 3, 3]);
  expect(splitEvenly(8, 4)).toEqual([4, 4]);
  expect(splitEvenly(1, 1200)).toEqual([1]);
});

describe("traffic", () => {
  it("is 2.5 Mbit/s of video at 30 frames and 50 packets of audio a second", () => {
    const bursts = new Traffic(OPTIONS).poll(9_999.9);
    const video = bursts.filter(({ stream }) => stream === 0);
    const bytes = video
      .flatMap(({ packets }) => packets)
      .reduce((sum, packet) => sum + packet.length - 12, 0);
    expect(video).toHaveLength(300);
    expect(bursts.filter(({ stream }) => stream === "audio")).toHaveLength(500);
    expect((bytes * 8) / 10).toBeGreaterThan(2_490_000);
    expect((bytes * 8) / 10).toBeLessThan(2_520_000);
  });

  it("has a keyframe with its parameter sets every two seconds", () => {
    const frames = new Traffic(OPTIONS).poll(4_100).filter(({ stream }) => stream === 0);
    const keyframes = frames.filter(({ packets }) => packets[0]![12] === 0x78);
    expect(keyframes.map(({ atMs }) => Math.round(atMs))).toEqual([0, 2000, 4000]);
    expect(frames[1]!.packets).toHaveLength(fragmentsOf(TYPICAL_VIDEO.bitsPerSecond, false).length);
  });

  it("ends each frame with a marker, and counts without gaps over many polls", () => {
    const traffic = new Traffic(OPTIONS);
    const video = [10, 50, 50, 400].flatMap((ms) => traffic.poll(ms)).filter(({ stream }) => stream === 0);
    const headers = video.flatMap(({ packets }) => packets).map((packet) => parseRtp(packet)!);
    expect(headers.map(({ sequenceNumber }) => sequenceNumber)).toEqual(
      headers.map((_, index) => 1000 + index),
    );
    expect(headers.filter(({ marker }) => marker)).toHaveLength(video.length);
    expect(new Set(headers.map(({ timestamp }) => timestamp)).size).toBe(video.length);
  });

  it("gives nothing twice", () => {
    const traffic = new Traffic(OPTIONS);
    traffic.poll(1000);
    expect(traffic.poll(1000)).toEqual([]);
    expect(traffic.nextFrameMs).toBeGreaterThan(1000);
  });

  it("sends every layer at the same moments, and its name with the first packets", () => {
    const low = {
      ...LAYER,
      ssrc: 3,
      bitsPerSecond: 200_000,
      firstExtensions: [{ id: 10, data: Uint8Array.of(108) }],
    };
    const bursts = new Traffic({ ...OPTIONS, layers: [LAYER, low] }).poll(9_999.9);
    const [top, bottom] = [0, 1].map((layer) => bursts.filter(({ stream }) => stream === layer));
    expect(bottom!.map(({ atMs }) => atMs)).toEqual(top!.map(({ atMs }) => atMs));
    const packets = bottom!.map(({ packets: [first] }) => parseRtp(first!)!);
    expect(packets.map(({ extensions }) => extensions.length)).toEqual(
      packets.map((_, frame) => (frame < 90 ? 1 : 0)),
    );
    expect(packets.every(({ ssrc }) => ssrc === 3)).toBe(true);
  });
});
