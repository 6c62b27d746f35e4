import "./media-elements.ts";
import "./player.css";
import type { QualityChoice, QualityState, WatchStats } from "@sameroom/client";
import { type CSSProperties, type ReactNode, type RefObject, useCallback } from "react";
import { Spinner } from "../../ui/atoms/spinner.tsx";
import { CaptionsPanel } from "./captions-panel.tsx";
import { DetailsPanel } from "./details-panel.tsx";
import { PlayerControls } from "./player-controls.tsx";
import { QualityPanel } from "./quality-panel.tsx";
import type { DetailRow } from "./quality-words.ts";
import type { Thumbnail } from "./seek-preview.tsx";
import { SpeedPanel } from "./speed-panel.tsx";
import type { StagePanelName } from "./stage-panel-name.ts";
import type { Timeline } from "./timeline.ts";
import { useCaptions } from "./use-captions.ts";
import { usePicturePresses } from "./use-picture-presses.ts";
import type { Playback } from "./use-playback.ts";
import { usePlayerKeys } from "./use-player-keys.ts";
import { useSeeking } from "./use-seeking.ts";

export interface PlayerProps {
  /** `live`: over WebRTC or LL-HLS, with a window to go back in or without; `replay`: a recording. */
  kind: "live" | "replay";
  title: string;
  playback: Playback;
  /** The element that shows the picture, for whoever follows its size. */
  fit?: (video: HTMLVideoElement | null) => void;
  /** true once a picture was on screen; before that the backdrop is. */
  started: boolean;
  backdrop: ReactNode;
  /** Where in the frame the picture is; default: everywhere. What is around it lies `behind` it, or `ahead` of it. */
  frame?: CSSProperties | undefined;
  behind?: ReactNode;
  ahead?: ReactNode;
  /** Over the picture's upper edge, at its left: state, viewers, what the host does. */
  chips?: ReactNode;
  /** The same, at its right: how it comes over. */
  status?: ReactNode;
  /** Over the picture: what is going on when there is none, or what only the viewer can do. */
  overlay?: ReactNode;
  /** The overlay says why there is no picture: nothing else turns beside it. */
  explained?: boolean;
  /** Where one is and can go; null where there is no going anywhere. */
  timeline: Timeline | null;
  /** Goes to a place on the bar; must keep its identity between renders. */
  onSeek: (seconds: number) => void;
  thumbnailAt?: (seconds: number) => Thumbnail | null;
  quality: QualityState | null;
  stats: WatchStats | null;
  onQuality: (choice: QualityChoice) => void;
  readDetails: () => Promise<DetailRow[] | null>;
  stage: RefObject<HTMLDivElement | null>;
  /** What is open over the picture. */
  panel: StagePanelName | null;
  onPanel: (panel: StagePanelName | null) => void;
}

/** The player of live shows and replays: the picture, the controls, and what lies over them. */
export function Player(props: PlayerProps) {
  const { kind, playback, stage, panel, onPanel, fit } = props;
  const seeking = useSeeking(props.timeline, props.onSeek);
  const captions = useCaptions(playback.video);
  const toggle = (name: StagePanelName) => onPanel(panel === name ? null : name);
  usePlayerKeys({ playback, seeking, captions, stage, toggle });
  const presses = usePicturePresses({ kind, playback, seeking, stage });
  const { takeVideo } = playback;
  const take = useCallback(
    (video: HTMLVideoElement | null) => {
      takeVideo(video);
      fit?.(video);
    },
    [takeVideo, fit],
  );
  const close = () => onPanel(null);
  return (
    <div
      ref={stage}
      className="relative aspect-video max-h-[calc(100dvh-9rem)] w-full overflow-hidden bg-stage sm:rounded-3xl [&:fullscreen]:max-h-none [&:fullscreen]:rounded-none"
    >
      <section aria-label="Player" className="contents">
        {!props.started && props.backdrop}
        {props.behind}
        <media-controller
          defaultstreamtype={kind === "live" ? "live" : "on-demand"}
          nohotkeys
          gesturesdisabled
          nomutedpref
          ref={(element) => {
            if (element) Object.assign(element, { fullscreenElement: stage.current });
          }}
        >
          <video
            slot="media"
            ref={take}
            playsInline
            aria-label={props.title}
            style={props.frame}
            {...presses}
          />
          <PlayerControls
            kind={kind}
            playback={playback}
            seeking={seeking}
            hasCaptions={captions.choices.length > 0}
            thumbnailAt={props.thumbnailAt}
            panel={panel}
            onPanel={toggle}
          />
        </media-controller>
        {props.ahead}
        {playback.stalled && props.started && !props.explained && (
          <div className="pointer-events-none absolute inset-0 z-10 flex animate-rise items-center justify-center text-white [animation-delay:0.4s]">
            <Spinner size={44} label="Loading" />
          </div>
        )}
        {props.overlay}
        <div className="pointer-events-none absolute inset-x-3 top-3 z-20 flex flex-wrap items-center gap-1.5 sm:inset-x-4 sm:top-4">
          {props.chips}
          <span className="flex-1" />
          {props.status}
        </div>
        {panel === "quality" && props.quality && (
          <QualityPanel
            kind={kind}
            quality={props.quality}
            stats={props.stats}
            onChoose={props.onQuality}
            onDetails={() => onPanel("details")}
            onClose={close}
          />
        )}
        {panel === "speed" && (
          <SpeedPanel speed={playback.speed} onChoose={playback.setSpeed} onClose={close} />
        )}
        {panel === "captions" && <CaptionsPanel captions={captions} onClose={close} />}
        {panel === "details" && (
          <DetailsPanel
            title={kind === "live" ? "Connection" : "Details"}
            read={props.readDetails}
            onClose={close}
          />
        )}
      </section>
    </div>
  );
}
