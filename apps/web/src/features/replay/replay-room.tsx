import type { RecordingView } from "@sameroom/contract";
import { Play, RotateCcw, Volume2, WifiOff } from "lucide-react";
import { useCallback, useRef, useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { StageWithCompany } from "../../ui/templates/stage-with-company.tsx";
import { useReplayChat } from "../chat/use-replay-chat.ts";
import { ReplayCompany } from "../company/replay-company.tsx";
import { GiftStage } from "../gifts/gift-stage.tsx";
import { Player } from "../player/player.tsx";
import { Prompt } from "../player/prompt.tsx";
import { replayRows } from "../player/quality-words.ts";
import { ShortcutHints } from "../player/shortcut-hints.tsx";
import type { StagePanelName } from "../player/stage-panel-name.ts";
import { StageVeil, StageWords } from "../player/stage-veil.tsx";
import { type Playback, usePlayback } from "../player/use-playback.ts";
import { useReplayTimeline } from "../player/use-replay-timeline.ts";
import { useStarted } from "../player/use-started.ts";
import { PastShows } from "../recordings/past-shows.tsx";
import { RecordingPicture } from "../recordings/recording-picture.tsx";
import { VisibilityBadge } from "../rooms/visibility-badge.tsx";
import { ReplayInfo } from "./replay-info.tsx";
import { RoomNow } from "./room-now.tsx";
import { type Replaying, useReplay } from "./use-replay.ts";

const START_S = 0.5;

/** A recording that can be played: the player, what it is, and the way to its room. */
export function ReplayRoom({ recording }: { recording: RecordingView }) {
  const replay = useReplay(recording.id);
  const playback = usePlayback({ attach: replay.attach, whenSilenced: "wait" });
  const started = useStarted(playback.video);
  const timeline = useReplayTimeline(playback.video, recording.durationMs / 1_000);
  const log = useReplayChat(recording, playback.video);
  const stage = useRef<HTMLDivElement>(null);
  const [panel, setPanel] = useState<StagePanelName | null>(null);
  const { video } = playback;
  const { quality } = replay;
  const seek = useCallback(
    (seconds: number) => {
      if (video) video.currentTime = seconds;
    },
    [video],
  );
  const readDetails = useCallback(async () => {
    if (!video) return null;
    const { totalVideoFrames, droppedVideoFrames } = video.getVideoPlaybackQuality();
    return replayRows({
      recording: recording.id,
      width: video.videoWidth,
      height: video.videoHeight,
      quality,
      aheadS: loadedAhead(video),
      decodedFrames: totalVideoFrames - droppedVideoFrames,
      droppedFrames: droppedVideoFrames,
    });
  }, [video, quality, recording.id]);
  return (
    <StageWithCompany
      title={recording.title}
      stage={
        <Player
          kind="replay"
          title={recording.title}
          playback={playback}
          started={started}
          backdrop={<RecordingPicture recording={recording} className="absolute inset-0 opacity-80" />}
          chips={<VisibilityBadge visibility={recording.visibility} glass />}
          overlay={
            <>
              <ReplayOverlay replay={replay} playback={playback} atStart={timeline.at < START_S} />
              {log && <GiftStage store={log} />}
            </>
          }
          timeline={timeline}
          onSeek={seek}
          thumbnailAt={replay.thumbnailAt}
          quality={quality}
          stats={null}
          onQuality={replay.choose}
          readDetails={readDetails}
          stage={stage}
          panel={panel}
          onPanel={setPanel}
        />
      }
      below={
        <>
          <ReplayInfo recording={recording} />
          <div className="mt-8 max-w-sm">
            <RoomNow room={recording.room.slug} />
          </div>
          <PastShows room={recording.room.slug} except={recording.id} />
          <ShortcutHints kind="replay" />
        </>
      }
      company={(about) => (
        <ReplayCompany room={recording.room.slug} broadcast={recording.broadcast} log={log} about={about} />
      )}
    />
  );
}

/** What went wrong, or the one thing only the viewer can do. */
function ReplayOverlay({
  replay,
  playback,
  atStart,
}: {
  replay: Replaying;
  playback: Playback;
  atStart: boolean;
}) {
  if (replay.state === "failed") {
    return (
      <StageVeil>
        <WifiOff size={34} aria-hidden="true" />
        <StageWords title="The replay cannot be played">
          {replay.failure?.message ?? "Try again in a moment."}
        </StageWords>
        <Button
          variant="primary"
          icon={<RotateCcw size={18} />}
          onClick={replay.retry}
          className="pointer-events-auto"
        >
          Try again
        </Button>
      </StageVeil>
    );
  }
  if (playback.ended) {
    return (
      <Prompt onClick={playback.togglePlay} icon={<RotateCcw size={24} />}>
        Watch again
      </Prompt>
    );
  }
  // Later on the bar's own button is enough: who pauses wants to see the picture.
  if (playback.paused && atStart) {
    return (
      <Prompt onClick={playback.togglePlay} icon={<Play size={24} fill="currentColor" />}>
        Play
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

/** Seconds loaded beyond the place on screen. */
function loadedAhead(video: HTMLVideoElement): number {
  const { buffered, currentTime } = video;
  for (let range = 0; range < buffered.length; range++) {
    if (buffered.start(range) <= currentTime && currentTime <= buffered.end(range)) {
      return buffered.end(range) - currentTime;
    }
  }
  return 0;
}
