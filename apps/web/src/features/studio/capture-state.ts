import type { DeviceList } from "@sameroom/client";

/** A camera or a microphone: `lost` was pulled out while in use, `failed` could not be opened. */
export interface Source {
  status: "opening" | "on" | "off" | "lost" | "failed";
  deviceId: string | null;
  /** What went wrong and what to do, for `failed`. */
  failure: { code: string; message: string } | null;
}

export interface CaptureState {
  camera: Source;
  microphone: Source;
  /** Microphone open, but silent for everybody. */
  muted: boolean;
  /** Neither picture nor sound goes out; every device stays open, to be back at once. */
  onBreak: boolean;
  screen: { status: "off" | "opening" | "on"; failure: { code: string; message: string } | null };
  devices: DeviceList;
  /** What goes out: the screen while it is shared, else the camera. */
  video: MediaStreamTrack | null;
  audio: MediaStreamTrack | null;
  /** The preview shows the host as in a mirror, but not the screen nor the back camera. */
  mirrored: boolean;
}

export const closedSource: Source = { status: "opening", deviceId: null, failure: null };
export const initialCapture: CaptureState = {
  camera: closedSource,
  microphone: closedSource,
  muted: false,
  onBreak: false,
  screen: { status: "off", failure: null },
  devices: { cameras: [], microphones: [] },
  video: null,
  audio: null,
  mirrored: true,
};

/** The code and the message of anything the SDK threw. */
export function failureOf(error: unknown): { code: string; message: string } {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return {
    code: typeof code === "string" ? code : "device.failed",
    message: typeof message === "string" && message ? message : "The device could not be opened.",
  };
}

/** The camera after the one in use, going round; null when there is no other. */
export function nextCamera(devices: DeviceList, current: string | null): string | null {
  const ids = devices.cameras.map((camera) => camera.id);
  if (ids.length < 2) return null;
  return ids[(ids.indexOf(current ?? "") + 1) % ids.length] ?? null;
}
