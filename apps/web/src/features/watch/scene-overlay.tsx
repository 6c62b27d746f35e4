import { CalendarClock, Headphones, RotateCcw, Video, VideoOff, WifiOff } from "lucide-react";
import { Button } from "../../ui/atoms/button.tsx";
import { Spinner } from "../../ui/atoms/spinner.tsx";
import { useNow } from "../../ui/hooks/use-now.ts";
import { StageVeil, StageWords } from "../player/stage-veil.tsx";
import type { Scene } from "./scene.ts";

/** Lies over the picture and says what is going on when there is none, or an old one. */
export function SceneOverlay({
  scene,
  onRetry,
  onShowPicture,
}: {
  scene: Scene;
  onRetry: () => void;
  onShowPicture: () => void;
}) {
  switch (scene.kind) {
    case "picture":
      return null;
    case "connecting":
      return (
        <StageVeil light>
          <Spinner size={36} label="Connecting" />
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
    case "camera-off":
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
