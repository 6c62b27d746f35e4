import type { RoomDetail, RoomView } from "@sameroom/contract";
import { Eye, Maximize, Settings2, Share2, Volume2, VolumeX } from "lucide-react";
import { useRef, useState } from "react";
import { Announcement } from "../../ui/atoms/announcement.tsx";
import { Badge, LiveBadge } from "../../ui/atoms/badge.tsx";
import { IconButton } from "../../ui/atoms/icon-button.tsx";
import { formatCount, formatViewers } from "../../ui/format/numbers.ts";
import { ThumbBar } from "../../ui/organisms/thumb-bar.tsx";
import { StageWithAside } from "../../ui/templates/stage-with-aside.tsx";
import { ShortcutHints } from "../player/shortcut-hints.tsx";
import type { StagePanelName } from "../player/stage-panel-name.ts";
import { behindMs } from "../player/timeline.ts";
import { toggleFullscreen } from "../player/toggle-fullscreen.ts";
import { usePlayback } from "../player/use-playback.ts";
import { PastShows } from "../recordings/past-shows.tsx";
import { isRecording, RecBadge } from "../recordings/rec-badge.tsx";
import { PeoplePanel } from "../room/people-panel.tsx";
import type { RoomLive } from "../room/room-state.ts";
import { roomLink } from "../rooms/share.ts";
import { useShare } from "../rooms/use-share.ts";
import { VisibilityBadge } from "../rooms/visibility-badge.tsx";
import { HostChips } from "./host-chips.tsx";
import { LivePlayer } from "./live-player.tsx";
import { noticeText } from "./notices.ts";
import { sceneOf, sceneSentence } from "./scene.ts";
import { ShowInfo } from "./show-info.tsx";
import type { Watching } from "./use-watch.ts";

/** The room while it is on air, or waits for its host. */
export function WatchRoom({
  detail,
  live,
  watching,
}: {
  detail: RoomDetail;
  live: RoomLive;
  watching: Watching;
}) {
  const room = live.room ?? detail;
  const stage = useRef<HTMLDivElement>(null);
  const playback = usePlayback({ attach: watching.attach, whenSilenced: "muted" });
  const share = useShare({ title: room.title, url: roomLink(room.slug) });
  const [panel, setPanel] = useState<StagePanelName | null>(null);
  const behind = watching.dvr === null ? 0 : behindMs(watching.dvr);
  const scene = sceneOf({
    room: room.state,
    watch: watching.state,
    started: watching.started,
    host: live.host,
    graceEndsMs: live.graceEndsMs,
    failure: watching.failure?.message ?? null,
    audioOnly: watching.quality?.choice === "audio",
  });
  return (
    <>
      <Announcement text={sceneSentence(scene)} />
      <Announcement text={live.notice ? noticeText(live.notice.notice) : ""} />
      <StageWithAside
        stage={
          <LivePlayer
            room={room}
            watching={watching}
            playback={playback}
            scene={scene}
            stage={stage}
            panel={panel}
            onPanel={setPanel}
            chips={<RoomChips room={room} live={live} behind={behind > 0} />}
          />
        }
        below={
          <>
            <ShowInfo room={room} canPublish={detail.canPublish} />
            <PastShows room={room.slug} />
          </>
        }
        aside={
          <>
            <PeoplePanel live={live} />
            <ShortcutHints kind={watching.dvr === null ? "live" : "dvr"} />
          </>
        }
      />
      <ThumbBar label="Player">
        <IconButton
          size="lg"
          tone={playback.muted ? "off" : "plain"}
          label={playback.muted ? "Unmute" : "Mute"}
          icon={playback.muted ? <VolumeX size={24} /> : <Volume2 size={24} />}
          onClick={playback.muted ? playback.unmute : playback.toggleMute}
        />
        <IconButton
          size="lg"
          label="Quality"
          data-opens-panel
          aria-expanded={panel !== null}
          icon={<Settings2 size={23} />}
          onClick={() => setPanel(panel === null ? "quality" : null)}
        />
        <IconButton size="lg" label="Share" icon={<Share2 size={23} />} onClick={share} />
        <IconButton
          size="lg"
          label="Full screen"
          icon={<Maximize size={23} />}
          onClick={() => toggleFullscreen(stage.current)}
        />
      </ThumbBar>
    </>
  );
}

function RoomChips({ room, live, behind }: { room: RoomView; live: RoomLive; behind: boolean }) {
  return (
    <>
      {room.state === "live" && (behind ? <Badge tone="glass">Behind live</Badge> : <LiveBadge />)}
      <VisibilityBadge visibility={room.visibility} glass />
      {isRecording(room.recording) && <RecBadge />}
      {room.state !== "scheduled" && (
        <Badge tone="glass" icon={<Eye size={14} aria-hidden="true" />}>
          <span aria-hidden="true">{formatCount(room.viewers)}</span>
          <span className="sr-only">{formatViewers(room.viewers)}</span>
        </Badge>
      )}
      {room.state === "live" && <HostChips host={live.host} notice={live.notice} />}
    </>
  );
}
