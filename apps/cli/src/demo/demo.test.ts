import { silentLog } from "@sameroom/base";
import { expect, test } from "vitest";
import { until } from "../supervisor/programs.fixture.ts";
import { openAudioEncoder, openVideoEncoder } from "./encoder.ts";
import { openFrameSource } from "./frame-source.ts";
import { pictureGraph } from "./picture.ts";
import { Publisher } from "./publisher.ts";
import { sampleRate, samplesPerFrame, soundGraph } from "./sound.ts";

const small = { width: 320, height: 180, framesPerSecond: 30 };

/** Levels of 32-bit float samples, as root mean square. */
function loudness(buffer: Buffer): number {
  const samples = new Float32Array(buffer.buffer, buffer.byteOffset, buffer.length / 4);
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
}

test("the picture moves and shows a clock", () => {
  const source = openFrameSource(pictureGraph(small));
  const frames = Array.from({ length: 3 }, () => {
    const frame = source.next();
    expect([frame.width, frame.height]).toEqual([320, 180]);
    return frame.toBuffer();
  });
  source.close();
  expect(frames[1]!.equals(frames[0]!)).toBe(false);
  expect(frames[2]!.equals(frames[1]!)).toBe(false);
  const luma = frames[0]!.subarray(0, 320 * 180);
  const centre = Array.from({ length: 320 }, (_, x) => luma[85 * 320 + x]!);
  expect(Math.max(...centre), "white digits on the dark panel").toBeGreaterThan(200);
});

test("the sound is there, soft, and goes on after it repeats", () => {
  const source = openFrameSource(soundGraph());
  const frames = (10 * sampleRate) / samplesPerFrame + 20;
  let last = 0;
  for (let count = 0; count < frames; count++) {
    const frame = source.next();
    expect(frame.nbSamples).toBe(samplesPerFrame);
    last = loudness(frame.toBuffer());
    expect(last).toBeLessThan(0.1);
  }
  source.close();
  expect(last).toBeGreaterThan(0.001);
});

test("video is constrained baseline with a keyframe twice a second and no frame held back", async () => {
  const source = openFrameSource(pictureGraph(small));
  const encoder = await openVideoEncoder(small);
  const keyframes: number[] = [];
  let packets = 0;
  for (let count = 0; count < 31; count++) {
    encoder.encode(source.next(), BigInt(count), (packet) => {
      expect(packet.pts).toBe(BigInt(count));
      packets += 1;
      if (packet.isKeyframe) keyframes.push(count);
    });
    expect(packets).toBe(count + 1);
  }
  const parameterSet = encoder.context.extraData!;
  expect([...parameterSet.subarray(4, 7)], "SPS, baseline, constrained").toEqual([
    0x67,
    66,
    expect.any(Number),
  ]);
  expect(parameterSet[6]! & 0x40).toBe(0x40);
  expect(keyframes).toEqual([0, 15, 30]);
  source.close();
  encoder.close();
});

test("each sound frame becomes one Opus packet", async () => {
  const source = openFrameSource(soundGraph());
  const encoder = await openAudioEncoder();
  let packets = 0;
  for (let count = 0; count < 10; count++) {
    encoder.encode(source.next(), BigInt(count * samplesPerFrame), () => {
      packets += 1;
    });
  }
  expect(packets).toBeGreaterThanOrEqual(9);
  source.close();
  encoder.close();
});

test("the publisher tries again until it is connected, and ends when told", async () => {
  let attempts = 0;
  let connected = 0;
  const publisher = new Publisher({
    broadcast: async (_target, signal, onConnected) => {
      attempts += 1;
      if (attempts < 3) throw new Error("refused");
      onConnected();
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    },
    random: { next: () => 0 },
    log: silentLog,
    onConnected: () => {
      connected += 1;
    },
  });
  publisher.publish({ url: "http://localhost/whip/demo", streamKey: "k" });
  await until("it is connected", () => connected === 1);
  publisher.publish({ url: "http://localhost/whip/demo", streamKey: "k" });
  await until("it connected anew", () => connected === 2);
  await publisher.stop();
  expect(attempts).toBe(4);
});
