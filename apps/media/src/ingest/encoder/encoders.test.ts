import {
  type AccessUnit,
  createDepacketizer,
  opusFormat,
  opusSamples,
  type RtpFrame,
} from "@sameroom/protocol";
import fc from "fast-check";
import { FF_DECODER_OPUS } from "node-av/constants";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../../testing/eventually.fixture.ts";
import { HlsPlayer } from "../../testing/hls-player.fixture.ts";
import type { TestViewer } from "../../testing/test-peer.fixture.ts";
import { TestStage } from "../../testing/test-room.fixture.ts";
import { NODE_SECRET } from "../../testing/test-worker.fixture.ts";
import { bFrameUnits } from "../../transcode/b-frames.fixture.ts";
import { decodeVideo, videoUnits } from "../../transcode/picture.fixture.ts";
import { aacUnits, decodeSound, opusUnits } from "../../transcode/sound.fixture.ts";
import { TestEncoder } from "./test-encoder.fixture.ts";

const startMicros = 1_790_000_000_000_000;
const shape = { width: 320, height: 180, startMicros, count: 450 };
const luma = (index: number) => 40 + (index % 30) * 6;
const tone = (seconds: number) => 0.5 * Math.sin(2 * Math.PI * 1000 * seconds);

/** What a viewer's packets of a picture give. */
function framesOf({ video }: TestViewer): RtpFrame[] {
  const depacketizer = createDepacketizer("h264");
  return video.flatMap(
    ({ payload, timestamp, marker }) => depacketizer.take(payload, timestamp, marker) ?? [],
  );
}

/** As a player decodes them: the first one tells the format. */
function decode(frames: readonly RtpFrame[]): ReturnType<typeof decodeVideo> {
  const format = frames[0]!.format!;
  return decodeVideo(
    frames.map(
      ({ data, keyframe, timestamp }): AccessUnit => ({
        ...{ format, data, keyframe, captureMicros: Math.round((timestamp * 1000) / 90) },
        ...{ compositionMicros: 0, samples: 0 },
      }),
    ),
  );
}

/** The loudest sample of what a viewer hears. */
function loudest({ audio }: TestViewer): number {
  const packets = audio.map(({ payload }) => payload).filter((payload) => opusSamples(payload) > 0);
  const samples = decodeSound(FF_DECODER_OPUS, new Uint8Array(0), packets);
  return Math.max(0, ...samples.flatMap((packet) => [...packet]));
}

describe("encoders", () => {
  let stage: TestStage;
  let plain: AccessUnit[];
  let oneKeyframe: AccessUnit[];
  let bFrames: AccessUnit[];
  let hevc: AccessUnit[];
  let aac: AccessUnit[];

  beforeAll(async () => {
    plain = videoUnits({ ...shape, codec: "h264", keyframeEvery: 30, luma });
    oneKeyframe = videoUnits({ ...shape, codec: "h264", keyframeEvery: 1000, luma });
    bFrames = bFrameUnits({ ...shape, codec: "h264", keyframeEvery: 60, luma });
    hevc = bFrameUnits({ ...shape, codec: "hevc", keyframeEvery: 60, luma });
    aac = aacUnits({ startMicros, seconds: 15, sampleRate: 44_100, value: tone });
    stage = await TestStage.open({ environment: { SAMEROOM_HLS: "on" } });
  });
  beforeEach(() => stage.newRoom());
  afterEach(() => stage.clear());
  afterAll(() => stage.close());

  async function onAir(...units: (readonly AccessUnit[])[]): Promise<TestEncoder> {
    const encoder = stage.own(new TestEncoder(...units));
    return encoder.open(stage.worker.app.encoders, { credential: await stage.hostToken() });
  }

  const health = () => stage.worker.app.node.takeHealth().find(({ room }) => room === stage.room);
  const sources = () => stage.worker.app.node.wire.stats().sources;
  const noSources = () => eventually("that nothing is left", () => sources() === 0);
  const program = () => stage.worker.app.node.programs?.of(stage.room);

  it("show WebRTC viewers the picture as it came, and let them hear Opus made of AAC", async () => {
    await onAir(plain, aac);
    const viewer = await stage.viewer();
    await eventually("pictures and sound", () => framesOf(viewer).length > 20 && viewer.audio.length > 30);
    const hex = ({ data }: { data: Uint8Array }) => Buffer.from(data).toString("hex");
    const [source, shown] = [plain.map(hex), framesOf(viewer).map(hex)];
    const isRun = (start: number) => shown.every((frame, index) => frame === source[start + index]);
    // Brightness comes again each second, and with it whole pictures.
    expect([...plain.keys()].filter((index) => plain[index]!.keyframe).some(isRun)).toBe(true);
    await eventually("the tone", () => loudest(viewer) > 0.3);
    expect(health()).toMatchObject({ bridge: { audio: { from: "aac" }, video: null }, viewers: 1 });
  });

  it("show who joins late the newest picture at once, without another keyframe", async () => {
    await onAir(oneKeyframe);
    await eventually("a second of pictures", () => program()?.formatOf("v-single") !== undefined);
    const viewer = await stage.viewer();
    await eventually("pictures", () => framesOf(viewer).length > 40);
    const frames = framesOf(viewer);
    expect(frames.map(({ keyframe }) => keyframe)).toEqual(frames.map((_, index) => index === 0));
    expect(decode(frames)).toHaveLength(frames.length);
    // Whose decoder has lost its way gets the same again, and goes on.
    viewer.requestKeyframe();
    await eventually(
      "the keyframe again",
      () => framesOf(viewer).filter(({ keyframe }) => keyframe).length === 2,
    );
    const again = viewer.video.length;
    await eventually("pictures after it", () => viewer.video.length > again + 20);
    const all = framesOf(viewer);
    expect(decode(all)).toHaveLength(all.length);
    for (const [index, { timestamp }] of all.entries())
      if (index > 0) expect((timestamp - all[index - 1]!.timestamp) | 0).toBeGreaterThan(0);
  });

  it.each([
    ["h264", "b-frames"],
    ["hevc", "codec"],
  ] as const)(
    "are encoded anew for WebRTC viewers alone where browsers cannot play them: %s",
    async (codec, why) => {
      const units = codec === "hevc" ? hevc : bFrames;
      await onAir(units, aac);
      const viewer = await stage.viewer();
      await eventually("pictures", () => framesOf(viewer).length > 20);
      const frames = framesOf(viewer);
      expect(frames[0]).toMatchObject({ keyframe: true, format: { width: 320, height: 180 } });
      expect(frames[0]?.format?.codecs).toMatch(/^avc1\.42/);
      const decoded = decode(frames);
      expect(new Set(decoded.map(({ luma: value }) => Math.round(value / 6))).size).toBeGreaterThan(10);
      for (const [index, { micros }] of decoded.slice(1).entries())
        expect(micros).toBeGreaterThan(decoded[index]!.micros);
      expect(health()?.bridge).toMatchObject({ video: { from: codec, why } });
      expect(program()?.formatOf("v-single")).toMatchObject({ codec });
    },
  );

  it("are packaged as they come: B-frames, AAC, no other sound promised", async () => {
    await onAir(bFrames, aac);
    const kept: AccessUnit[] = [];
    await eventually("a program", () => program() !== undefined);
    program()!.subscribe("v-single", (unit) => kept.push(unit));
    await eventually("pictures", () => kept.length > 20);
    expect(program()!.formatOf("aac")).toMatchObject({ codec: "aac", sampleRate: 44_100 });
    expect(program()!.planned.map(({ id }) => id)).not.toContain("aac");
    const first = bFrames.findIndex(({ data }) => data === kept[0]?.data);
    const sent = bFrames.slice(first, first + kept.length);
    expect(kept.map(({ compositionMicros }) => compositionMicros)).toEqual(
      sent.map(({ compositionMicros }) => compositionMicros),
    );
  });

  it("are played over LL-HLS as they come: picture and sound of theirs, an MP3 of it for radios", async () => {
    await onAir(bFrames, aac);
    const token = await stage.worker.playbackToken({ room: stage.room });
    const base = `${stage.worker.url}/live/${stage.room}/index.m3u8`;
    const player = new HlsPlayer(base, { authorization: `Bearer ${token}` });
    await eventually("a program", () => program()?.formatOf("aac") !== undefined);
    await eventually("playlists", async () => (await player.get("")).status === 200);
    const text = await (await player.get("")).text();
    expect(text).toMatch(/CODECS="avc1\.[0-9a-f]{6},mp4a\.40\.2"/);
    expect(text).not.toContain("opus");
    const [pictures] = await player.renditions();
    const playlist = await player.follow(pictures!, 1);
    expect(player.faults()).toEqual([]);
    expect(playlist.segments.length).toBeGreaterThan(0);
    const radio = await player.get("audio.mp3");
    expect(radio.headers.get("content-type")).toBe("audio/mpeg");
    const { value } = await radio.body!.getReader().read();
    expect(value!.byteLength).toBeGreaterThan(100);
  });

  it("make nothing for WebRTC while nobody is there, and something for the first who comes", async () => {
    await noSources();
    await onAir(hevc, aac);
    await eventually("pictures", () => program()?.formatOf("v-single") !== undefined);
    expect(sources()).toBe(0);
    expect(health()).toMatchObject({ viewers: 0, bridge: { cpuMsPerSecond: 0 } });
    const viewer = await stage.viewer();
    await eventually("a picture and sound", () => framesOf(viewer).length > 3 && viewer.audio.length > 3);
    expect(sources()).toBe(2);
  });

  it("tell the host and the operator what is encoded anew for viewers, and what it costs, until the last viewer leaves", async () => {
    const metric = async (name: string, kind: string) => {
      const headers = { authorization: `Bearer ${NODE_SECRET}` };
      const text = await (await fetch(`${stage.worker.url}/metrics`, { headers })).text();
      return Number(new RegExp(`^sameroom_media_${name}\\{kind="${kind}"\\} (\\S+)$`, "m").exec(text)?.[1]);
    };
    const again = (units: readonly AccessUnit[]) =>
      units.map((unit) => ({ ...unit, captureMicros: unit.captureMicros + 15_000_000 }));
    const encoder = await onAir([...bFrames, ...again(bFrames)], [...aac, ...again(aac)]);
    expect(await metric("bridges", "picture")).toBe(0);
    const viewer = await stage.viewer();
    await eventually("pictures", () => framesOf(viewer).length > 20);
    await eventually("the host is told", () => (health()?.bridge?.cpuMsPerSecond ?? 0) > 0);
    for (const kind of ["picture", "sound"]) {
      expect(await metric("bridges", kind)).toBe(1);
      await eventually(`the cost of the ${kind}`, async () => (await metric("bridge_cores", kind)) > 0);
    }
    const authorization = `Bearer ${await stage.viewerToken()}`;
    await fetch(viewer.resource!.url, { method: "DELETE", headers: { authorization } });
    const sent = encoder.sent;
    await eventually("nothing is made", async () => (await metric("bridges", "picture")) === 0);
    expect(await metric("bridges", "sound")).toBe(0);
    expect(await metric("bridge_cores", "picture")).toBe(0);
    await eventually("the encoder goes on", () => encoder.sent > sent + 10);
    expect(encoder.closedFor).toEqual([]);
  });

  it("go on in the same program with their next connection, which replaces the one before", async () => {
    const first = await onAir(plain, aac);
    const viewer = await stage.viewer();
    await eventually("pictures", () => framesOf(viewer).length > 5);
    const { epoch } = program()!;
    const second = await onAir(plain, aac);
    expect(first.closedFor).toEqual(["replaced"]);
    const before = viewer.video.length;
    await eventually("pictures of the second", () => viewer.video.length > before + 30);
    second.close();
    expect(program()?.endedAtMs).toBeUndefined();
    await onAir(plain, aac);
    const after = viewer.video.length;
    await eventually("pictures of the third", () => viewer.video.length > after + 10);
    expect(program()?.epoch).toBe(epoch);
    expect(second.closedFor).toEqual([]);
  });

  it("take a room over from the same host's browser, and give it back", async () => {
    await stage.host();
    const encoder = await onAir(plain, aac);
    await eventually("the encoder's sound", () => program()?.formatOf("aac") !== undefined);
    expect(program()?.isSent("opus")).toBe(false);
    await stage.host();
    expect(encoder.closedFor).toEqual(["replaced"]);
    await eventually("the browser's sound", () => program()?.isSent("opus") === true);
    expect(program()?.planned.map(({ id }) => id)).toContain("aac");
  });

  it("are told to control as what they are, and end with the broadcast", async () => {
    const encoder = await onAir(plain, opusUnits({ startMicros, seconds: 3, loud: () => true }));
    const publisher = () => stage.worker.app.node.publishers().find(({ room }) => room === stage.room);
    await eventually("both kinds", () => publisher()?.video !== null && publisher()?.audio !== null);
    expect(publisher()).toMatchObject({
      protocol: "rtmp",
      video: { codec: "h264" },
      audio: { codec: "opus" },
    });
    await eventually("that it flows", () => publisher()?.state === "flowing");
    encoder.feed?.transport({ lossRatio: 0.25, roundTripMs: 40 });
    expect(health()).toMatchObject({
      lossRatio: 0.25,
      roundTripMs: 40,
      layers: [{ width: 320, height: 180 }],
    });
    stage.worker.app.node.endRoom(stage.room);
    expect(encoder.closedFor).toEqual(["ended"]);
    encoder.feed?.close("left");
    expect(publisher()).toBeUndefined();
  });

  it("are not let in with a credential that is wrong, or where somebody else is on air", async () => {
    const { encoders } = stage.worker.app;
    const request = { protocol: "srt" as const, from: "127.0.0.1:1", onClosed: () => {} };
    const open = (credential: string, room?: string) => encoders.open({ ...request, credential, room });
    await expect(open("a.b.c")).rejects.toMatchObject({ code: "token.invalid" });
    await expect(open(await stage.viewerToken())).rejects.toMatchObject({ code: "token.no_grant" });
    await expect(open(await stage.hostToken(), "elsewhere")).rejects.toMatchObject({
      code: "token.wrong_room",
    });
    await expect(open("some-stream-key")).rejects.toMatchObject({ code: "media.control_unavailable" });
    await onAir(plain);
    await expect(open(await stage.hostToken("user:other"))).rejects.toMatchObject({
      code: "publish.room_busy",
    });
  });

  it("whose groups of pictures are too long to join are seen at once all the same, encoded anew from then on", async () => {
    await onAir(oneKeyframe, aac);
    const viewer = await stage.viewer();
    await eventually("the bridge", () => health()?.bridge?.video?.why === "long-gop");
    const decoder = () =>
      framesOf(viewer).filter(({ format }) => format?.codecs.startsWith("avc1.42") === true);
    await eventually(
      "a picture of the bridge's",
      () => decoder().length > 0 && framesOf(viewer).at(-1)?.data !== undefined,
    );
    const late = await stage.viewer({ participant: "guest:late" });
    await eventually("pictures for who is late", () => framesOf(late).length > 10);
    expect(framesOf(late)[0]?.keyframe).toBe(true);
  });

  it("send what makes no sense, and nothing happens", async () => {
    const { encoders, node } = stage.worker.app;
    const request = {
      protocol: "recorder" as const,
      room: stage.room,
      from: "127.0.0.1:1",
      onClosed: () => {},
    };
    const feed = await encoders.open({ ...request, credential: await stage.hostToken() });
    const format = fc.constantFrom(plain[0]!.format, hevc[0]!.format, aac[0]!.format, opusFormat(2));
    const time = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY));
    const unit = fc.record({
      ...{ format, ptsMicros: time, compositionMicros: time, keyframe: fc.boolean(), samples: fc.nat() },
      data: fc.uint8Array({ maxLength: 64 }),
    });
    fc.assert(
      fc.property(fc.array(unit), (units) => {
        for (const each of units) feed.push(each);
      }),
    );
    await eventually("that it settled", () =>
      node.publishers().some(({ room, video }) => room === stage.room && video),
    );
    feed.close("connection-lost");
    fc.assert(fc.property(unit, (each) => feed.push(each)));
    expect(node.publishers().some(({ room }) => room === stage.room)).toBe(false);
  });

  it("leave nothing behind", async () => {
    await noSources();
    const encoder = await onAir(hevc, aac);
    const viewer = await stage.viewer();
    await eventually("pictures", () => framesOf(viewer).length > 3 && viewer.audio.length > 3);
    encoder.close();
    await viewer.close();
    stage.worker.app.node.endRoom(stage.room);
    await noSources();
    await eventually("no transcode", () => stage.worker.app.transcoders.counts.audio === 0);
  });
});
