import { CalendarClock, Headphones, RotateCcw, Video, VideoOff, WifiOff } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Spinner } from "../../ui/atoms/spinner.tsx";
import { useNow } from "../../ui/hooks/use-now.ts";
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
        <Veil light>
          <Spinner size={36} label="Connecting" />
        </Veil>
      );
    case "scheduled":
      return (
        <Veil>
          <CalendarClock size={34} aria-hidden="true" />
          <Words title="The show has not started">
            Stay here: it starts by itself the moment the host goes live.
          </Words>
        </Veil>
      );
    case "starting":
      return (
        <Veil>
          <Spinner size={34} />
          <Words title="The host is live">The picture comes in a moment.</Words>
        </Veil>
      );
    case "interrupted":
      return (
        <Veil>
          <Spinner size={34} />
          <Words title="The host is reconnecting">
            <Grace endsMs={scene.graceEndsMs} />
          </Words>
        </Veil>
      );
    case "reconnecting":
      return (
        <Veil>
          <Spinner size={34} />
          <Words title="Your connection was lost">Reconnecting. Nothing to do, no need to reload.</Words>
        </Veil>
      );
    case "failed":
      return (
        <Veil>
          <WifiOff size={34} aria-hidden="true" />
          <Words title="The show cannot be played">{scene.message}</Words>
          <Button
            variant="primary"
            icon={<RotateCcw size={18} />}
            onClick={onRetry}
            className="pointer-events-auto"
          >
            Try again
          </Button>
        </Veil>
      );
    case "camera-off":
      return (
        <Veil>
          <VideoOff size={34} aria-hidden="true" />
          <Words title="The camera is off">You still hear the host.</Words>
        </Veil>
      );
    case "audio-only":
      return (
        <Veil>
          <Headphones size={34} aria-hidden="true" />
          <Words title="Audio only">No picture is sent, to save your data.</Words>
          <Button icon={<Video size={18} />} onClick={onShowPicture} className="pointer-events-auto">
            Show the picture
          </Button>
        </Veil>
      );
  }
}

function Veil({ light = false, children }: { light?: boolean; children: ReactNode }) {
  return (
    <div
      className={`pointer-events-none absolute inset-0 z-10 flex animate-rise flex-col items-center justify-center gap-3 px-6 text-center text-white sm:gap-4 ${
        light ? "bg-black/30" : "bg-[oklch(0.15_0.025_320/0.78)] backdrop-blur-md"
      }`}
    >
      {children}
    </div>
  );
}

function Words({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="max-w-md">
      <p className="font-display text-xl font-bold sm:text-2xl">{title}</p>
      <div className="mt-1 text-sm text-white/85 sm:text-base">{children}</div>
    </div>
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
