import { useEffect, useState, useSyncExternalStore } from "react";
import { useClient } from "../sdk/sdk.tsx";
import { Capture } from "./capture.ts";
import { type CaptureState, initialCapture } from "./capture-state.ts";
import { readDevicePreference } from "./device-preference.ts";

const nothing = () => () => {};

/** The host's devices, open as long as the component is there. */
export function useCapture(): { capture: Capture | null; state: CaptureState } {
  const client = useClient();
  const [capture, setCapture] = useState<Capture | null>(null);
  useEffect(() => {
    const next = new Capture({ devices: client.devices, preferred: readDevicePreference() });
    setCapture(next);
    void next.open();
    return () => {
      next.close();
      setCapture(null);
    };
  }, [client]);
  const state = useSyncExternalStore(
    capture?.subscribe ?? nothing,
    capture?.getState ?? (() => initialCapture),
  );
  return { capture, state };
}

/** Level 0..1 of a track while the component is there; 0 without one. */
export function useLevel(track: MediaStreamTrack | null): number {
  const client = useClient();
  const [level, setLevel] = useState(0);
  useEffect(() => {
    setLevel(0);
    return track ? client.devices.level(track, setLevel) : undefined;
  }, [client, track]);
  return level;
}
