import type { Environment } from "../environment.ts";
import { ClientError } from "../errors.ts";
import type { DeviceChoice, DeviceList, Devices, Unsubscribe } from "../types.ts";
import { deviceError, requireMediaDevices } from "./device-error.ts";
import { measureLevel } from "./level.ts";

/** Cameras, microphones and screens of this browser. Tracks belong to who asked for them. */
export class BrowserDevices implements Devices {
  readonly #environment: Environment;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  async list(): Promise<DeviceList> {
    const all = await requireMediaDevices(this.#environment).enumerateDevices();
    return {
      cameras: choices(all, "videoinput", "Camera"),
      microphones: choices(all, "audioinput", "Microphone"),
    };
  }

  onChange(listener: (list: DeviceList) => void): Unsubscribe {
    const devices = requireMediaDevices(this.#environment);
    const changed = () => void this.list().then(listener, () => undefined);
    devices.addEventListener("devicechange", changed);
    return () => devices.removeEventListener("devicechange", changed);
  }

  async camera(options: Parameters<Devices["camera"]>[0] = {}): Promise<MediaStreamTrack> {
    const { deviceId, facing, height = 720 } = options;
    const devices = requireMediaDevices(this.#environment);
    const video: MediaTrackConstraints = {
      height: { ideal: height },
      width: { ideal: Math.round((height * 16) / 9) },
      frameRate: { ideal: 30 },
      ...(deviceId === undefined ? {} : { deviceId: { exact: deviceId } }),
      ...(facing === undefined ? {} : { facingMode: facing }),
    };
    try {
      const track = (await devices.getUserMedia({ video })).getVideoTracks()[0]!;
      track.contentHint = "motion";
      return track;
    } catch (thrown) {
      throw deviceError(thrown, "camera");
    }
  }

  async microphone(options: { deviceId?: string } = {}): Promise<MediaStreamTrack> {
    const { deviceId } = options;
    const devices = requireMediaDevices(this.#environment);
    const audio: MediaTrackConstraints = {
      echoCancellation: true,
      noiseSuppression: true,
      autoGainControl: true,
      ...(deviceId === undefined ? {} : { deviceId: { exact: deviceId } }),
    };
    try {
      return (await devices.getUserMedia({ audio })).getAudioTracks()[0]!;
    } catch (thrown) {
      throw deviceError(thrown, "microphone");
    }
  }

  async screen(
    options: { audio?: boolean } = {},
  ): Promise<{ video: MediaStreamTrack; audio: MediaStreamTrack | null }> {
    const devices = requireMediaDevices(this.#environment);
    // Phones have none.
    if (typeof devices.getDisplayMedia !== "function") {
      throw new ClientError(
        "media.unsupported",
        "This browser cannot share a screen. Use one on a computer.",
      );
    }
    try {
      const stream = await devices.getDisplayMedia({
        video: { frameRate: { ideal: 30 } },
        audio: options.audio ?? false,
      });
      const video = stream.getVideoTracks()[0]!;
      video.contentHint = "detail";
      return { video, audio: stream.getAudioTracks()[0] ?? null };
    } catch (thrown) {
      throw deviceError(thrown, "screen");
    }
  }

  level(track: MediaStreamTrack, listener: (level: number) => void): Unsubscribe {
    return measureLevel(this.#environment, track, listener);
  }
}

/** Labels are empty until permission was given; then devices are numbered. */
function choices(all: readonly MediaDeviceInfo[], kind: MediaDeviceKind, name: string): DeviceChoice[] {
  return all
    .filter((device) => device.kind === kind && device.deviceId !== "")
    .map((device, index) => ({ id: device.deviceId, label: device.label || `${name} ${index + 1}` }));
}
