import { createDepacketizer, isKeyframeStart } from "@sameroom/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FfmpegEncoder, OBS_VIDEO } from "../../../../testing/ffmpeg/publish.ts";
import { eventually } from "../testing/eventually.fixture.ts";
import { encodeRealMedia } from "../testing/real-encoding.fixture.ts";
import { RealPublisher } from "../testing/real-publisher.fixture.ts";
import { TestStage } from "../testing/test-room.fixture.ts";

/** Longer than the test may take. */
const ONE_KEYFRAME = { bFrames: 0, keyframeSeconds: 600, width: 320, height: 180, bitrate: 200_000 };

describe("a publisher over WHIP who cannot be asked for a keyframe", () => {
  let stage: TestStage;
  beforeEach(async () => {
    stage = await TestStage.open();
    stage.newRoom();
  });
  afterEach(() => stage.close());

  it("is seen at once by who joins, from the only keyframe there was", async () => {
    const encoder = await FfmpegEncoder.publish({
      ...{ url: `${stage.worker.url}/whip/${stage.room}`, muxer: "whip" },
      options: { authorization: await stage.hostToken(), handshake_timeout: "20000" },
      video: { ...OBS_VIDEO, ...ONE_KEYFRAME },
    });
    stage.own({ close: () => encoder.kill() });
    const { node } = stage.worker.app;
    await eventually("it flows", () => node.publishers()[0]?.state === "flowing");
    const viewer = await stage.viewer();
    const frames = () => {
      const depacketizer = createDepacketizer("h264");
      return viewer.video.flatMap(
        ({ payload, timestamp, marker }) => depacketizer.take(payload, timestamp, marker) ?? [],
      );
    };
    await eventually("pictures", () => frames().length > 40);
    expect(frames().map(({ keyframe }) => keyframe)).toEqual(frames().map((_, index) => index === 0));
    expect(node.counters.requestedKeyframes).toBe(0);
  });
});

describe("a publisher over WHIP who says that it can be asked, and does not answer", () => {
  /** Who joins right behind a keyframe, where it is found out only now, waits for all of these pictures. */
  const GOP = 75;
  const MOST_JOINERS = 6;

  it("is found out: who joins then begins with the keyframe that was", async () => {
    const stage = await TestStage.open();
    stage.newRoom();
    const media = await encodeRealMedia({ layers: { h: [320, 180] }, seconds: 6, gop: GOP });
    const host = stage.own(new RealPublisher(media));
    host.answersRequests = false;
    await host.connect(stage, await stage.hostToken());
    /** Whether a keyframe was sent between its coming and its first picture. */
    const waited: boolean[] = [];
    while (waited.length < MOST_JOINERS && waited.at(-1) !== false) {
      const seen = host.keyframes;
      await eventually("a keyframe", () => host.keyframes > seen);
      const before = host.keyframes;
      const viewer = await stage.viewer({ participant: `guest:${waited.length}` });
      await eventually("its first picture", () => viewer.video.length > 0);
      waited.push(host.keyframes > before);
      expect(isKeyframeStart("h264", viewer.video[0]!.payload)).toBe(true);
    }
    expect(host.requests.get("h")).toBeGreaterThanOrEqual(2);
    expect([waited[0], waited.at(-1)]).toEqual([true, false]);
    await stage.close();
  });
});
