import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog, type Timers } from "@sameroom/base";
import { TlsCertificate } from "@sameroom/http";
import { generateCertificate } from "@sameroom/native";
import type { AudioFormat } from "@sameroom/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type JudgedStream, judge } from "../../../../../testing/ffmpeg/judge.ts";
import { FfmpegEncoder, type PublishedStream } from "../../../../../testing/ffmpeg/publish.ts";
import { nodeClock } from "../../node/node-clock.ts";
import { eventually } from "../../testing/eventually.fixture.ts";
import type { EncoderUnit } from "../encoder/types.ts";
import { mp4Of } from "./mp4-of.fixture.ts";
import { openRtmp, type Rtmp } from "./open-rtmp.ts";
import { type RecordedFeed, RecordingDoor } from "./recording-door.fixture.ts";

const timers: Timers = {
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

const VIDEO: NonNullable<PublishedStream["video"]> = {
  ...{ codec: "h264", width: 320, height: 180, framesPerSecond: 25 },
  ...{ bFrames: 2, keyframeSeconds: 1, bitrate: 300_000, preset: "veryfast" },
};
const AUDIO: NonNullable<PublishedStream["audio"]> = {
  codec: "aac",
  sampleRate: 44_100,
  channels: 2,
  bitrate: 96_000,
};
const SECONDS = 3;

describe("FFmpeg publishes over RTMP", () => {
  let door: RecordingDoor;
  let rtmp: Rtmp;
  let directory: string;

  beforeEach(async () => {
    door = new RecordingDoor();
    directory = await mkdtemp(join(tmpdir(), "sameroom-rtmp-"));
    rtmp = await openRtmp({
      ...{ door, clock: nodeClock, timers, log: silentLog, random: { bytes: (count) => randomBytes(count) } },
      ...{ config: { port: 0, isDefaultPort: false, tlsPort: undefined }, bind: ["127.0.0.1"] },
    });
  });
  afterEach(async () => {
    await rtmp.close();
    await rm(directory, { recursive: true, force: true });
  });

  const address = (name: string) => `rtmp://127.0.0.1${rtmp.addresses.rtmp}/live/${name}`;

  /** Sends some seconds of it, to the end. */
  async function publish(stream: Omit<PublishedStream, "url" | "muxer">): Promise<RecordedFeed> {
    const encoder = await FfmpegEncoder.publish({
      url: address("right"),
      muxer: "flv",
      seconds: SECONDS,
      ...stream,
    });
    await encoder.ended();
    expect(encoder.said).toBe("");
    const feed = door.feeds.at(-1)!;
    await eventually("the feed is closed", () => feed.closedBy);
    expect(feed.closedBy).toBe("left");
    return feed;
  }

  /** What FFmpeg's decoder makes of the pictures that came. */
  async function decoded(units: readonly EncoderUnit[]): Promise<JudgedStream> {
    const file = join(directory, "came.mp4");
    await writeFile(file, mp4Of(units));
    const { messages, streams } = await judge(file);
    expect(messages).toEqual([]);
    return streams[0]!;
  }

  const of = (units: readonly EncoderUnit[], kind: "audio" | "video") =>
    units.filter(({ format }) => format.kind === kind);
  const dts = ({ ptsMicros, compositionMicros }: EncoderUnit) => ptsMicros - compositionMicros;

  function expectSteady(sound: readonly EncoderUnit[]): void {
    for (const [index, unit] of sound.entries()) {
      const before = sound[index - 1];
      if (before === undefined) continue;
      const duration = (before.samples / (before.format as AudioFormat).sampleRate) * 1_000_000;
      expect(Math.abs(unit.ptsMicros - before.ptsMicros - duration)).toBeLessThan(50);
    }
  }

  it("H.264 with B-frames and AAC at 44.1 kHz, with digests in the handshake", async () => {
    const feed = await publish({ video: VIDEO, audio: AUDIO });
    expect(feed.request).toMatchObject({ protocol: "rtmp", credential: "right", room: undefined });
    const pictures = of(feed.units, "video");
    expect(pictures).toHaveLength(SECONDS * 25);
    expect(pictures[0]!.format).toMatchObject({ codec: "h264", width: 320, height: 180 });
    expect(pictures.filter(({ keyframe }) => keyframe)).toHaveLength(SECONDS);
    expect(pictures.some(({ compositionMicros }) => compositionMicros > 40_000)).toBe(true);
    for (const [index, unit] of pictures.entries())
      if (index > 0) expect(dts(unit)).toBeGreaterThan(dts(pictures[index - 1]!));
    const judged = await decoded(pictures);
    expect(judged).toMatchObject({ codec: "h264", frames: SECONDS * 25, sizes: ["320x180"] });
    const sound = of(feed.units, "audio");
    expect(sound[0]!.format).toMatchObject({
      codec: "aac",
      codecs: "mp4a.40.2",
      sampleRate: 44_100,
      channels: 2,
    });
    expect(sound.length).toBeGreaterThanOrEqual(Math.floor((SECONDS * 44_100) / 1024));
    expectSteady(sound);
    // Sound and picture are on one line.
    expect(Math.abs(sound[0]!.ptsMicros - pictures[0]!.ptsMicros)).toBeLessThan(150_000);
  });

  it("HEVC with B-frames and Opus, as enhanced RTMP has them", async () => {
    const feed = await publish({
      video: { ...VIDEO, codec: "hevc", preset: "ultrafast" },
      audio: { ...AUDIO, codec: "opus", sampleRate: 48_000 },
    });
    const pictures = of(feed.units, "video");
    expect(pictures[0]!.format).toMatchObject({ codec: "hevc", width: 320, height: 180 });
    expect(await decoded(pictures)).toMatchObject({ codec: "hevc", frames: SECONDS * 25 });
    const sound = of(feed.units, "audio");
    expect(sound[0]!).toMatchObject({ samples: 960, format: { codec: "opus", channels: 2 } });
    expectSteady(sound);
  });

  it("VP9, without sound", async () => {
    const feed = await publish({ video: { ...VIDEO, codec: "vp9", bFrames: 0 } });
    const pictures = of(feed.units, "video");
    expect(pictures).toHaveLength(feed.units.length);
    expect(pictures[0]!.format).toMatchObject({ codec: "vp9", width: 320, height: 180 });
    expect(await decoded(pictures)).toMatchObject({ frames: SECONDS * 25 });
  });

  it("sound alone", async () => {
    const feed = await publish({ audio: { ...AUDIO, channels: 1 } });
    expect(of(feed.units, "video")).toEqual([]);
    expect(feed.units[0]!.format).toMatchObject({ codec: "aac", channels: 1 });
    expectSteady(feed.units);
  });

  it("to a room with its key, and learns how the way is", async () => {
    const url = address("evening-show?key=right");
    const encoder = await FfmpegEncoder.publish({
      url,
      muxer: "flv",
      video: { ...VIDEO, framesPerSecond: 23.976 },
    });
    const feed = await eventually("it is on air", () => door.feeds[0]);
    expect(feed).toMatchObject({ room: "evening-show", request: { credential: "right" } });
    await eventually("a ping was answered", () =>
      feed.transports.some(({ roundTripMs }) => roundTripMs !== undefined),
    );
    await eventually("two keyframes came", () => feed.units.filter(({ keyframe }) => keyframe).length > 1);
    expect(rtmp.ingest.counts).toMatchObject({ publishing: 1, waiting: 0 });
    await encoder.stop();
    await eventually("the feed is closed", () => feed.closedBy);
    await eventually("nobody is there", () => rtmp.ingest.counts.publishing === 0);
  });

  it("over TLS", async () => {
    const { certPem, keyPem } = generateCertificate();
    const files = { certFile: join(directory, "cert.pem"), keyFile: join(directory, "key.pem") };
    await writeFile(files.certFile, certPem);
    await writeFile(files.keyFile, keyPem);
    const certificate = await TlsCertificate.open({ files, timers, log: silentLog });
    const secure = await openRtmp({
      certificate,
      ...{ door, clock: nodeClock, timers, log: silentLog, random: { bytes: (count) => randomBytes(count) } },
      ...{ config: { port: undefined, isDefaultPort: false, tlsPort: 0 }, bind: ["127.0.0.1"] },
    });
    const url = `rtmps://127.0.0.1${secure.addresses.rtmps}/live/right`;
    const encoder = await FfmpegEncoder.publish({
      url,
      muxer: "flv",
      seconds: 2,
      video: VIDEO,
      audio: AUDIO,
    });
    await encoder.ended();
    const feed = door.feeds[0]!;
    await eventually("the feed is closed", () => feed.closedBy);
    expect(of(feed.units, "video")).toHaveLength(50);
    await secure.close();
    certificate.close();
  });

  it("with a wrong key, and is told so", async () => {
    const publishing = FfmpegEncoder.publish({ url: address("wrong"), muxer: "flv", video: VIDEO });
    await expect(publishing).rejects.toThrow(/Unauthorized: .*key/);
    await eventually("the connection is gone", () => rtmp.ingest.counts.waiting === 0);
    expect(rtmp.ingest.counts.ends).toEqual(new Map([["refused", 1]]));
  });

  it("until somebody takes its place, or it is killed", async () => {
    const encoder = await FfmpegEncoder.publish({ url: address("right"), muxer: "flv", video: VIDEO });
    const feed = await eventually("media came", () => door.feeds.find(({ units }) => units.length > 0));
    feed.end("replaced");
    await encoder.ended();
    await eventually("nobody is there", () => rtmp.ingest.counts.publishing === 0);
    expect(feed.closedBy).toBe("replaced");

    const other = await FfmpegEncoder.publish({ url: address("right"), muxer: "flv", video: VIDEO });
    const second = await eventually("media came", () => door.feeds[1]);
    await other.kill();
    await eventually("the feed is closed", () => second.closedBy);
    expect(second.closedBy).toBe("connection-lost");
  });
});
