import { SeededRandom } from "@sameroom/base/testing";
import { beforeEach, describe, expect, it } from "vitest";
import { type EncoderHabits, START_MS, watch } from "./encoder.fixture.ts";
import { neededBitrate } from "./needed-bitrate.ts";
import { StreamDoctor } from "./stream-doctor.ts";

let doctor: StreamDoctor;
beforeEach(() => {
  doctor = new StreamDoctor({ autonomous: true, repairs: true });
});

const codes = () => doctor.findings.map(({ code }) => code);
const found = (code: string) => doctor.findings.find((finding) => finding.code === code);
const after = (habits: EncoderHabits, seconds = 40) => {
  watch(doctor, habits, 0, seconds);
  return codes();
};

describe("the stream doctor", () => {
  it.each<[string, EncoderHabits]>([
    ["720p30", {}],
    ["1080p60", { framesPerSecond: 60, width: 1920, height: 1080, bitrate: 6_000_000 }],
    ["23.976 pictures a second", { framesPerSecond: 24_000 / 1001, bitrate: 2_000_000 }],
    ["a network with jitter", { wayMs: (_, random) => 20 + random.next() * 400 }],
    ["pictures moved by a millisecond or two", { moved: (random) => random.next() * 4 - 2 }],
    ["a keyframe every four seconds", { isKeyframe: (index) => index % 120 === 0 }],
  ])("finds nothing wrong with %s", (_, habits) => {
    expect(after(habits, 90)).toEqual([]);
  });

  it("finds B-frames, and says that they are made up for only where they are", () => {
    expect(after({ bFrames: 2 })).toEqual(["b-frames"]);
    expect(found("b-frames")).toMatchObject({ severity: "info", repaired: true });
    doctor = new StreamDoctor({ autonomous: true, repairs: false });
    after({ bFrames: 2 });
    expect(found("b-frames")).toMatchObject({ severity: "problem", repaired: false });
  });

  it("says so at once when they are made up for no more", () => {
    after({ bFrames: 2 }, 20);
    doctor.setRepairs(false);
    watch(doctor, { bFrames: 2 }, 20, 22);
    expect(found("b-frames")).toMatchObject({ severity: "problem", repaired: false });
  });

  it("finds keyframes far apart, also when the second one has never come", () => {
    expect(after({ isKeyframe: (index) => index % 250 === 0 })).toEqual(["keyframes-far"]);
    expect(found("keyframes-far")).toMatchObject({ severity: "warning", values: { seconds: 8 } });
    doctor = new StreamDoctor({ autonomous: true, repairs: true });
    after({ isKeyframe: (index) => index === 0 });
    expect(found("keyframes-far")?.severity).toBe("problem");
    expect(found("keyframes-far")?.values.seconds).toBeGreaterThan(20);
  });

  it("finds keyframes that come unevenly", () => {
    expect(after({ isKeyframe: (index) => index % 90 === 0 || index % 90 === 30 })).toEqual([
      "keyframes-uneven",
    ]);
    expect(found("keyframes-uneven")?.values).toEqual({ shortestSeconds: 1, longestSeconds: 2 });
  });

  it("finds an uneven frame rate: pictures out of time, and pictures left out", () => {
    expect(after({ moved: (random) => random.next() * 50 })).toContain("frame-rate-variable");
    doctor = new StreamDoctor({ autonomous: true, repairs: true });
    const random = new SeededRandom(5);
    expect(after({ isDropped: () => random.next() < 0.12 })).toEqual(["frame-rate-variable"]);
    expect(found("frame-rate-variable")?.values).toEqual({ framesPerSecond: 27 });
  });

  it("leaves keyframes, frame rate and bitrate to senders that can be asked", () => {
    doctor = new StreamDoctor({ autonomous: false, repairs: false });
    const habits = { isKeyframe: (index: number) => index % 97 === 0 || index % 31 === 0, bitrate: 90_000 };
    expect(after({ ...habits, moved: (random) => random.next() * 30 })).not.toContain("frame-rate-variable");
    expect(codes()).toEqual([]);
    doctor = new StreamDoctor({ autonomous: false, repairs: false });
    expect(after({ isKeyframe: (index) => index === 0 })).toEqual(["keyframes-far"]);
  });

  it("finds that there is no sound, from the start or since it stopped", () => {
    expect(after({ hasSound: false }, 9)).toEqual([]);
    expect(after({ hasSound: false }, 15)).toEqual(["sound-missing"]);
    doctor = new StreamDoctor({ autonomous: true, repairs: true });
    expect(after({}, 15)).toEqual([]);
    watch(doctor, { hasSound: false }, 15, 30);
    expect(codes()).toEqual(["sound-missing"]);
    watch(doctor, {}, 30, 45);
    expect(codes()).toEqual([]);
  });

  function listen(level: (second: number) => { peakDbfs?: number; rmsDbfs: number }, seconds: number): void {
    for (let second = 0; second < seconds; second++) {
      const { peakDbfs, rmsDbfs } = level(second);
      watch(doctor, {}, second, second + 1);
      doctor.level({ peakDbfs, rmsDbfs }, START_MS + second * 1000);
    }
  }

  it("finds silence, but not in a pause of ten seconds", () => {
    listen((second) => (second % 14 < 10 ? { rmsDbfs: -90 } : { rmsDbfs: -30 }), 60);
    expect(codes()).toEqual([]);
    doctor = new StreamDoctor({ autonomous: true, repairs: true });
    listen(() => ({ rmsDbfs: -127 }), 30);
    expect(codes()).toEqual(["sound-silent"]);
  });

  it("finds distorted sound, but not in well mastered music", () => {
    listen((second) => ({ peakDbfs: second % 4 === 0 ? 0 : -0.5, rmsDbfs: -14 }), 40);
    expect(codes()).toEqual([]);
    listen(() => ({ peakDbfs: 0.6, rmsDbfs: -6 }), 20);
    expect(found("sound-clipped")?.values).toEqual({ peakDbfs: 1 });
  });

  it("finds sound and picture that are stamped apart", () => {
    expect(after({ soundLateMs: 120 })).toEqual([]);
    doctor = new StreamDoctor({ autonomous: true, repairs: true });
    expect(after({ soundLateMs: 600 })).toEqual(["sound-skew"]);
    expect(found("sound-skew")).toMatchObject({ severity: "warning", values: { milliseconds: 600 } });
    doctor = new StreamDoctor({ autonomous: true, repairs: true });
    after({ soundLateMs: -1500 });
    expect(found("sound-skew")).toMatchObject({ severity: "problem", values: { milliseconds: -1500 } });
  });

  it("finds an upload that does not keep up, and that it does again", () => {
    const habits: EncoderHabits = {
      wayMs: (second) => (second < 40 ? 20 : second < 80 ? 20 + (second - 40) * 100 : 20),
    };
    expect(after(habits, 40)).toEqual([]);
    watch(doctor, habits, 40, 80);
    expect(codes()).toEqual(["upload-slow"]);
    expect(found("upload-slow")?.values.lateSeconds).toBeGreaterThan(1);
    watch(doctor, habits, 80, 110);
    expect(codes()).toEqual([]);
  });

  it("finds a bitrate far from what the picture needs", () => {
    expect(after({ bitrate: 600_000 })).toEqual(["bitrate-low"]);
    expect(found("bitrate-low")?.values).toEqual({ bitrateBps: 500_000, neededBps: 2_500_000 });
    doctor = new StreamDoctor({ autonomous: true, repairs: true });
    expect(after({ bitrate: 12_000_000 })).toEqual(["bitrate-high"]);
  });

  it("finds codecs that not everybody can play, and ones that nobody can", () => {
    after({ codec: "hevc" });
    expect(found("codec-bridged")).toMatchObject({ repaired: true, values: { codec: "hevc" } });
    for (let second = 40; second < 50; second++) {
      doctor.transport({ unsupported: ["ac-3"] }, START_MS + second * 1000);
      doctor.tick(START_MS + second * 1000);
    }
    expect(found("codec-unsupported")).toMatchObject({ severity: "problem", values: { codec: "ac-3" } });
  });

  function report(from: number, to: number, transport: Parameters<StreamDoctor["transport"]>[0]): void {
    for (let second = from; second < to; second++) {
      watch(doctor, {}, second, second + 1);
      doctor.transport(transport, START_MS + second * 1000);
    }
  }

  it("tells losses from ones that were repaired", () => {
    report(0, 20, { lossRatio: 0.001, repairedRatio: 0.02 });
    expect(codes()).toEqual([]);
    report(20, 45, { lossRatio: 0, repairedRatio: 0.1 });
    expect(found("upload-loss")).toMatchObject({ severity: "info", repaired: true });
    report(45, 70, { lossRatio: 0.05, repairedRatio: 0.1 });
    expect(found("upload-loss")).toMatchObject({
      ...{ severity: "problem", repaired: false },
      values: { lossRatio: 0.05, repairedRatio: 0.1 },
    });
    report(70, 100, {});
    expect(codes()).toEqual([]);
  });

  it("finds a layer that viewers want and the host does not send, and a clock that runs wrong", () => {
    report(0, 20, { layerMissing: true, driftPpm: -300 });
    expect(codes()).toEqual(["upload-slow", "clock-drift"]);
    expect(found("clock-drift")).toMatchObject({ repaired: true, values: { partsPerMillion: -300 } });
    report(20, 22, { layerMissing: false });
    report(22, 40, { layerMissing: false, driftPpm: 20 });
    expect(codes()).toEqual([]);
  });

  it("does not flicker: what comes and goes is one finding, from when it came first", () => {
    let changes = 0;
    const tick = doctor.tick.bind(doctor);
    doctor.tick = (nowMs) => {
      const changed = tick(nowMs);
      changes += changed ? 1 : 0;
      return changed;
    };
    after({ isDropped: (index) => index % 400 < 200 && index % 5 === 0 }, 200);
    expect(codes()).toEqual(["frame-rate-variable"]);
    expect(found("frame-rate-variable")!.sinceUnixMs).toBeLessThan(START_MS + 10_000);
    expect(changes).toBeLessThan(20);
  });

  it("says nothing of a stream that stands still, and ends what it said", () => {
    after({ bFrames: 2, hasSound: false }, 20);
    expect(codes().sort()).toEqual(["b-frames", "sound-missing"]);
    for (let second = 20; second < 40; second++) doctor.tick(START_MS + second * 1000);
    expect(codes()).toEqual([]);
  });

  it("finds another encoder that tries to take its place, until it has given up", () => {
    const report = (hasRival: boolean, from: number, to: number) => {
      for (let second = from; second < to; second += 1) {
        doctor.transport({ hasRival }, START_MS + second * 1000);
        doctor.tick(START_MS + second * 1000);
      }
    };
    report(true, 0, 10);
    expect(found("two-encoders")).toMatchObject({ severity: "warning", repaired: true });
    report(false, 10, 25);
    expect(codes()).toEqual([]);
  });

  it("begins anew where the timeline jumps", () => {
    watch(doctor, {}, 0, 20);
    watch(doctor, {}, 3620, 3640);
    watch(doctor, {}, 3600, 3620);
    expect(codes().filter((code) => code.startsWith("keyframes") || code.startsWith("b"))).toEqual([]);
  });
});

describe("what a picture needs", () => {
  it.each([
    [1280, 720, 30, 2.5],
    [1920, 1080, 30, 4.6],
    [1920, 1080, 60, 7.7],
    [854, 480, 30, 1.4],
    [3840, 2160, 60, 21.8],
  ])("of %ix%i at %i is %f Mbit/s of H.264", (width, height, rate, megabits) => {
    expect(neededBitrate({ codec: "h264", width, height }, rate) / 1e6).toBeCloseTo(megabits, 1);
  });

  it("is less with newer codecs", () => {
    const need = (codec: "h264" | "hevc" | "av1") => neededBitrate({ codec, width: 1280, height: 720 }, 30);
    expect(need("av1")).toBeLessThan(need("hevc"));
    expect(need("hevc")).toBeLessThan(need("h264"));
  });
});
