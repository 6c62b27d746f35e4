import { Coffee, Mic, MicOff, MonitorUp, MonitorX, SwitchCamera, Video, VideoOff } from "lucide-react";
import { IconButton } from "../../ui/atoms/icon-button.tsx";
import type { CaptureState } from "./capture-state.ts";
import type { StudioActions } from "./use-studio-actions.ts";

/** Microphone, camera, screen: one button each, the same ones on a desk and under the thumb. */
export function StudioToolbar({ state, actions }: { state: CaptureState; actions: StudioActions }) {
  const silent = state.muted || state.microphone.status !== "on";
  const dark = state.camera.status !== "on";
  const sharing = state.screen.status === "on";
  return (
    <>
      <IconButton
        size="lg"
        tone={silent ? "off" : "solid"}
        shortcut="M"
        label={silent ? "Unmute microphone" : "Mute microphone"}
        icon={silent ? <MicOff size={22} /> : <Mic size={22} />}
        onClick={actions.toggleMute}
      />
      <IconButton
        size="lg"
        tone={dark ? "off" : "solid"}
        shortcut="V"
        label={dark ? "Turn camera on" : "Turn camera off"}
        icon={dark ? <VideoOff size={22} /> : <Video size={22} />}
        onClick={actions.toggleCamera}
      />
      {state.devices.cameras.length > 1 && (
        <IconButton
          size="lg"
          tone="solid"
          label="Switch camera"
          disabled={state.camera.status !== "on"}
          icon={<SwitchCamera size={22} />}
          onClick={actions.switchCamera}
        />
      )}
      {canShareScreen() && (
        <IconButton
          size="lg"
          tone={sharing ? "on" : "solid"}
          shortcut="S"
          label={sharing ? "Stop sharing the screen" : "Share screen"}
          disabled={state.screen.status === "opening"}
          icon={sharing ? <MonitorX size={22} /> : <MonitorUp size={22} />}
          onClick={actions.toggleScreen}
        />
      )}
      <IconButton
        size="lg"
        tone={state.onBreak ? "on" : "solid"}
        shortcut="B"
        label={state.onBreak ? "Come back from the break" : "Take a break"}
        icon={<Coffee size={22} />}
        onClick={actions.toggleBreak}
      />
    </>
  );
}

/** Phones have no screen capture. */
function canShareScreen(): boolean {
  return typeof navigator.mediaDevices?.getDisplayMedia === "function";
}
