import type { RoomDetail, RoomView } from "@sameroom/contract";
import { Eye, Maximize, Settings2, Share2, Volume2, VolumeX } from "lucide-react";
import { useRef, useState } from "react";
import { Announcement } from "../../ui/atoms/announcement.tsx";
import { Badge, LiveBadge } from "../../ui/atoms/badge.tsx";
import { IconButton } from "../../ui/atoms/icon-button.tsx";
import { formatCount, formatViewers } from "../../ui/format/numbers.ts";
import { ThumbBar } from "../../ui/organisms/thumb-bar.tsx";
import { StageWithAside } from "../../ui/templates/stage-with-aside.tsx";
import { PeoplePanel } from "../room/people-panel.tsx";
import type { RoomLive } from "../room/room-state.ts";
import { useShare } from "../rooms/use-share.ts";
import { HostChips } from "./host-chips.tsx";
import { noticeText } from "./notices.ts";
import { Player, type StagePanelName } from "./player.tsx";
import { sceneOf, sceneSentence } from "./scene.ts";
import { ShortcutHints } from "./shortcut-hints.tsx";
import { ShowInfo } from "./show-info.tsx";
import { toggleFullscreen, usePlayback } from "./use-playback.ts";
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
  const video = useRef<HTMLVideoElement>(null);
  const playback = usePlayback(video, watching.stream);
  const share = useShare(room);
  const [panel, setPanel] = useState<StagePanelName | null>(null);
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
          <Player
            room={room}
            watching={watching}
            playback={playback}
            scene={scene}
            stage={stage}
            video={video}
            panel={panel}
            onPanel={setPanel}
            chips={<RoomChips room={room} live={live} />}
          />
        }
        below={<ShowInfo room={room} canPublish={detail.canPublish} />}
        aside={
          <>
            <PeoplePanel live={live} />
            <ShortcutHints />
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

function RoomChips({ room, live }: { room: RoomView; live: RoomLive }) {
  return (
    <>
      {room.state === "live" && <LiveBadge />}
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
