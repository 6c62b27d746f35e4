import type { RoomView } from "@sameroom/contract";
import { Play, Volume2 } from "lucide-react";
import { type ReactNode, type RefObject, useCallback, useRef } from "react";
import { Player } from "../player/player.tsx";
import { Prompt } from "../player/prompt.tsx";
import { ConnectionBadge } from "../player/quality-panel.tsx";
import { detailRows } from "../player/quality-words.ts";
import type { StagePanelName } from "../player/stage-panel-name.ts";
import { StatusBadges } from "../player/status-badges.tsx";
import { behindMs, dvrTimeAt, dvrTimeline } from "../player/timeline.ts";
import type { Playback } from "../player/use-playback.ts";
import { RoomPicture } from "../rooms/room-picture.tsx";
import type { StageArrangement } from "../stage/stage-picture.tsx";
import type { Scene } from "./scene.ts";
import { SceneOverlay } from "./scene-overlay.tsx";
import type { Watching } from "./use-watch.ts";

/** So near to the bar's right end means live. */
const LIVE_WITHIN_S = 1.5;

/** The show goes on, whatever the host's own picture is. */
const SHOWING: readonly Scene["kind"][] = ["picture", "camera-off", "break"];

export interface LivePlayerProps {
  room: RoomView;
  watching: Watching;
  playback: Playback;
  scene: Scene;
  chips: ReactNode;
  /** Over the picture: what those who watch do. */
  over?: ReactNode;
  /** Who is in the picture beside the host. */
  arrangement: StageArrangement;
  stage: RefObject<HTMLDivElement | null>;
  panel: StagePanelName | null;
  onPanel: (panel: StagePanelName | null) => void;
}

/** The player with a live show in it, over whichever path it comes. */
export function LivePlayer(props: LivePlayerProps) {
  const { room, watching, playback, scene } = props;
  const { dvr, details, seekTo, goLive } = watching;
  const window = useRef(dvr);
  window.current = dvr;
  const seek = useCallback(
    (seconds: number) => {
      const kept = window.current;
      if (!kept) return;
      const at = dvrTimeAt(kept, seconds);
      if (kept.liveUnixMs - at < LIVE_WITHIN_S * 1_000) goLive();
      else seekTo(at);
    },
    [seekTo, goLive],
  );
  const readDetails = useCallback(async () => {
    const now = await details();
    return now && detailRows(now);
  }, [details]);
  const isShowing = SHOWING.includes(scene.kind);
  // What is said of the host's picture hides nobody else's.
  const place = isShowing ? props.arrangement.frame : undefined;
  return (
    <Player
      kind="live"
      title={room.title}
      playback={playback}
      fit={watching.fit}
      started={watching.started}
      {...(isShowing ? props.arrangement : {})}
      backdrop={<RoomPicture room={room} className="absolute inset-0 scale-105 opacity-50 blur-lg" />}
      chips={props.chips}
      status={
        <>
          <ConnectionBadge stats={watching.stats} quality={watching.quality} />
          {scene.kind === "picture" && (
            <StatusBadges stats={watching.stats} behind={dvr !== null && behindMs(dvr) > 0} />
          )}
        </>
      }
      explained={scene.kind !== "picture"}
      overlay={
        <>
          <div className="pointer-events-none absolute inset-0 z-0" style={place}>
            <SceneOverlay
              scene={scene}
              small={place !== undefined}
              onRetry={watching.retry}
              onShowPicture={() => watching.choose("auto")}
            />
          </div>
          {scene.kind === "picture" && <LivePrompt playback={playback} canGoBack={dvr !== null} />}
          {props.over}
        </>
      }
      timeline={dvrTimeline(dvr)}
      onSeek={seek}
      quality={watching.quality}
      stats={watching.stats}
      onQuality={watching.choose}
      readDetails={readDetails}
      stage={props.stage}
      panel={props.panel}
      onPanel={props.onPanel}
    />
  );
}

/** The one thing only the viewer can do: allow sound, or play again. */
function LivePrompt({ playback, canGoBack }: { playback: Playback; canGoBack: boolean }) {
  // Where pausing keeps the place the bar has the button: who pauses wants to see the picture.
  if (playback.paused && !canGoBack) {
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
