const STORAGE_KEY = "sameroom.devices";
export interface DevicePreference {
  camera?: string | undefined;
  microphone?: string | undefined;
}

/** The devices used last time; empty when never chosen or storage is blocked. */
export function readDevicePreference(): DevicePreference {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}");
    const { camera, microphone } = (stored ?? {}) as Record<string, unknown>;
    return {
      camera: typeof camera === "string" ? camera : undefined,
      microphone: typeof microphone === "string" ? microphone : undefined,
    };
  } catch {
    return {};
  }
}

export function rememberDevices(preference: DevicePreference): void {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify({ ...readDevicePreference(), ...preference }));
  } catch {
    // The browser's default device is used next time.
  }
}
