import type { RoomConnection } from "@sameroom/client";
import { EMPTY_STAGE, may, type RoomDetail, type RoomView } from "@sameroom/contract";
import { Eye } from "lucide-react";
import { useRef, useState } from "react";
import { Announcement } from "../../ui/atoms/announcement.tsx";
import { Badge, LiveBadge } from "../../ui/atoms/badge.tsx";
import { formatCount, formatViewers } from "../../ui/format/numbers.ts";
import { StageWithCompany } from "../../ui/templates/stage-with-company.tsx";
import { BattleOverlay } from "../battles/battle-overlay.tsx";
import { useBattle } from "../battles/use-battle.ts";
import { useChat } from "../chat/use-chat.ts";
import { RoomCompany } from "../company/room-company.tsx";
import { GiftStage } from "../gifts/gift-stage.tsx";
import { ShortcutHints } from "../player/shortcut-hints.tsx";
import type { StagePanelName } from "../player/stage-panel-name.ts";
import { behindMs } from "../player/timeline.ts";
import { usePlayback } from "../player/use-playback.ts";
import { RaidCard } from "../raids/raid-card.tsx";
import type { RaidChoice } from "../raids/use-follow-raid.ts";
import { ReactionBursts } from "../reactions/reaction-bursts.tsx";
import { useReactions } from "../reactions/use-reactions.ts";
import { PastShows } from "../recordings/past-shows.tsx";
import { isRecording, RecBadge } from "../recordings/rec-badge.tsx";
import type { RoomLive } from "../room/room-state.ts";
import { VisibilityBadge } from "../rooms/visibility-badge.tsx";
import { GuestSounds } from "../stage/guest-sounds.tsx";
import { StageDoor } from "../stage/stage-door.tsx";
import { StagePanel } from "../stage/stage-panel.tsx";
import { arrangeStage } from "../stage/stage-picture.tsx";
import { useGuests } from "../stage/use-guests.ts";
import { useLeadNotice } from "../stage/use-lead-notice.ts";
import { useStage } from "../stage/use-stage.ts";
import { HostChips } from "./host-chips.tsx";
import { LeadDesk } from "./lead-desk.tsx";
import { LivePlayer } from "./live-player.tsx";
import { noticeText } from "./notices.ts";
import { sceneOf, sceneSentence } from "./scene.ts";
import { ShowInfo } from "./show-info.tsx";
import { useSilenceWhilePaused } from "./use-silence-while-paused.ts";
import type { Watching } from "./use-watch.ts";

/** The room while it is on air, or waits for its host. */
export function WatchRoom({
  detail,
  live,
  connection,
  watching,
  raidChoice,
}: {
  detail: RoomDetail;
  live: RoomLive;
  connection: RoomConnection | null;
  watching: Watching;
  raidChoice: RaidChoice;
}) {
  const room = live.room ?? detail;
  const stage = useRef<HTMLDivElement>(null);
  const playback = usePlayback({ attach: watching.attach, whenSilenced: "muted" });
  const [panel, setPanel] = useState<StagePanelName | null>(null);
  const { captureUnixMs, path } = watching;
  // Over HTTP the picture comes later than what is said about it.
  const chat = useChat(connection, { captureUnixMs, isLate: () => path === "hls" });
  const reactions = useReactions(connection, chat.captureUnixMs);
  const onStage = useStage(connection);
  useLeadNotice(onStage);
  // Over HTTP the show comes with the guests in its picture.
  const shown = path === "webrtc" ? onStage.stage : EMPTY_STAGE;
  const guests = useGuests(room.slug, shown, {
    ...{ you: onStage.you, viewers: room.viewers, wanted: room.state === "live" },
  });
  const battles = useBattle(connection);
  const { battle, serverUnixMs } = battles;
  // Over HTTP the clock is that of the picture.
  const shownUnixMs = () => (path === "hls" ? captureUnixMs() : null) ?? serverUnixMs();
  const [own, setOwn] = useState<MediaStreamTrack | null>(null);
  const leads = !detail.canPublish && room.state === "live" && may(onStage.standings, "battle.run");
  const helpsOut = !detail.canPublish && may(onStage.standings, "stage.mute");
  const behind = watching.dvr === null ? 0 : behindMs(watching.dvr);
  const scene = sceneOf({
    room: room.state,
    watch: watching.state,
    started: watching.started,
    host: live.host,
    veil: live.veil,
    isComposed: path === "hls" && onStage.stage.members.length > 0,
    graceEndsMs: live.graceEndsMs,
    failure: watching.failure,
    audioOnly: watching.quality?.choice === "audio",
  });
  useSilenceWhilePaused(playback, live.veil === "pause");
  return (
    <>
      <Announcement text={sceneSentence(scene)} />
      <Announcement text={live.notice ? noticeText(live.notice.notice) : ""} />
      <RaidCard live={live} choice={raidChoice} />
      <StageWithCompany
        title={room.title}
        stage={
          <>
            <LivePlayer
              room={room}
              watching={watching}
              playback={playback}
              scene={scene}
              arrangement={arrangeStage({
                ...{ stage: shown, guests, you: onStage.you, own, host: live.host },
                hostSpeaks: watching.hostSpeaks,
              })}
              stage={stage}
              panel={panel}
              onPanel={setPanel}
              chips={<RoomChips room={room} live={live} behind={behind > 0} />}
              over={
                <>
                  <BattleOverlay battle={battle} room={room.slug} nowUnixMs={shownUnixMs} />
                  <ReactionBursts source={reactions} />
                  <GiftStage store={chat.store} />
                </>
              }
            />
            <GuestSounds stage={shown} guests={guests} follow={playback.video} />
            {room.state === "live" && !detail.canPublish && (
              <div className="px-3 py-2.5 lg:px-0 lg:pt-4 lg:pb-0">
                <StageDoor
                  room={room.slug}
                  host={room.owner.name}
                  connection={connection}
                  live={onStage}
                  onPicture={setOwn}
                />
              </div>
            )}
          </>
        }
        below={
          <>
            {helpsOut && onStage.stage.members.length > 0 && (
              <div className="mb-5 flex flex-col gap-5">
                <StagePanel live={onStage} guests={guests} people={live.people} />
                {leads && (
                  <LeadDesk room={room.slug} {...{ stage: onStage.stage, battles, live, connection }} />
                )}
              </div>
            )}
            <ShowInfo room={room} canPublish={detail.canPublish} people={live.people} />
            <PastShows room={room.slug} />
            <ShortcutHints kind={watching.dvr === null ? "live" : "dvr"} />
          </>
        }
        company={(about) => (
          <RoomCompany
            room={room.slug}
            live={live}
            chat={chat}
            reactions={reactions}
            broadcast={detail.broadcasts[0]?.id ?? null}
            about={about}
          />
        )}
      />
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
