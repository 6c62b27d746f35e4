import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Environment } from "../environment.ts";
import { FakeWorld, fakeTrack, pass } from "../testing/fake-world.fixture.ts";
import { BrowserDevices } from "./devices.ts";
import { levelOf, measureLevel } from "./level.ts";

class FakeMediaDevices extends EventTarget {
  failure: Error | undefined;
  asked: MediaStreamConstraints[] = [];
  plugged = [
    { kind: "videoinput", deviceId: "c1", label: "Front" },
    { kind: "videoinput", deviceId: "c2", label: "" },
    { kind: "audioinput", deviceId: "", label: "" },
    { kind: "audiooutput", deviceId: "s1", label: "Speaker" },
  ];

  async enumerateDevices() {
    return this.plugged;
  }

  async getUserMedia(constraints: MediaStreamConstraints) {
    this.asked.push(constraints);
    if (this.failure !== undefined) throw this.failure;
    return { getVideoTracks: () => [fakeTrack("video")], getAudioTracks: () => [fakeTrack("audio")] };
  }
}

function devicesOf(mediaDevices: FakeMediaDevices | undefined) {
  const environment = { ...new FakeWorld().environment(), mediaDevices } as unknown as Environment;
  return new BrowserDevices(environment);
}

describe("devices", () => {
  it("are listed by kind, numbered where the browser hides their names", async () => {
    expect(await devicesOf(new FakeMediaDevices()).list()).toEqual({
      cameras: [
        { id: "c1", label: "Front" },
        { id: "c2", label: "Camera 2" },
      ],
      microphones: [],
    });
  });

  it("are told again when one is plugged in, until nobody listens", async () => {
    const media = new FakeMediaDevices();
    const seen: number[] = [];
    const off = devicesOf(media).onChange(({ cameras }) => seen.push(cameras.length));
    media.plugged.pop();
    media.plugged.shift();
    media.dispatchEvent(new Event("devicechange"));
    await vi.waitFor(() => expect(seen).toEqual([1]));
    off();
    media.dispatchEvent(new Event("devicechange"));
    await Promise.resolve();
    expect(seen).toEqual([1]);
  });

  it("ask for what was chosen, and nothing else", async () => {
    const media = new FakeMediaDevices();
    const devices = devicesOf(media);
    const camera = await devices.camera({ deviceId: "c2", height: 1080 });
    expect(camera.contentHint).toBe("motion");
    await devices.camera({ facing: "environment" });
    await devices.microphone();
    expect(media.asked).toMatchObject([
      { video: { deviceId: { exact: "c2" }, height: { ideal: 1080 }, width: { ideal: 1920 } } },
      { video: { facingMode: "environment", height: { ideal: 720 } } },
      { audio: { echoCancellation: true } },
    ]);
    expect(media.asked.map((asked) => Object.keys(asked))).toEqual([["video"], ["video"], ["audio"]]);
  });

  it.each([
    ["NotAllowedError", "denied", "device.permission_denied", /address bar/],
    ["NotAllowedError", "Permission denied by system", "device.permission_denied", /privacy settings/],
    ["NotFoundError", "", "device.not_found", /Plug one in/],
    ["OverconstrainedError", "", "device.not_found", /choose another/],
    ["NotReadableError", "", "device.in_use", /Close other programs/],
    ["InvalidStateError", "strange", "device.failed", /strange/],
  ])("say what to do about %s (%s)", async (name, message, code, words) => {
    const media = new FakeMediaDevices();
    media.failure = new DOMException(message, name);
    const failing = devicesOf(media).camera();
    await expect(failing).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
  });

  it("are not there on an insecure page, and screens not on a phone", async () => {
    await expect(devicesOf(undefined).microphone()).rejects.toMatchObject({
      code: "device.insecure_context",
    });
    await expect(devicesOf(new FakeMediaDevices()).screen()).rejects.toMatchObject({
      code: "media.unsupported",
    });
  });
});

describe("the level meter", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("looks twenty times a second, and frees the audio graph once", async () => {
    const calls: string[] = [];
    const source = { connect: () => calls.push("connect"), disconnect: () => calls.push("disconnect") };
    const context = {
      state: "suspended",
      resume: () => Promise.reject(new Error("not yet")),
      close: async () => void calls.push("close"),
      createMediaStreamSource: () => source,
      createAnalyser: () => ({ getFloatTimeDomainData: (into: Float32Array) => into.fill(0.35) }),
    };
    const environment = {
      ...new FakeWorld().environment(),
      createAudioContext: () => context as unknown as AudioContext,
    };
    const levels: number[] = [];
    const stop = measureLevel(environment, fakeTrack("audio"), (level) => levels.push(level));
    await pass(1000);
    expect(levels).toHaveLength(20);
    expect(levels[0]).toBeCloseTo(1);
    stop();
    stop();
    await pass(1000);
    expect(levels).toHaveLength(20);
    expect(calls).toEqual(["connect", "disconnect", "close"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is 0 in silence, grows with loudness and never exceeds 1", () => {
    const levels = [0, 0.01, 0.1, 0.3, 1].map((value) => levelOf(new Float32Array(64).fill(value)));
    expect(levels[0]).toBe(0);
    expect(levels.at(-1)).toBe(1);
    expect([...levels].sort((left, right) => left - right)).toEqual(levels);
  });
});
