import {
  CalendarClock,
  Coffee,
  EyeOff,
  Headphones,
  MonitorX,
  RotateCcw,
  ShieldAlert,
  Video,
  VideoOff,
  WifiOff,
} from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Spinner } from "../../ui/atoms/spinner.tsx";
import { useNow } from "../../ui/hooks/use-now.ts";
import { StageVeil, StageWords } from "../player/stage-veil.tsx";
import type { Scene } from "./scene.ts";

/** Lies over the picture and says what is going on when there is none, or an old one. */
export function SceneOverlay({
  scene,
  small,
  onRetry,
  onShowPicture,
}: {
  scene: Scene;
  /** It lies over the host's picture alone, beside others'. */
  small: boolean;
  onRetry: () => void;
  onShowPicture: () => void;
}) {
  switch (scene.kind) {
    case "picture":
      return null;
    case "connecting":
      return (
        <StageVeil light={scene.trouble === null}>
          <Spinner size={36} label="Connecting" />
          {scene.trouble !== null && <StageWords title="Connecting">{scene.trouble}</StageWords>}
        </StageVeil>
      );
    case "scheduled":
      return (
        <StageVeil>
          <CalendarClock size={34} aria-hidden="true" />
          <StageWords title="The show has not started">
            Stay here: it starts by itself the moment the host goes live.
          </StageWords>
        </StageVeil>
      );
    case "starting":
      return (
        <StageVeil>
          <Spinner size={34} />
          <StageWords title="The host is live">The picture comes in a moment.</StageWords>
        </StageVeil>
      );
    case "interrupted":
      return (
        <StageVeil>
          <Spinner size={34} />
          <StageWords title="The host is reconnecting">
            <Grace endsMs={scene.graceEndsMs} />
          </StageWords>
        </StageVeil>
      );
    case "reconnecting":
      return (
        <StageVeil>
          <Spinner size={34} />
          <StageWords title="Your connection was lost">
            Reconnecting. Nothing to do, no need to reload.
          </StageWords>
        </StageVeil>
      );
    case "failed":
      return (
        <StageVeil>
          <WifiOff size={34} aria-hidden="true" />
          <StageWords title="The show cannot be played">{scene.message}</StageWords>
          <Button
            variant="primary"
            icon={<RotateCcw size={18} />}
            onClick={onRetry}
            className="pointer-events-auto"
          >
            Try again
          </Button>
        </StageVeil>
      );
    case "unplayable":
      return (
        <StageVeil>
          <MonitorX size={34} aria-hidden="true" />
          <StageWords title="Not in this browser">
            {scene.message} Another one on this device may play it.
          </StageWords>
        </StageVeil>
      );
    case "break":
      if (small) return <SmallVeil icon={<Coffee size={20} aria-hidden="true" />}>Be right back</SmallVeil>;
      return (
        <StageVeil>
          <Coffee size={34} aria-hidden="true" />
          <StageWords title="Be right back">The host takes a short break. The show goes on here.</StageWords>
        </StageVeil>
      );
    case "blurred":
      return (
        <StageVeil heavy>
          <EyeOff size={34} aria-hidden="true" />
          <StageWords title="The picture is blurred">
            It may not be for everybody. A moderator looks at it; you still hear the show.
          </StageWords>
        </StageVeil>
      );
    case "paused":
      return (
        <StageVeil heavy>
          <ShieldAlert size={34} aria-hidden="true" />
          <StageWords title="The show is paused">
            A moderator looks at it. It goes on here by itself if all is well.
          </StageWords>
        </StageVeil>
      );
    case "camera-off":
      if (small) return <SmallVeil icon={<VideoOff size={20} aria-hidden="true" />}>Camera off</SmallVeil>;
      return (
        <StageVeil>
          <VideoOff size={34} aria-hidden="true" />
          <StageWords title="The camera is off">You still hear the host.</StageWords>
        </StageVeil>
      );
    case "audio-only":
      return (
        <StageVeil>
          <Headphones size={34} aria-hidden="true" />
          <StageWords title="Audio only">No picture is sent, to save your data.</StageWords>
          <Button icon={<Video size={18} />} onClick={onShowPicture} className="pointer-events-auto">
            Show the picture
          </Button>
        </StageVeil>
      );
  }
}

function SmallVeil({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <StageVeil>
      <span className="flex flex-col items-center gap-1 text-xs font-semibold sm:text-sm">
        {icon}
        {children}
      </span>
    </StageVeil>
  );
}

function Grace({ endsMs }: { endsMs: number | null }) {
  const now = useNow(250);
  if (endsMs === null) return "The show goes on as soon as the connection is back.";
  const seconds = Math.max(0, Math.ceil((endsMs - now) / 1_000));
  return (
    <span className="tabular">
      {seconds > 0
        ? `We keep the room open for ${seconds} more ${seconds === 1 ? "second" : "seconds"}.`
        : "Last try."}
    </span>
  );
}
