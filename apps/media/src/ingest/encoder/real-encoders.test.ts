import { createDepacketizer, type VideoCodecName } from "@sameroom/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
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
