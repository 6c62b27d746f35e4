import { Emitter, silentLog } from "@sameroom/base";
import { FakeClock } from "@sameroom/base/testing";
import {
  findingSchema,
  type PublisherHealth,
  type RoomFindings,
  type SessionProtocol,
} from "@sameroom/contract";
import type { PackagerSink } from "@sameroom/engine";
import { type AccessUnit, opusFormat, type VideoFormat } from "@sameroom/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PublishingSession } from "../ingest/publishing-session.ts";
import { Programs } from "../program/programs.ts";
import { eventually } from "../testing/eventually.fixture.ts";
import { aacUnits } from "../transcode/sound.fixture.ts";
import type { Transcode } from "../transcode/transcode.ts";
import { createTranscoders } from "../transcode/transcoders.fixture.ts";
import { Doctors } from "./doctors.ts";

const ROOM = "studio";
const SINK: PackagerSink = { init() {}, part() {}, segment() {}, rendition() {}, ended() {} };
const PICTURE: VideoFormat = {
  ...{ kind: "video", codec: "h264", codecs: "avc1.64001f", width: 1280, height: 720 },
  configuration: new Uint8Array(8),
};
const OPUS = opusFormat(2);

/** A host whose media comes as units. */
function createHost(id: string, protocol: SessionProtocol = "rtmp") {
  const originals = new Emitter<{ unit: [AccessUnit] }>();
  const session = {
    ...{ id, room: ROOM, isHost: true, announced: true, hasMedia: true, tracks: [], originals },
    present: () => ({ protocol }),
  } as unknown as PublishingSession;
  return { session, send: (unit: AccessUnit) => originals.emit("unit", unit) };
}

describe("the doctors of a worker", () => {
  let clock: FakeClock;
  let programs: Programs;
  let told: RoomFindings[];
  let levels: Transcode[];
  let pictures: number;
  let hasRival: boolean;
  let doctors: Doctors;
  let transcoders: ReturnType<typeof createTranscoders>["transcoders"];

  beforeEach(() => {
    clock = new FakeClock({ unixMs: 1_700_000_000_000 });
    ({ transcoders } = createTranscoders());
    programs = new Programs({
      ...{ clock, log: silentLog, partMs: 250, segmentMs: 2000, dvrMs: 600_000, graceMs: 35_000 },
      wire: { setTap: () => {}, nowMicros: () => clock.nowMs() * 1000 },
      openSink: () => SINK,
    });
    told = [];
    levels = [];
    pictures = 0;
    hasRival = false;
    const openLevels: typeof transcoders.openLevels = (options) => {
      levels.push(transcoders.openLevels(options));
      return levels.at(-1)!;
    };
    doctors = new Doctors({
      ...{ programs, transcoders: { openLevels }, repairs: true, clock, log: silentLog },
      hasRival: () => hasRival,
    });
    doctors.on("findings", (findings) => told.push(findings));
  });
  afterEach(async () => {
    doctors.close();
    programs.close();
    await transcoders.close();
  });

  const codes = () =>
    told
      .at(-1)
      ?.findings.map(({ code }) => code)
      .sort();

  function send(
    host: ReturnType<typeof createHost>,
    seconds: number,
    sound: AccessUnit["format"] | undefined,
  ): void {
    for (let step = 0; step < seconds * 25; step++) {
      const captureMicros = clock.unixMs() * 1000;
      const timing = { captureMicros, compositionMicros: 0 };
      const keyframe = pictures++ % 250 === 0;
      const data = new Uint8Array(12_000);
      host.send({ ...timing, format: PICTURE, keyframe, samples: 0, data });
      if (sound !== undefined)
        host.send({ ...timing, format: sound, keyframe: true, samples: 1920, data: data.subarray(0, 9) });
      clock.advance(40);
      if (step % 25 === 24) doctors.tick();
    }
  }

  it("look at what an encoder sends, and tell it as the contract has it", () => {
    const host = createHost("s1");
    programs.follow(host.session);
    doctors.tick();
    send(host, 20, undefined);
    expect(codes()).toEqual(["keyframes-far", "sound-missing"]);
    for (const finding of told.at(-1)!.findings) expect(findingSchema.parse(finding)).toEqual(finding);
    expect(doctors.current).toEqual([{ room: ROOM, findings: told.at(-1)!.findings }]);
  });

  it("begin anew with another session, and are done with the program", () => {
    const first = createHost("s1");
    programs.follow(first.session);
    doctors.tick();
    send(first, 12, undefined);
    const second = createHost("s2");
    programs.follow(second.session);
    doctors.tick();
    expect(told.at(-1)).toEqual({ room: ROOM, findings: [] });
    send(second, 12, undefined);
    expect(codes()).toContain("sound-missing");
    programs.end(ROOM);
    doctors.tick();
    expect(told.at(-1)).toEqual({ room: ROOM, findings: [] });
    expect(doctors.current).toEqual([]);
  });

  const health = (more: Partial<PublisherHealth>): PublisherHealth => ({
    ...{
      session: "s1",
      room: ROOM,
      bitrate: 1,
      framesPerSecond: 25,
      lossRatio: 0,
      roundTripMs: 9,
      viewers: 0,
    },
    ...more,
  });

  it("take losses, missing layers, silence, foreign codecs and rivals from the session's health", () => {
    hasRival = true;
    const host = createHost("s1", "whip");
    programs.follow(host.session);
    doctors.tick();
    const layer = { rid: "h", width: 1280, height: 720, wanted: true };
    for (let second = 0; second < 30; second++) {
      send(host, 1, OPUS);
      const layers = [
        { ...layer, bitrate: 0 },
        { ...layer, rid: "l", bitrate: 200_000 },
      ];
      doctors.health([
        health({ session: "other", unsupported: ["x"] }),
        health({ lossRatio: 0.04, layers, audioDbfs: -127, unsupported: ["AC-3"] }),
      ]);
    }
    expect(codes()).toEqual([
      "codec-unsupported",
      "sound-silent",
      "two-encoders",
      "upload-loss",
      "upload-slow",
    ]);
    expect(levels).toHaveLength(0);
  });

  it("say that nothing is made up for when the bridge has failed its viewers", () => {
    const host = createHost("s1");
    programs.follow(host.session);
    doctors.tick();
    const far = () => told.at(-1)?.findings.find(({ code }) => code === "keyframes-far");
    const bridge = { audio: null, video: { from: "h264", why: "long-gop" as const }, cpuMsPerSecond: 1 };
    const watched = (seconds: number, now: Partial<PublisherHealth>) => {
      for (let second = 0; second < seconds; second++) {
        send(host, 1, OPUS);
        doctors.health([health(now)]);
      }
    };
    watched(15, { viewers: 0, bridge: { ...bridge, video: null } });
    watched(5, { viewers: 2, bridge });
    expect(far()?.repaired).toBe(true);
    watched(14, { viewers: 2, bridge: { ...bridge, video: null } });
    expect(far()?.repaired).toBe(false);
    watched(3, { viewers: 2, bridge });
    expect(far()?.repaired).toBe(true);
  });

  it("measure an encoder's sound, and close what measures it", { timeout: 120_000 }, async () => {
    const host = createHost("s1");
    programs.follow(host.session);
    doctors.tick();
    let heard = 0;
    const sound = aacUnits({ startMicros: 0, seconds: 26, sampleRate: 48_000, value: () => 0 });
    for (let second = 0; second < 25; second++) {
      const startMicros = clock.unixMs() * 1000;
      for (const unit of sound.filter((one) => Math.floor(one.captureMicros / 1e6) === second))
        host.send({ ...unit, captureMicros: startMicros + (unit.captureMicros % 1e6) });
      if (second === 0) levels[0]!.on("level", () => (heard += 1));
      if (second > 0) await eventually("it is measured", () => heard >= second);
      clock.advance(1000);
      doctors.tick();
    }
    expect(codes()).toEqual(["sound-silent"]);
    expect(levels).toHaveLength(1);
    programs.end(ROOM);
    doctors.tick();
    expect(levels[0]!.closed).toBe(true);
  });
});
