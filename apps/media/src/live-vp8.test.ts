import { withOpus } from "@sameroom/contract";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { judge } from "../../../testing/ffmpeg/judge.ts";
import { eventually } from "./testing/eventually.fixture.ts";
import { HlsPlayer } from "./testing/hls-player.fixture.ts";
import { TestStage } from "./testing/test-room.fixture.ts";
import { encodeVp8, type Vp8Media, Vp8Publisher } from "./testing/vp8-publisher.fixture.ts";

const variantsWith = (sound: string) => [
  [`vp08.00.11.08,${sound}`, "320x180"],
  [`avc1.4d401f,${sound}`, "320x180"],
];

describe("a host whose browser sends VP8, over LL-HLS", () => {
  let stage: TestStage;
  let media: Vp8Media;
  beforeAll(async () => {
    media = await encodeVp8("320x180");
    stage = await TestStage.open({ environment: { SAMEROOM_HLS: "on" } });
  });
  beforeEach(() => stage.newRoom());
  afterEach(() => stage.clear());
  afterAll(() => stage.close());

  it("is offered as it came and in H.264, which is made and decodes, with Opus or AAC", async () => {
    await stage.own(new Vp8Publisher(media)).connect(stage);
    const token = await stage.worker.playbackToken({ room: stage.room });
    const address = `${stage.worker.url}/live/${stage.room}/~${token}/index.m3u8`;
    const hls = new HlsPlayer(address);
    await eventually("playlists", async () => (await hls.get("")).status === 200);
    const text = await (await hls.get("")).text();
    const codecsOf = (list: string) =>
      [...list.matchAll(/CODECS="([^"]+)",RESOLUTION=(\S+?),/g)].map((variant) => variant.slice(1));
    expect(codecsOf(await (await fetch(withOpus(address))).text())).toEqual(variantsWith("opus"));
    expect(codecsOf(text)).toEqual(variantsWith("mp4a.40.2"));
    await Promise.all((await hls.renditions()).map((rendition) => hls.follow(rendition, 2)));
    expect(hls.faults()).toEqual([]);
    const { messages, streams } = await judge(address, { forSeconds: 4 });
    // FFmpeg reads the set-up again after each reload of a live playlist, and says so itself.
    expect(messages.filter((message) => !/Found duplicated MOOV Atom/.test(message))).toEqual([]);
    expect(new Set(streams.map(({ codec }) => codec))).toEqual(new Set(["vp8", "h264", "aac"]));
    for (const { codec, packets, frames, sizes, digests } of streams) {
      expect(frames, codec).toBe(packets);
      if (codec === "vp8" || codec === "h264") expect(sizes, codec).toEqual(["320x180"]);
      // A machine that is too busy leaves pictures out; the same one is never shown twice.
      if (codec === "h264") expect(new Set(digests).size).toBe(frames);
      expect(frames, codec).toBeGreaterThan(20);
    }
  });
});
