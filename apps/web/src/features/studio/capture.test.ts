import type { DeviceList, Devices } from "@sameroom/client";
import { describe, expect, it } from "vitest";
import { Capture } from "./capture.ts";

/** A track as the browser makes them, as far as a capture looks at it. */
class Track extends EventTarget {
  readonly kind: string;
  readonly id: string;
  enabled = true;
  stopped = false;
  constructor(kind: string, id: string) {
    super();
    this.kind = kind;
    this.id = id;
  }
  getSettings() {
    return { deviceId: this.id, facingMode: this.id === "back" ? "environment" : "user" };
  }
  stop() {
    this.stopped = true;
  }
  /** What the browser does when the device is pulled out. */
  pull() {
    this.dispatchEvent(new Event("ended"));
  }
}
const cast = (track: Track) => track as unknown as MediaStreamTrack;

class Desk {
  readonly opened: Track[] = [];
  list: DeviceList = {
    cameras: [
      { id: "front", label: "Front" },
      { id: "back", label: "Back" },
    ],
    microphones: [{ id: "mic", label: "Mic" }],
  };
  refuse: Record<string, { code: string; message: string } | undefined> = {};
  watchers = 0;
  readonly #open = async (kind: string, id: string) => {
    const refusal = this.refuse[kind];
    if (refusal) throw refusal;
    const track = new Track(kind, id);
    this.opened.push(track);
    return track;
  };
  readonly devices: Devices = {
    list: async () => this.list,
    onChange: () => {
      this.watchers += 1;
      return () => {
        this.watchers -= 1;
      };
    },
    camera: async (options) => cast(await this.#open("camera", options?.deviceId ?? "front")),
    microphone: async (options) => cast(await this.#open("microphone", options?.deviceId ?? "mic")),
    screen: async () => ({
      video: cast(await this.#open("screen", "screen")),
      audio: cast(await this.#open("screen-sound", "screen-sound")),
    }),
    level: () => () => {},
  };
  running = () => this.opened.filter((track) => !track.stopped).map((track) => track.id);
  track = (id: string) => this.opened.findLast((track) => track.id === id) as Track;
}
const setUp = async (preferred = {}) => {
  const desk = new Desk();
  const mixed = new Track("audio", "mixed");
  const mix = () => ({ track: cast(mixed), close: () => mixed.stop() });
  const capture = new Capture({ devices: desk.devices, preferred, mix });
  await capture.open();
  return { desk, capture, mixed, state: capture.getState };
};

describe("the host's devices", () => {
  it("open with what was chosen last time", async () => {
    const { desk, state } = await setUp({ camera: "back" });
    expect(desk.running().sort()).toEqual(["back", "mic"]);
    expect(state().camera).toEqual({ status: "on", deviceId: "back", failure: null });
    expect(state().devices.cameras).toHaveLength(2);
    expect(state().mirrored).toBe(false);
  });

  it("go on without the one that is refused, and say why", async () => {
    const desk = new Desk();
    desk.refuse.camera = { code: "device.permission_denied", message: "no" };
    const capture = new Capture({ devices: desk.devices });
    await capture.open();
    expect(capture.getState().camera).toMatchObject({
      status: "failed",
      failure: { code: "device.permission_denied" },
    });
    expect(capture.getState().microphone.status).toBe("on");
    desk.refuse.camera = undefined;
    await capture.chooseCamera();
    expect(capture.getState().camera).toMatchObject({ status: "on", failure: null });
  });

  it("release the old camera before they open the next", async () => {
    const { desk, capture, state } = await setUp();
    expect(await capture.switchCamera()).toBe(true);
    expect(desk.running().sort()).toEqual(["back", "mic"]);
    expect(state().video).toBe(desk.track("back"));
    expect(state().mirrored).toBe(false);
  });

  it("put the camera's lamp out when the camera is turned off", async () => {
    const { desk, capture, state } = await setUp();
    await capture.setCameraOff(true);
    expect(desk.running()).toEqual(["mic"]);
    expect(state().video).toBeNull();
    await capture.setCameraOff(false);
    expect(state().video).toBe(desk.track("front"));
  });

  it("mute without closing the microphone, and stay muted with another one", async () => {
    const { desk, capture, state } = await setUp();
    capture.setMuted(true);
    expect(desk.track("mic").enabled).toBe(false);
    expect(state().audio).toBe(desk.track("mic"));
    await capture.chooseMicrophone("other");
    expect(desk.track("other").enabled).toBe(false);
  });

  it("send nothing on a break, with devices open, and are back as they were", async () => {
    const { desk, capture, state } = await setUp();
    capture.setMuted(true);
    capture.setOnBreak(true);
    await capture.switchCamera();
    expect([desk.track("mic").enabled, desk.track("back").enabled]).toEqual([false, false]);
    capture.setOnBreak(false);
    expect([desk.track("mic").enabled, desk.track("back").enabled]).toEqual([false, true]);
    capture.setMuted(false);
    expect(desk.track("mic").enabled).toBe(true);
    expect(state().video).toBe(desk.track("back"));
  });

  it("notice a camera that is pulled out", async () => {
    const { desk, state } = await setUp();
    desk.track("front").pull();
    expect(state().camera.status).toBe("lost");
    expect(state().video).toBeNull();
  });

  it("do not mistake a camera that was exchanged for one that was pulled out", async () => {
    const { desk, capture, state } = await setUp();
    const first = desk.track("front");
    await capture.switchCamera();
    first.pull();
    expect(state().camera.status).toBe("on");
  });

  it("show the screen instead of the camera with both sounds, and go back when sharing is stopped in the browser", async () => {
    const { desk, capture, state, mixed } = await setUp();
    await capture.shareScreen();
    expect(state().video).toBe(desk.track("screen"));
    expect(state().audio).toBe(mixed);
    expect(state().mirrored).toBe(false);
    desk.track("screen").pull();
    await capture.stopScreen();
    expect(state().screen.status).toBe("off");
    expect(state().video).toBe(desk.track("front"));
    expect(state().audio).toBe(desk.track("mic"));
    expect(mixed.stopped).toBe(true);
    expect(desk.running().sort()).toEqual(["front", "mic"]);
  });

  it("are all released with close, also those that were still being opened", async () => {
    const { desk, capture } = await setUp();
    const late = capture.switchCamera();
    const screen = capture.shareScreen();
    capture.close();
    await Promise.all([late, screen]);
    expect(desk.running()).toEqual([]);
    expect(desk.watchers).toBe(0);
  });
});
