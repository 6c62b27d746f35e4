import { Captions as CaptionsIcon, Gauge, Settings2 } from "lucide-react";
import type { ReactNode } from "react";
import { formatElapsed } from "../../ui/format/time.ts";
import { LiveButton } from "./live-button.tsx";
import { SeekBar } from "./seek-bar.tsx";
import type { Thumbnail } from "./seek-preview.tsx";
import { speedLabel } from "./speed.ts";
import type { StagePanelName } from "./stage-panel-name.ts";
import type { Playback } from "./use-playback.ts";
import type { Seeking } from "./use-seeking.ts";

export interface PlayerControlsProps {
  kind: "live" | "replay";
  playback: Playback;
  seeking: Seeking;
  hasCaptions: boolean;
  thumbnailAt: ((seconds: number) => Thumbnail | null) | undefined;
  panel: StagePanelName | null;
  onPanel: (panel: StagePanelName) => void;
}

/**
 * The bar under the picture. Play and pause are there where pausing keeps the place: in a replay, and in a live show
 * that can be gone back in.
 */
export function PlayerControls(props: PlayerControlsProps) {
  const { kind, playback, seeking, hasCaptions, thumbnailAt, panel, onPanel } = props;
  const { timeline, seek } = seeking;
  return (
    <div className="stage-controls">
      {timeline && timeline.length > 0 && (
        <SeekBar timeline={timeline} onSeek={seek} thumbnailAt={thumbnailAt} />
      )}
      <media-control-bar>
        {timeline && <media-play-button />}
        <media-mute-button />
        <media-volume-range />
        {timeline?.kind === "replay" && (
          <span className="px-2 text-sm font-medium whitespace-nowrap text-white tabular">
            <span className="sr-only">At </span>
            {formatElapsed(timeline.at * 1_000)}
            <span className="text-white/70">
              <span aria-hidden="true"> / </span>
              <span className="sr-only"> of </span>
              {formatElapsed(timeline.length * 1_000)}
            </span>
          </span>
        )}
        {timeline?.kind === "dvr" && <LiveButton timeline={timeline} onLive={() => seek(timeline.length)} />}
        <span className="flex-1" />
        {hasCaptions && (
          <PanelButton name="captions" label="Captions" open={panel} onPanel={onPanel}>
            <CaptionsIcon size={22} aria-hidden="true" />
          </PanelButton>
        )}
        {kind === "replay" && (
          <PanelButton name="speed" label="Speed" hint=", ." open={panel} onPanel={onPanel}>
            {playback.speed === 1 ? (
              <Gauge size={22} aria-hidden="true" />
            ) : (
              <span className="text-sm font-bold tabular">{speedLabel(playback.speed)}</span>
            )}
          </PanelButton>
        )}
        <PanelButton name="quality" label="Quality" hint="Q" open={panel} onPanel={onPanel}>
          <Settings2 size={22} aria-hidden="true" />
        </PanelButton>
        <media-pip-button />
        <media-fullscreen-button />
      </media-control-bar>
    </div>
  );
}

function PanelButton(props: {
  name: StagePanelName;
  label: string;
  hint?: string;
  open: StagePanelName | null;
  onPanel: (panel: StagePanelName) => void;
  children: ReactNode;
}) {
  const { name, label, hint, open, onPanel } = props;
  return (
    <button
      type="button"
      data-opens-panel
      aria-label={label}
      aria-expanded={open === name}
      title={hint ? `${label} (${hint})` : label}
      onClick={() => onPanel(name)}
      className="flex size-11 shrink-0 items-center justify-center rounded-xl text-white hover:bg-white/16"
    >
      {props.children}
    </button>
  );
}
