import { ROLE_GRANTS } from "@sameroom/contract";
import { createDepacketizer } from "@sameroom/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FfmpegEncoder, OBS_AUDIO, OBS_VIDEO } from "../../../../../testing/ffmpeg/publish.ts";
import { eventually } from "../../testing/eventually.fixture.ts";
import { TestControl } from "../../testing/test-control.fixture.ts";
import type { TestViewer } from "../../testing/test-peer.fixture.ts";
import { TestStage } from "../../testing/test-room.fixture.ts";
import { decodeJpeg } from "../../transcode/jpeg.fixture.ts";

const KEY = "sk_the-right-stream-key";
/** As OBS sends, but small: B-frames, a keyframe every two seconds, AAC. */
const VIDEO = { ...OBS_VIDEO, width: 320, height: 180, bitrate: 300_000 };

describe("an encoder on RTMP", () => {
  let control: TestControl;
  let stage: TestStage;

  beforeEach(async () => {
    control = await new TestControl().start();
    control.keys = (room, key) =>
      key === KEY && (room === null || room === stage.room)
        ? {
            ...{ room: stage.room, participant: "user:ada", name: "Ada", role: "host" as const },
            grants: ROLE_GRANTS.host,
          }
        : null;
    stage = await TestStage.open({
      controlLinkUrl: control.url,
      environment: { SAMEROOM_RTMP_PORT: "0", SAMEROOM_HLS: "on" },
    });
    stage.newRoom();
    await eventually("hello", () => control.of("hello").length);
  });
  afterEach(async () => {
    await stage.close();
    await control.close();
  });

  /** Where control was told that encoders go. */
  const address = (name: string) => `rtmp://127.0.0.1${control.of("hello")[0]!.ingest.rtmp}/live/${name}`;

  async function publish(name = KEY): Promise<FfmpegEncoder> {
    const encoder = await FfmpegEncoder.publish({
      url: address(name),
      muxer: "flv",
      video: VIDEO,
      audio: OBS_AUDIO,
    });
    stage.own({ close: () => encoder.kill() });
    return encoder;
  }

  const publishers = () => control.of("publisher").map(({ publisher }) => publisher);
  const gone = () => control.of("publisher-gone");

  function picturesOf({ video }: TestViewer): number {
    const depacketizer = createDepacketizer("h264");
    return video.filter(({ payload, timestamp, marker }) => depacketizer.take(payload, timestamp, marker))
      .length;
  }

  it("is on air in the room of its key: control hears of it, viewers see and hear", async () => {
    const viewer = await stage.viewer();
    const encoder = await publish();
    await eventually("control knows", () => publishers()[0]);
    expect(publishers()[0]).toMatchObject({ room: stage.room, participant: "user:ada", protocol: "rtmp" });
    expect(control.of("check-stream-key")[0]).toMatchObject({ room: null });
    // FFmpeg makes of it what WebRTC plays, and takes its time to begin on a machine that is busy.
    const isPlaying = () => picturesOf(viewer) > 30 && viewer.audio.length > 30;
    await eventually("pictures and sound", isPlaying, 90_000);
    const { programs } = stage.worker.app.node;
    expect(programs!.of(stage.room)!.formatOf("aac")).toMatchObject({ codec: "aac", sampleRate: 48_000 });
    expect(programs!.of(stage.room)!.formatOf("v-single")).toMatchObject({ codec: "h264", width: 320 });
    const { room, jpeg } = await eventually("a picture for its card", () => control.of("thumbnail")[0]);
    expect(room).toBe(stage.room);
    expect(decodeJpeg(Buffer.from(jpeg, "base64"))).toMatchObject({ width: 320, height: 180 });
    await encoder.stop();
    await eventually("control knows that it left", () => gone()[0]);
    expect(gone()[0]).toMatchObject({ room: stage.room, reason: "left" });
  });

  it("is refused with a wrong key, and in a room that is not its own", async () => {
    await expect(publish("sk_wrong")).rejects.toThrow("Unauthorized");
    await expect(publish(`another-room?key=${KEY}`)).rejects.toThrow("Unauthorized");
    expect(publishers()).toEqual([]);
    const encoder = await publish(`${stage.room}?key=${KEY}`);
    await eventually("control knows", () => publishers()[0]);
    await encoder.stop();
  });

  it("is not disturbed by a second one with the same key, which gets the place of the first when that is gone", async () => {
    const first = await publish();
    await eventually("it flows", () => publishers().some(({ state }) => state === "flowing"));
    for (const _ of ["by mistake", "and by itself"])
      await expect(publish()).rejects.toThrow("Another encoder with the same stream key");
    expect(first.isRunning).toBe(true);
    expect(gone()).toEqual([]);
    expect(stage.worker.app.rtmp.ingest.counts.publishing).toBe(1);
    // What is still there of its connection is silent.
    first.pause();
    await eventually("it is missed", () => publishers().at(-1)?.state === "stalled");
    const second = await publish();
    await eventually("control knows", () => gone()[0]);
    expect(gone()[0]).toMatchObject({ reason: "replaced" });
    expect(second.isRunning).toBe(true);
  });

  it("that was lost and comes back goes on with the same program", async () => {
    const first = await publish();
    await eventually("it flows", () => publishers().some(({ state }) => state === "flowing"));
    const program = await eventually("a program", () => stage.worker.app.node.programs!.of(stage.room));
    await first.kill();
    await eventually("control knows", () => gone()[0]);
    expect(gone()[0]).toMatchObject({ reason: "connection-lost" });
    const before = publishers().length;
    await publish();
    await eventually("it flows again", () =>
      publishers()
        .slice(before)
        .some(({ state }) => state === "flowing"),
    );
    expect(stage.worker.app.node.programs!.of(stage.room)).toBe(program);
  });

  it("is told when the server shuts down", async () => {
    const encoder = await publish();
    await eventually("it is on air", () => publishers()[0]);
    await stage.worker.app.close();
    await encoder.ended();
    expect(stage.worker.app.rtmp.ingest.counts).toMatchObject({ publishing: 0, waiting: 0 });
  });
});
