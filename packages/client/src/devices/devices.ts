import type { DeviceChoice, DeviceList, Devices, Unsubscribe } from "../types.ts";
import { deviceError, requireMediaDevices } from "./device-error.ts";
import { measureLevel } from "./level.ts";

/** Cameras, microphones and screens of this browser. Tracks belong to who asked for them. */
export class BrowserDevices implements Devices {
  async list(): Promise<DeviceList> {
    const all = await requireMediaDevices().enumerateDevices();
    return {
      cameras: choices(all, "videoinput", "Camera"),
      microphones: choices(all, "audioinput", "Microphone"),
    };
  }

  onChange(listener: (list: DeviceList) => void): Unsubscribe {
    const devices = requireMediaDevices();
    const changed = () => void this.list().then(listener, () => undefined);
    devices.addEventListener("devicechange", changed);
    return () => devices.removeEventListener("devicechange", changed);
  }

  async camera(options: Parameters<Devices["camera"]>[0] = {}): Promise<MediaStreamTrack> {
    const { deviceId, facing, height = 720 } = options;
    const devices = requireMediaDevices();
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
    const devices = requireMediaDevices();
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
    const devices = requireMediaDevices();
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
    return measureLevel(track, listener);
  }
}

/** Labels are empty until permission was given; then devices are numbered. */
function choices(all: readonly MediaDeviceInfo[], kind: MediaDeviceKind, name: string): DeviceChoice[] {
  return all
    .filter((device) => device.kind === kind && device.deviceId !== "")
    .map((device, index) => ({ id: device.deviceId, label: device.label || `${name} ${index + 1}` }));
}
