import type { RoomView } from "@sameroom/contract";
import { Button } from "../../ui/atoms/button.tsx";
import { Notice } from "../../ui/molecules/notice.tsx";
import type { RoomLive } from "../room/room-state.ts";
import type { CaptureState } from "./capture-state.ts";
import { deviceHelp } from "./device-help.ts";
import { recordingStanding } from "./recording-standing.ts";
import type { Broadcast } from "./use-broadcast.ts";
import type { StudioActions } from "./use-studio-actions.ts";

/** Everything the host should know and can act on, worst first. */
export function StudioBanners(props: {
  state: CaptureState;
  actions: StudioActions;
  broadcast: Broadcast;
  live: RoomLive;
  room: RoomView;
}) {
  const { state, actions, broadcast, live, room } = props;
  const camera = deviceHelp("camera", state.camera);
  const microphone = deviceHelp("microphone", state.microphone);
  const retry = (again: () => void) => (
    <Button size="sm" onClick={again}>
      Try again
    </Button>
  );
  return (
    <div className="flex flex-col gap-3 empty:hidden">
      <BroadcastBanner broadcast={broadcast} />
      <PathBanner broadcast={broadcast} />
      {live.connection === "reconnecting" && (
        <Notice tone="warn" title="The connection to the room was lost">
          Reconnecting. The picture goes on meanwhile.
        </Notice>
      )}
      {live.connection === "failed" && (
        <Notice tone="bad" title="The room cannot be reached">
          {live.failure?.message ?? "Reload the page to try again."}
        </Notice>
      )}
      <RecordingBanner room={room} />
      {camera && (
        <Notice tone="bad" title={camera.title} action={retry(() => actions.chooseCamera())}>
          {camera.todo}
        </Notice>
      )}
      {microphone && (
        <Notice tone="bad" title={microphone.title} action={retry(() => actions.chooseMicrophone())}>
          {microphone.todo}
        </Notice>
      )}
      {state.screen.failure && state.screen.failure.code !== "device.permission_denied" && (
        <Notice tone="warn" title="The screen could not be shared">
          {state.screen.failure.message}
        </Notice>
      )}
    </div>
  );
}

/** A recording that stopped is no matter to the show, and easily overlooked. */
function RecordingBanner({ room }: { room: RoomView }) {
  const onAir = room.state === "live" || room.state === "interrupted";
  const standing = recordingStanding({ mode: room.recordingMode, onAir, recording: room.recording });
  if (standing.tone !== "trouble") return null;
  return (
    <Notice tone="warn" title={standing.headline}>
      {standing.text}
      {standing.fault && ` ${standing.fault.headline}. ${standing.fault.advice}`}
    </Notice>
  );
}

function PathBanner({ broadcast: { path, state } }: { broadcast: Broadcast }) {
  if (path === "webrtc" || state === "ended" || state === "failed") return null;
  if (typeof RTCPeerConnection === "undefined") {
    return (
      <Notice tone="info" title="This browser has no WebRTC">
        The show goes out another way: viewers see it a little later, in one picture size. In another browser
        it would reach them at once.
      </Notice>
    );
  }
  return (
    <Notice tone="info" title="Your network blocks WebRTC">
      The show goes out another way: viewers see it a little later, in one picture size. The next time you go
      live, WebRTC is tried again.
    </Notice>
  );
}

function BroadcastBanner({ broadcast }: { broadcast: Broadcast }) {
  if (broadcast.state === "reconnecting") {
    return (
      <Notice tone="warn" title="Your connection was lost">
        Reconnecting by itself. Viewers see that you are coming back; stay on this page.
      </Notice>
    );
  }
  if (broadcast.state === "ended") {
    return (
      <Notice tone="info" title="The broadcast was ended">
        Everybody sees that it is over.
      </Notice>
    );
  }
  if (broadcast.state !== "failed") return null;
  if (broadcast.failure?.code === "publish.room_busy") {
    return (
      <Notice tone="warn" title="Somebody else is live in this room">
        End that broadcast first, or stop the encoder that sends to this room. Then go live again.
      </Notice>
    );
  }
  if (broadcast.failure?.code === "publish.replaced") {
    return (
      <Notice tone="info" title="You are live from another window or device">
        This page sends nothing any more. Take over to go on from here.
      </Notice>
    );
  }
  return (
    <Notice tone="bad" title="Going live did not work">
      {broadcast.failure?.message ?? "The connection to the server failed. Try again in a moment."}
    </Notice>
  );
}
