import { createDepacketizer, type VideoCodecName } from "@sameroom/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { judge } from "../../../../../testing/ffmpeg/judge.ts";
import { FfmpegEncoder, type PublishedStream } from "../../../../../testing/ffmpeg/publish.ts";
import { eventually } from "../../testing/eventually.fixture.ts";
import { HlsPlayer } from "../../testing/hls-player.fixture.ts";
import { judgeRendition } from "../../testing/hls-recorder.fixture.ts";
import type { TestViewer } from "../../testing/test-peer.fixture.ts";
import { TestStage } from "../../testing/test-room.fixture.ts";

const VIDEO: NonNullable<PublishedStream["video"]> = {
  ...{ codec: "h264", width: 320, height: 180, framesPerSecond: 25 },
  ...{ bFrames: 0, keyframeSeconds: 1, bitrate: 300_000, preset: "ultrafast" },
};
const OPUS: NonNullable<PublishedStream["audio"]> = {
  ...{ codec: "opus", sampleRate: 48_000, channels: 2, bitrate: 64_000 },
};
/** FFmpeg starts in a process of its own, and makes what viewers need in others: on a busy machine that takes its time. */
const PATIENCE_MS = 90_000;

/** Sizes of what a viewer gets, each time they change. */
function sizesOf({ video }: TestViewer, codec: VideoCodecName): string[] {
  const depacketizer = createDepacketizer(codec);
  const sizes: string[] = [];
  for (const { payload, timestamp, marker } of video) {
    const format = depacketizer.take(payload, timestamp, marker)?.format;
    const size = format === undefined ? undefined : `${format.width}x${format.height}`;
    if (size !== undefined && size !== sizes.at(-1)) sizes.push(size);
  }
  return sizes;
}

describe("what real encoders send is seen and heard over WebRTC and LL-HLS", () => {
  let stage: TestStage;
  beforeAll(async () => {
    const environment = { SAMEROOM_HLS: "on", SAMEROOM_RTMP_PORT: "0", SAMEROOM_SRT_PORT: "0" };
    stage = await TestStage.open({ environment });
  });
  beforeEach(() => stage.newRoom());
  afterEach(() => stage.clear());
  afterAll(() => stage.close());

  async function publish(
    over: "rtmp" | "srt",
    stream: Pick<PublishedStream, "video" | "audio">,
  ): Promise<FfmpegEncoder> {
    const token = await stage.hostToken();
    const { rtmp, srt } = stage.worker.app;
    const target: Pick<PublishedStream, "url" | "muxer"> =
      over === "rtmp"
        ? { url: `rtmp://127.0.0.1${rtmp.addresses.rtmp}/live/${stage.room}?key=${token}`, muxer: "flv" }
        : { url: `srt://127.0.0.1${srt.address}?streamid=publish:${token}&pkt_size=1316`, muxer: "mpegts" };
    const encoder = await FfmpegEncoder.publish({ ...target, ...stream });
    stage.own({ close: () => encoder.kill() });
    return encoder;
  }

  const program = () => stage.worker.app.node.programs?.of(stage.room);
  async function player(): Promise<HlsPlayer> {
    await eventually("a program", () => program()?.sound ?? program()?.topLayer, PATIENCE_MS);
    const authorization = `Bearer ${await stage.viewerToken()}`;
    const opened = new HlsPlayer(`${stage.worker.url}/live/${stage.room}/index.m3u8`, { authorization });
    await eventually("playlists", async () => (await opened.get("")).status === 200, PATIENCE_MS);
    return opened;
  }
  const isWatched = (viewer: TestViewer, pictures: number, sounds: number) =>
    eventually(
      "pictures and sound over WebRTC",
      () => viewer.video.length >= pictures && viewer.audio.length >= sounds,
      PATIENCE_MS,
    );

  it("AV1 and Opus over enhanced RTMP", async () => {
    await publish("rtmp", { video: { ...VIDEO, codec: "av1" }, audio: OPUS });
    const hls = await player();
    const viewer = await stage.viewer({ video: ["av1"] });
    await isWatched(viewer, 50, 30);
    expect(sizesOf(viewer, "av1")).toEqual(["320x180"]);
    const [top] = await hls.renditions();
    await hls.follow(top!, 1);
    const [judged] = await judgeRendition(hls, top!);
    expect(judged).toMatchObject({ codec: expect.stringContaining("av1"), sizes: ["320x180"] });
  });

  it.each(["rtmp", "srt"] as const)(
    "HEVC with B-frames over %s: as it came for players that decode it, made H.264 for the others",
    async (over) => {
      await publish(over, {
        video: { ...VIDEO, codec: "hevc", bFrames: 2 },
        audio: { ...OPUS, codec: "aac" },
      });
      const hls = await player();
      const text = await (await hls.get("")).text();
      // Main profile, main tier, level 2, as x265 says in its own parameter sets; progressive and of frames alone.
      expect(
        [...text.matchAll(/CODECS="([^"]+)",RESOLUTION=(\S+?),/g)].map((variant) => variant.slice(1)),
      ).toEqual([
        ["hvc1.1.6.L60.90,mp4a.40.2", "320x180"],
        ["avc1.4d401f,mp4a.40.2", "320x180"],
      ]);
      await Promise.all((await hls.renditions()).map((rendition) => hls.follow(rendition, 2)));
      expect(hls.faults()).toEqual([]);
      const token = await stage.worker.playbackToken({ room: stage.room });
      const address = `${stage.worker.url}/live/${stage.room}/~${token}/index.m3u8`;
      const { messages, streams } = await judge(address, { forSeconds: 4 });
      // FFmpeg reads the set-up again after each reload of a live playlist, and says so itself.
      expect(messages.filter((message) => !/Found duplicated MOOV Atom/.test(message))).toEqual([]);
      expect(streams.map(({ codec }) => codec).sort()).toEqual(["aac", "h264", "hevc"]);
      for (const { codec, packets, frames, sizes, digests } of streams) {
        expect(frames, codec).toBe(packets);
        if (codec === "aac") continue;
        // A machine that is too busy leaves pictures out of what it makes.
        expect(frames, codec).toBeGreaterThanOrEqual((codec === "hevc" ? 4 : 1) * VIDEO.framesPerSecond);
        expect(sizes, codec).toEqual(["320x180"]);
        // Each picture shows another time.
        expect(new Set(digests).size, codec).toBe(frames);
      }
    },
  );

  it("the first of several tracks of enhanced RTMP", async () => {
    const encoder = await publish("rtmp", { video: { ...VIDEO, second: true }, audio: OPUS });
    const hls = await player();
    const viewer = await stage.viewer();
    await isWatched(viewer, 50, 30);
    expect(sizesOf(viewer, "h264")).toEqual(["320x180"]);
    const [top] = await hls.renditions();
    await hls.follow(top!, 1);
    expect((await judgeRendition(hls, top!)).map(({ sizes }) => sizes)).toEqual([["320x180"]]);
    expect(encoder.isRunning).toBe(true);
  });

  it.each(["rtmp", "srt"] as const)("a size that changes in mid-stream over %s", async (over) => {
    const becomes = { afterSeconds: 4, width: 480, height: 270 };
    await publish(over, { video: { ...VIDEO, becomes }, audio: { ...OPUS, codec: "aac" } });
    const hls = await player();
    const viewer = await stage.viewer();
    await eventually("both sizes", () => sizesOf(viewer, "h264").length === 2, PATIENCE_MS);
    expect(sizesOf(viewer, "h264")).toEqual(["320x180", "480x270"]);
    const [top] = await hls.renditions();
    await hls.follow(top!, 2);
    const judged = await judgeRendition(hls, top!);
    expect(judged.map(({ sizes }) => sizes)).toEqual([["320x180"], ["480x270"]]);
  });

  it("sound alone over SRT", async () => {
    await publish("srt", { audio: { ...OPUS, codec: "aac" } });
    const hls = await player();
    const viewer = await stage.viewer();
    await isWatched(viewer, 0, 50);
    expect(viewer.video).toEqual([]);
    const [sound] = await hls.renditions();
    await hls.follow(sound!, 1);
    expect((await judgeRendition(hls, sound!))[0]).toMatchObject({ codec: "aac" });
  });

  it("a picture alone over SRT", async () => {
    await publish("srt", { video: VIDEO });
    const hls = await player();
    const viewer = await stage.viewer();
    await isWatched(viewer, 50, 0);
    const [top] = await hls.renditions();
    await hls.follow(top!, 1);
    expect((await judgeRendition(hls, top!))[0]).toMatchObject({ codec: "h264", sizes: ["320x180"] });
  });
});
