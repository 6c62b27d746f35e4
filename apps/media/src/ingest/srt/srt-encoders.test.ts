import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { judge } from "../../../../../testing/ffmpeg/judge.ts";
import { FfmpegEncoder, type PublishedStream } from "../../../../../testing/ffmpeg/publish.ts";
import { eventually } from "../../testing/eventually.fixture.ts";
import { mp4Of } from "../rtmp/mp4-of.fixture.ts";
import { openTestIngest } from "./srt-ingest.fixture.ts";
import type { SrtIngest } from "./srt-ingest.ts";

const PASSPHRASE = "correct-horse-battery";
const PICTURE = {
  ...{ width: 640, height: 360, framesPerSecond: 30, keyframeSeconds: 1, bitrate: 800_000 },
  preset: "ultrafast",
};
const AAC = { codec: "aac", sampleRate: 44_100, channels: 2, bitrate: 128_000 } as const;

let ingest: SrtIngest | undefined;
let encoder: FfmpegEncoder | undefined;

afterEach(async () => {
  await encoder?.kill();
  await ingest?.close();
  encoder = undefined;
  ingest = undefined;
});

const streams: [string, Pick<PublishedStream, "video" | "audio">, string | undefined][] = [
  [
    "H.264 with B-frames and AAC",
    { video: { ...PICTURE, codec: "h264", bFrames: 2 }, audio: AAC },
    undefined,
  ],
  ["HEVC with B-frames, encrypted", { video: { ...PICTURE, codec: "hevc", bFrames: 2 } }, PASSPHRASE],
  ["Opus alone", { audio: { ...AAC, codec: "opus", sampleRate: 48_000 } }, undefined],
];

test.each(streams)(
  "FFmpeg publishes %s",
  async (_, stream, passphrase) => {
    const opened = await openTestIngest({ passphrase });
    ingest = opened.ingest;
    const secret = passphrase === undefined ? "" : `&passphrase=${passphrase}&pbkeylen=32`;
    const url = `srt://127.0.0.1:${opened.port}?streamid=#!::r=show,m=publish,s=right&latency=1000000&pkt_size=1316${secret}`;
    encoder = await FfmpegEncoder.publish({ url, muxer: "mpegts", seconds: 4, ...stream });
    const feed = await eventually("it is let in", () => opened.door.feeds[0]);
    await encoder.ended();
    await eventually("it has left", () => feed.closedBy);
    expect(feed.closedBy).toBe("left");
    const pictures = feed.units.filter(({ format }) => format.kind === "video");
    const sounds = feed.units.filter(({ format }) => format.kind === "audio");
    if (stream.audio !== undefined) {
      const seconds = sounds.reduce((sum, { samples, format }) => {
        return sum + samples / (format.kind === "audio" ? format.sampleRate : 1);
      }, 0);
      expect(seconds).toBeGreaterThan(3.5);
      expect(sounds[0]!.format.codec).toBe(stream.audio.codec);
    }
    if (stream.video === undefined) return;
    expect(pictures.length).toBeGreaterThan(110);
    expect(pictures.some(({ compositionMicros }) => compositionMicros > 0)).toBe(true);
    const directory = await mkdtemp(join(tmpdir(), "sameroom-srt-"));
    const file = join(directory, "pictures.mp4");
    await writeFile(file, mp4Of(pictures));
    const verdict = await judge(file);
    await rm(directory, { recursive: true });
    expect(verdict.messages).toEqual([]);
    expect(verdict.streams[0]).toMatchObject({ codec: stream.video.codec, frames: pictures.length });
  },
  120_000,
);

test("FFmpeg is told that its key is wrong", async () => {
  const opened = await openTestIngest();
  ingest = opened.ingest;
  const url = `srt://127.0.0.1:${opened.port}?streamid=publish:wrong`;
  const publishing = FfmpegEncoder.publish({ url, muxer: "mpegts", audio: AAC });
  await expect(publishing).rejects.toThrow(/FFmpeg ended/);
  expect(opened.ingest.counts.refused.get("unauthorized")).toBe(1);
});
