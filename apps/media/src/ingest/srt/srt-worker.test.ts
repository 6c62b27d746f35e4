import { ROLE_GRANTS } from "@sameroom/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FfmpegEncoder, OBS_AUDIO, OBS_VIDEO } from "../../../../../testing/ffmpeg/publish.ts";
import { eventually } from "../../testing/eventually.fixture.ts";
import { TestControl } from "../../testing/test-control.fixture.ts";
import { TestStage } from "../../testing/test-room.fixture.ts";

const KEY = "sk_the-right-stream-key";
const PASSPHRASE = "correct-horse-battery";
/** As OBS sends, but small: B-frames, a keyframe every two seconds, AAC. */
const VIDEO = { ...OBS_VIDEO, width: 320, height: 180, bitrate: 300_000 };

describe("an encoder on SRT", () => {
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
      environment: {
        SAMEROOM_SRT_PORT: "0",
        SAMEROOM_SRT_PASSPHRASE: PASSPHRASE,
        SAMEROOM_HLS: "on",
      },
    });
    stage.newRoom();
    await eventually("hello", () => control.of("hello").length);
  });
  afterEach(async () => {
    await stage.close();
    await control.close();
  });

  async function publish(streamId = `publish:${KEY}`): Promise<FfmpegEncoder> {
    // Where control was told that encoders go.
    const address = `srt://127.0.0.1${control.of("hello")[0]!.ingest.srt}`;
    const encoder = await FfmpegEncoder.publish({
      url: `${address}?streamid=${streamId}&latency=500000&passphrase=${PASSPHRASE}&pbkeylen=16`,
      muxer: "mpegts",
      video: VIDEO,
      audio: OBS_AUDIO,
    });
    stage.own({ close: () => encoder.kill() });
    return encoder;
  }

  const publishers = () => control.of("publisher").map(({ publisher }) => publisher);
  const gone = () => control.of("publisher-gone");
  const counts = () => stage.worker.app.srt.ingest!.counts;

  it("is on air in the room of its key: control hears of it, players get what it sends", async () => {
    const encoder = await publish();
    await eventually("control knows", () => publishers()[0]);
    expect(publishers()[0]).toMatchObject({ room: stage.room, participant: "user:ada", protocol: "srt" });
    expect(control.of("check-stream-key")[0]).toMatchObject({ room: null });
    const { programs } = stage.worker.app.node;
    await eventually("the program has sound", () => programs!.of(stage.room)?.formatOf("aac"));
    expect(programs!.of(stage.room)!.formatOf("aac")).toMatchObject({ codec: "aac", sampleRate: 48_000 });
    await eventually("the program has a picture", () => programs!.of(stage.room)?.formatOf("v-single"));
    expect(programs!.of(stage.room)!.formatOf("v-single")).toMatchObject({ codec: "h264", width: 320 });
    await eventually("its health is told", () =>
      control.of("health").find(({ publishers: [first] }) => first?.roundTripMs != null),
    );
    await encoder.stop();
    await eventually("control knows that it left", () => gone()[0]);
    expect(gone()[0]).toMatchObject({ room: stage.room, reason: "left" });
  });

  it("is refused with a wrong key, and in a room that is not its own", async () => {
    await expect(publish("publish:sk_wrong")).rejects.toThrow("FFmpeg ended");
    await expect(publish(`#!::r=another-room,m=publish,s=${KEY}`)).rejects.toThrow("FFmpeg ended");
    expect(publishers()).toEqual([]);
    expect(counts().refused.get("unauthorized")).toBe(2);
    const encoder = await publish(`#!::r=${stage.room},m=publish,s=${KEY}`);
    await eventually("control knows", () => publishers()[0]);
    await encoder.stop();
  });

  it("is not disturbed by a second one with the same key, which is told of a conflict", async () => {
    const first = await publish();
    await eventually("it flows", () => publishers().some(({ state }) => state === "flowing"));
    await expect(publish()).rejects.toThrow();
    expect(counts().refused.get("conflict")).toBe(1);
    expect(first.isRunning).toBe(true);
    expect(gone()).toEqual([]);
    expect(counts().publishing).toBe(1);
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
    const flowsAgain = () =>
      publishers()
        .slice(before)
        .some(({ state }) => state === "flowing");
    await eventually("it flows again", flowsAgain);
    expect(stage.worker.app.node.programs!.of(stage.room)).toBe(program);
  });

  it("is told when the server shuts down", async () => {
    const encoder = await publish();
    await eventually("it is on air", () => publishers()[0]);
    await stage.worker.app.close();
    await encoder.ended();
    expect(counts()).toMatchObject({ publishing: 0, waiting: 0 });
  });
});
