import type { RoomConnection } from "@sameroom/client";
import { useMemo } from "react";
import { useHotkeys } from "../../ui/hooks/use-hotkeys.ts";
import type { Capture } from "./capture.ts";
import { rememberDevices } from "./device-preference.ts";

export interface StudioActions {
  toggleMute: () => void;
  toggleCamera: () => void;
  toggleScreen: () => void;
  toggleBreak: () => void;
  switchCamera: () => void;
  chooseCamera: (id?: string) => void;
  chooseMicrophone: (id?: string) => void;
}

/** What the host can do to the devices, by button and by key (M, V, S, B). */
export function useStudioActions(
  capture: Capture | null,
  onAir: { connection: RoomConnection | null; live: boolean },
): StudioActions {
  const { connection, live } = onAir;
  const actions = useMemo<StudioActions>(() => {
    const tellSwitched = () => {
      if (live) void connection?.notify({ kind: "camera-switched" }).catch(() => {});
    };
    return {
      toggleMute() {
        if (!capture) return;
        const { microphone, muted } = capture.getState();
        if (microphone.status === "on") capture.setMuted(!muted);
        else {
          capture.setMuted(false);
          void capture.chooseMicrophone();
        }
      },
      toggleCamera() {
        if (capture) void capture.setCameraOff(capture.getState().camera.status === "on");
      },
      toggleScreen() {
        if (!capture) return;
        void (capture.getState().screen.status === "on" ? capture.stopScreen() : capture.shareScreen());
      },
      toggleBreak() {
        capture?.setOnBreak(!capture.getState().onBreak);
      },
      switchCamera() {
        void capture?.switchCamera().then((switched) => switched && tellSwitched());
      },
      chooseCamera(id) {
        if (id) rememberDevices({ camera: id });
        void capture?.chooseCamera(id).then(tellSwitched);
      },
      chooseMicrophone(id) {
        if (id) rememberDevices({ microphone: id });
        void capture?.chooseMicrophone(id);
      },
    };
  }, [capture, connection, live]);
  useHotkeys({
    m: actions.toggleMute,
    v: actions.toggleCamera,
    s: actions.toggleScreen,
    b: actions.toggleBreak,
  });
  return actions;
}
