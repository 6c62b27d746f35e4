import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CodecName,
  parseFragment,
  planProgressive,
  repeatParameterSets,
  type StoredTrack,
  serializeEmptyFragment,
  serializeMediaPlaylist,
  serializeMultivariant,
} from "@sameroom/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { judge } from "../testing/ffmpeg/judge.ts";
import { type FragmentedStream, fragmentsOf } from "./harness/fragments.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sameroom-judge-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const whole = ({ init, fragments }: FragmentedStream) =>
  Buffer.concat([init, ...fragments.map(({ bytes }) => bytes)]);

/** Fragments as they lie one after another in `file`, which is written, too. */
async function store(
  file: string,
  stream: FragmentedStream,
  { shiftSeconds = 0, format = 0 } = {},
): Promise<StoredTrack["fragments"]> {
  const bytes = Buffer.concat(stream.fragments.map((fragment) => fragment.bytes));
  await writeFile(file, bytes);
  const stored: StoredTrack["fragments"][number][] = [];
  for (let at = 0; at < bytes.length; ) {
    const { baseTime, samples, end } = parseFragment(bytes, at)!;
    const timescale = stream.format.kind === "video" ? 90_000 : stream.format.sampleRate;
    stored.push({ file, format, baseTime: baseTime + shiftSeconds * timescale, samples });
    at = end;
  }
  return stored;
}

/** Carries out a plan. */
async function write(file: string, plan: ReturnType<typeof planProgressive>): Promise<void> {
  const pieces = [Buffer.from(plan.head)];
  for (const { file: from, offset, size } of plan.ranges)
    pieces.push((await readFile(from)).subarray(offset, offset + size));
  const bytes = Buffer.concat(pieces);
  expect(bytes.length).toBe(plan.byteLength);
  await writeFile(file, bytes);
}

describe("FFmpeg reads what we write", () => {
  it.each<[CodecName, string]>([
    ["h264", "h264"],
    ["vp8", "vp8"],
    ["vp9", "vp9"],
    ["av1", "libdav1d"],
  ])("fragments of %s, packed by itself, without a word", async (codec, decoder) => {
    const file = join(folder, `${codec}.mp4`);
    await writeFile(file, whole(await fragmentsOf(codec, { frames: 45, perFragment: 7 })));
    const { messages, streams } = await judge(file);
    expect(messages).toEqual([]);
    expect(streams).toMatchObject([
      { codec: decoder, packets: 45, frames: 45, keyframes: 2, firstSeconds: 0, sizes: ["642x362"] },
    ]);
    expect(streams[0]!.endSeconds).toBeCloseTo(1.5, 6);
    expect(new Set(streams[0]!.digests).size).toBe(45);
  });

  it("fragments in which nothing is, because a picture before them lasts on", async () => {
    const file = join(folder, "held.mp4");
    const { init, fragments } = await fragmentsOf("h264", { frames: 30, perFragment: 6 });
    const held = fragments.flatMap(({ bytes }, index) => [
      bytes,
      serializeEmptyFragment({ sequence: 100 + index, baseTime: (index + 1) * 18_000 - 3000 }),
    ]);
    await writeFile(file, Buffer.concat([init, ...held]));
    const { messages, streams } = await judge(file);
    expect(messages).toEqual([]);
    expect(streams).toMatchObject([{ packets: 30, frames: 30, firstSeconds: 0 }]);
    expect(streams[0]!.endSeconds).toBeCloseTo(1, 6);
  });

  it("fragments of Opus, and times beyond 32 bits", async () => {
    const file = join(folder, "opus.mp4");
    const baseTime = 48_000 * 1_000_000;
    const stream = await fragmentsOf("opus", { frames: 50, perFragment: 13, baseTime });
    await writeFile(file, whole(stream));
    const { messages, streams } = await judge(file);
    expect(messages).toEqual([]);
    const seconds = stream.fragments.reduce((sum, fragment) => sum + fragment.seconds, 0);
    expect(streams[0]).toMatchObject({ codec: "opus", firstSeconds: 1_000_000 });
    expect(streams[0]!.endSeconds - 1_000_000).toBeCloseTo(seconds, 6);
    expect(streams[0]!.frames).toBe(streams[0]!.packets);
  });

  it("fragments of AAC", async () => {
    const file = join(folder, "aac.mp4");
    const stream = await fragmentsOf("aac", { frames: 40, perFragment: 9 });
    await writeFile(file, whole(stream));
    const { messages, streams } = await judge(file);
    expect(messages).toEqual([]);
    expect(streams[0]).toMatchObject({ codec: "aac", firstSeconds: 0 });
    expect(streams[0]!.packets).toBeGreaterThanOrEqual(40);
    expect(streams[0]!.frames).toBe(streams[0]!.packets);
  });

  it("but not what is damaged", async () => {
    const file = join(folder, "damaged.mp4");
    const stream = await fragmentsOf("h264", { frames: 10, perFragment: 10 });
    const bytes = whole(stream);
    // The lengths of NAL units with them.
    bytes.fill(0x55, bytes.length - 9000, bytes.length - 200);
    await writeFile(file, bytes);
    expect((await judge(file)).messages).not.toEqual([]);
  });

  it("playlists of H.264 with Opus", async () => {
    const video = await fragmentsOf("h264", { frames: 60, perFragment: 30 });
    const audio = await fragmentsOf("opus", { frames: 100, perFragment: 50 });
    for (const [name, { init, fragments }] of Object.entries({ video, audio })) {
      const at = join(folder, name);
      await mkdir(at);
      await writeFile(join(at, "init.mp4"), init);
      for (const [index, { bytes }] of fragments.entries()) await writeFile(join(at, `${index}.m4s`), bytes);
      const segments = fragments.map(({ seconds }, index) => ({
        uri: `${index}.m4s`,
        duration: seconds,
        map: "init.mp4",
      }));
      const playlist = { targetDuration: 1, mediaSequence: 0, discontinuitySequence: 0, segments };
      await writeFile(
        join(at, "index.m3u8"),
        serializeMediaPlaylist({ ...playlist, type: "VOD", isEnded: true }),
      );
    }
    const index = serializeMultivariant({
      independentSegments: true,
      audio: [{ groupId: "opus", name: "Sound", uri: "audio/index.m3u8", isDefault: true, channels: 2 }],
      variants: [
        {
          uri: "video/index.m3u8",
          bandwidth: 600_000,
          codecs: [video.format.codecs, "opus"],
          resolution: { width: 642, height: 362 },
          audioGroup: "opus",
        },
      ],
    });
    await writeFile(join(folder, "index.m3u8"), index);
    const { messages, streams } = await judge(join(folder, "index.m3u8"));
    expect(messages).toEqual([]);
    expect(streams.map(({ codec }) => codec).sort()).toEqual(["h264", "opus"]);
    expect(streams.find(({ codec }) => codec === "h264")?.frames).toBe(60);
  });

  it("a playlist whose set-up changes, once keyframes tell it, too: FFmpeg keeps the first EXT-X-MAP", async () => {
    const sizes = ["642x362", "320x180", "642x362"];
    const streams = await Promise.all(
      sizes.map((size, index) =>
        fragmentsOf("h264", { frames: 30, perFragment: 30, size, baseTime: index * 90_000 }),
      ),
    );
    const at = join(folder, "change");
    await mkdir(at);
    const alone: string[] = [];
    for (const [index, stream] of streams.entries()) {
      await writeFile(join(at, `init-${index}.mp4`), stream.init);
      await writeFile(join(at, "alone.mp4"), whole(stream));
      alone.push(...(await judge(join(at, "alone.mp4"))).streams[0]!.digests);
    }
    const play = async (change: (stream: FragmentedStream) => Uint8Array) => {
      for (const [index, stream] of streams.entries())
        await writeFile(join(at, `${index}.m4s`), change(stream));
      const segments = streams.map((_, index) => ({
        ...{ uri: `${index}.m4s`, duration: 1, map: `init-${index}.mp4`, discontinuity: index > 0 },
      }));
      const playlist = { targetDuration: 1, mediaSequence: 0, discontinuitySequence: 0, segments };
      await writeFile(
        join(at, "index.m3u8"),
        serializeMediaPlaylist({ ...playlist, type: "VOD", isEnded: true }),
      );
      return (await judge(join(at, "index.m3u8"))).streams[0]!;
    };
    const before = await play(({ fragments }) => fragments[0]!.bytes);
    expect(before.digests).not.toEqual(alone);
    const after = await play(({ format, fragments }) => {
      if (format.kind !== "video") throw new Error("no video");
      return repeatParameterSets(format, fragments[0]!.bytes)!;
    });
    expect(after.sizes).toEqual(sizes);
    expect(after.digests).toEqual(alone);
  });

  it("a progressive file: the same pictures, sound in step", async () => {
    const video = await fragmentsOf("h264", { frames: 90, perFragment: 8 });
    const audio = await fragmentsOf("opus", { frames: 150, perFragment: 11 });
    await writeFile(join(folder, "direct.mp4"), whole(video));
    const plan = planProgressive([
      {
        formats: [video.format],
        fragments: await store(join(folder, "v.m4s"), video, { shiftSeconds: 100 }),
      },
      {
        formats: [audio.format],
        fragments: await store(join(folder, "a.m4s"), audio, { shiftSeconds: 100.5 }),
      },
    ]);
    expect(plan.durationSeconds).toBeCloseTo(3.5, 1);
    await write(join(folder, "progressive.mp4"), plan);
    const { messages, streams } = await judge(join(folder, "progressive.mp4"));
    expect(messages).toEqual([]);
    expect(streams[0]).toMatchObject({ codec: "h264", packets: 90, keyframes: 3, firstSeconds: 0 });
    expect(streams[0]!.endSeconds).toBeCloseTo(3, 6);
    expect(streams[1]).toMatchObject({ codec: "opus", firstSeconds: 0.5 });
    const direct = await judge(join(folder, "direct.mp4"));
    expect(streams[0]!.digests).toEqual(direct.streams[0]!.digests);
  });

  it("a progressive file over a pause and a change of size", async () => {
    const before = await fragmentsOf("h264", { frames: 30, perFragment: 30 });
    const after = await fragmentsOf("h264", { frames: 30, perFragment: 30, size: "320x180" });
    const plan = planProgressive([
      {
        formats: [before.format, after.format],
        fragments: [
          ...(await store(join(folder, "one.m4s"), before)),
          ...(await store(join(folder, "two.m4s"), after, { shiftSeconds: 5, format: 1 })),
        ],
      },
    ]);
    await write(join(folder, "pause.mp4"), plan);
    const { messages, streams } = await judge(join(folder, "pause.mp4"));
    expect(messages).toEqual([]);
    expect(streams).toMatchObject([
      { packets: 60, frames: 60, keyframes: 2, firstSeconds: 0, sizes: ["642x362", "320x180"] },
    ]);
    expect(streams[0]!.endSeconds).toBeCloseTo(6, 6);
  });
});
