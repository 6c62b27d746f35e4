import "./media-elements.ts";
import "./player.css";
import type { WatchStats } from "@sameroom/client";
import type { RoomView } from "@sameroom/contract";
import { Play, Settings2, Volume2 } from "lucide-react";
import { type ReactNode, type RefObject, useCallback } from "react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { formatLatency } from "../../ui/format/numbers.ts";
import { useHotkeys } from "../../ui/hooks/use-hotkeys.ts";
import { RoomPicture } from "../rooms/room-picture.tsx";
import { DetailsPanel } from "./details-panel.tsx";
import { ConnectionBadge, QualityPanel } from "./quality-panel.tsx";
import type { Scene } from "./scene.ts";
import { SceneOverlay } from "./scene-overlay.tsx";
import { type Playback, toggleFullscreen } from "./use-playback.ts";
import type { Watching } from "./use-watch.ts";

const VOLUME_STEP = 0.05;

export type StagePanelName = "quality" | "details";

export interface PlayerProps {
  room: RoomView;
  watching: Watching;
  playback: Playback;
  scene: Scene;
  /** Over the picture's upper edge: state, viewers, what the host does. */
  chips: ReactNode;
  stage: RefObject<HTMLDivElement | null>;
  video: RefObject<HTMLVideoElement | null>;
  /** What is open over the picture. */
  panel: StagePanelName | null;
  onPanel: (panel: StagePanelName | null) => void;
}

/** The live player: the picture, media-chrome's controls, and what lies over them. */
export function Player(props: PlayerProps) {
  const { room, watching, playback, scene, chips, stage, video, panel, onPanel } = props;
  const toggle = (name: StagePanelName) => onPanel(panel === name ? null : name);
  usePlayerKeys(playback, stage, toggle);
  const { fit } = watching;
  const takeVideo = useCallback(
    (element: HTMLVideoElement | null) => {
      video.current = element;
      fit(element);
    },
    [video, fit],
  );
  return (
    <div
      ref={stage}
      className="relative aspect-video max-h-[calc(100dvh-9rem)] w-full overflow-hidden bg-stage sm:rounded-3xl [&:fullscreen]:max-h-none [&:fullscreen]:rounded-none"
    >
      <section aria-label="Player" className="contents">
        {!watching.started && (
          <RoomPicture room={room} className="absolute inset-0 scale-105 opacity-50 blur-lg" />
        )}
        <media-controller
          defaultstreamtype="live"
          nohotkeys
          gesturesdisabled
          nomutedpref
          ref={(element) => {
            if (element) Object.assign(element, { fullscreenElement: stage.current });
          }}
        >
          {/* biome-ignore lint/a11y/useMediaCaption: captions come with the transcript, not as a track file */}
          <video
            slot="media"
            ref={takeVideo}
            playsInline
            autoPlay
            aria-label={room.title}
            onDoubleClick={() => toggleFullscreen(stage.current)}
          />
          <media-control-bar>
            <media-mute-button />
            <media-volume-range />
            <span className="flex-1" />
            <button
              type="button"
              data-opens-panel
              aria-label="Quality"
              aria-expanded={panel !== null}
              title="Quality (Q)"
              onClick={() => toggle(panel ?? "quality")}
              className="flex size-11 items-center justify-center rounded-xl text-white hover:bg-white/16"
            >
              <Settings2 size={22} aria-hidden="true" />
            </button>
            <media-pip-button />
            <media-fullscreen-button />
          </media-control-bar>
        </media-controller>
        <SceneOverlay scene={scene} onRetry={watching.retry} onShowPicture={() => watching.choose("auto")} />
        {scene.kind === "picture" && <PlaybackPrompt playback={playback} />}
        <div className="pointer-events-none absolute inset-x-3 top-3 z-20 flex flex-wrap items-center gap-1.5 sm:inset-x-4 sm:top-4">
          {chips}
          <span className="flex-1" />
          <ConnectionBadge stats={watching.stats} quality={watching.quality} />
          {scene.kind === "picture" && <QualityBadges stats={watching.stats} />}
        </div>
        {panel === "quality" && watching.quality && (
          <QualityPanel
            quality={watching.quality}
            stats={watching.stats}
            onChoose={watching.choose}
            onDetails={() => onPanel("details")}
            onClose={() => onPanel(null)}
          />
        )}
        {panel === "details" && <DetailsPanel read={watching.details} onClose={() => onPanel(null)} />}
      </section>
    </div>
  );
}

/** How far behind and how sharp the picture is. */
function QualityBadges({ stats }: { stats: WatchStats | null }) {
  if (!stats) return null;
  return (
    <span className="flex gap-1.5">
      {stats.height > 0 && <Badge tone="glass">{stats.height}p</Badge>}
      {stats.latencyMs !== null && (
        <Badge tone="glass">
          <span title="From the host's camera to your screen">
            <span className="sr-only">Latency </span>
            {formatLatency(stats.latencyMs)}
          </span>
        </Badge>
      )}
    </span>
  );
}

/** The one thing only the viewer can do: allow sound, or play again. */
function PlaybackPrompt({ playback }: { playback: Playback }) {
  if (playback.paused) {
    return (
      <Prompt onClick={playback.togglePlay} icon={<Play size={24} fill="currentColor" />}>
        Back to live
      </Prompt>
    );
  }
  if (playback.soundBlocked) {
    return (
      <Prompt low onClick={playback.unmute} icon={<Volume2 size={24} />}>
        Tap to unmute
      </Prompt>
    );
  }
  return null;
}

function Prompt(props: { low?: boolean; onClick: () => void; icon: ReactNode; children: ReactNode }) {
  return (
    <div
      className={`pointer-events-none absolute inset-0 z-10 flex justify-center ${props.low ? "items-end pb-14 sm:pb-20" : "items-center"}`}
    >
      <button
        type="button"
        onClick={props.onClick}
        className="pointer-events-auto flex h-14 sm:h-16 animate-rise items-center gap-3 rounded-full bg-white px-7 text-lg font-bold text-[oklch(0.24_0.045_325)] shadow-float transition-transform hover:scale-[1.03]"
      >
        {props.icon}
        {props.children}
      </button>
    </div>
  );
}

function usePlayerKeys(
  playback: Playback,
  stage: RefObject<HTMLElement | null>,
  togglePanel: (name: StagePanelName) => void,
): void {
  useHotkeys({
    " ": playback.togglePlay,
    k: playback.togglePlay,
    m: playback.toggleMute,
    f: () => toggleFullscreen(stage.current),
    p: playback.togglePictureInPicture,
    q: () => togglePanel("quality"),
    i: () => togglePanel("details"),
    arrowup: () => playback.nudgeVolume(VOLUME_STEP),
    arrowdown: () => playback.nudgeVolume(-VOLUME_STEP),
  });
}
