import type { RoomConnection } from "@sameroom/client";
import type { StageMember } from "@sameroom/contract";
import { DoorOpen, LogOut, Mic, MicOff, SwitchCamera, Video, VideoOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { IconButton } from "../../ui/atoms/icon-button.tsx";
import { Dialog } from "../../ui/molecules/dialog.tsx";
import { Notice } from "../../ui/molecules/notice.tsx";
import { deviceHelp } from "../studio/device-help.ts";
import { DeviceChoices } from "../studio/devices-panel.tsx";
import { Preview } from "../studio/preview.tsx";
import { useBroadcast } from "../studio/use-broadcast.ts";
import { useCapture } from "../studio/use-capture.ts";
import { type StudioActions, useStudioActions } from "../studio/use-studio-actions.ts";
import { useOnStage } from "./use-on-stage.ts";
import type { StageLive } from "./use-stage.ts";

/**
 * A guest's own devices, from the check before going on stage to leaving it. Camera and microphone are released when it goes.
 * `onPicture`: what of themselves the guest should see on stage.
 */
export function GuestDesk(props: {
  room: string;
  connection: RoomConnection | null;
  self: StageMember;
  send: StageLive["send"];
  onPicture: (track: MediaStreamTrack | null) => void;
}) {
  const { room, connection, self, send, onPicture } = props;
  const { capture, state } = useCapture();
  const broadcast = useBroadcast(room, state, connection, "guest");
  const live = broadcast.state === "live" || broadcast.state === "reconnecting";
  const actions = useStudioActions(capture, { connection: null, live });
  const video = useRef<HTMLVideoElement>(null);
  const [checking, setChecking] = useState(true);
  useOnStage({ capture, state, self: live ? self : null, send });
  const { video: picture } = state;
  useEffect(() => {
    onPicture(live ? picture : null);
    return () => onPicture(null);
  }, [live, picture, onPicture]);
  useEffect(() => {
    if (live) setChecking(false);
  }, [live]);
  const leave = () => {
    broadcast.leave();
    void send("stage.leave", {}).catch(() => {});
  };
  const faults = [deviceHelp("camera", state.camera), deviceHelp("microphone", state.microphone)];
  const ready = state.video !== null || state.audio !== null;
  const failure = broadcast.state === "failed" ? broadcast.failure : null;
  return (
    <>
      <Dialog open={checking} onClose={() => setChecking(false)} title="Ready for the stage?">
        <div className="-mx-2 overflow-hidden rounded-2xl">
          <Preview capture={state} video={video} chips={null} />
        </div>
        {faults.map(
          (fault) =>
            fault && (
              <Notice key={fault.title} tone="bad" title={fault.title}>
                {fault.todo}
              </Notice>
            ),
        )}
        {failure && (
          <Notice tone="bad" title="Going on stage did not work">
            {failure.message}
          </Notice>
        )}
        <DeviceChoices state={state} microphone={capture?.microphoneTrack ?? null} actions={actions} />
        <div className="flex flex-wrap justify-end gap-2">
          <Button variant="quiet" onClick={leave}>
            Not now
          </Button>
          <Button
            variant="primary"
            icon={<DoorOpen size={19} aria-hidden="true" />}
            disabled={!ready}
            busy={broadcast.state === "connecting"}
            onClick={broadcast.goLive}
          >
            Go on stage
          </Button>
        </div>
      </Dialog>
      <section
        aria-label="You on stage"
        className="flex flex-wrap items-center gap-2 rounded-2xl border border-line bg-surface p-2.5"
      >
        <p className="min-w-0 flex-1 basis-28 px-2 font-semibold">
          {standing(self, live, broadcast.state === "reconnecting")}
        </p>
        {live ? (
          <GuestTools
            self={self}
            muted={state.muted || state.microphone.status !== "on"}
            state={state}
            actions={actions}
          />
        ) : (
          <Button size="sm" variant="primary" onClick={() => setChecking(true)}>
            {self.state === "joining" ? "Get ready" : "Come back"}
          </Button>
        )}
        <IconButton tone="off" label="Leave the stage" icon={<LogOut size={20} />} onClick={leave} />
      </section>
    </>
  );
}

function GuestTools(props: {
  self: StageMember;
  muted: boolean;
  state: ReturnType<typeof useCapture>["state"];
  actions: StudioActions;
}) {
  const { self, muted, state, actions } = props;
  const dark = state.camera.status !== "on";
  return (
    <>
      <IconButton
        tone={muted || self.silenced ? "off" : "solid"}
        label={self.silenced ? "The host has muted you" : muted ? "Unmute microphone" : "Mute microphone"}
        disabled={self.silenced}
        icon={muted || self.silenced ? <MicOff size={20} /> : <Mic size={20} />}
        onClick={actions.toggleMute}
      />
      <IconButton
        tone={dark ? "off" : "solid"}
        label={dark ? "Turn camera on" : "Turn camera off"}
        icon={dark ? <VideoOff size={20} /> : <Video size={20} />}
        onClick={actions.toggleCamera}
      />
      {state.devices.cameras.length > 1 && (
        <IconButton
          tone="solid"
          label="Switch camera"
          disabled={dark}
          icon={<SwitchCamera size={20} />}
          onClick={actions.switchCamera}
        />
      )}
    </>
  );
}

function standing(self: StageMember, live: boolean, reconnecting: boolean): string {
  if (reconnecting) return "Reconnecting…";
  if (!live) return self.state === "joining" ? "You are invited on stage" : "Your place is kept for a moment";
  return self.silenced ? "On stage. The host has muted you" : "You are on stage";
}
