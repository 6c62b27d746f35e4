import type { RoomDetail } from "@sameroom/contract";
import { Eye, MicOff, MonitorUp } from "lucide-react";
import { useRef, useState } from "react";
import { Announcement } from "../../ui/atoms/announcement.tsx";
import { Badge } from "../../ui/atoms/badge.tsx";
import { formatCount, formatViewers } from "../../ui/format/numbers.ts";
import { ThumbBar } from "../../ui/organisms/thumb-bar.tsx";
import { StageWithAside } from "../../ui/templates/stage-with-aside.tsx";
import { BattleOverlay } from "../battles/battle-overlay.tsx";
import { BattlePanel } from "../battles/battle-panel.tsx";
import { useBattle } from "../battles/use-battle.ts";
import { NO_PICTURE, useChat } from "../chat/use-chat.ts";
import { RoomCompany } from "../company/room-company.tsx";
import { DoctorPanel } from "../doctor/doctor-panel.tsx";
import { FilesPanel } from "../files/files-panel.tsx";
import { GiftStage } from "../gifts/gift-stage.tsx";
import { RaidPanel } from "../raids/raid-panel.tsx";
import { ReactionBursts } from "../reactions/reaction-bursts.tsx";
import { useReactions } from "../reactions/use-reactions.ts";
import { RestreamPanel } from "../restream/restream-panel.tsx";
import { EndDialog } from "../room/end-dialog.tsx";
import { useRoom } from "../room/use-room.ts";
import { VisibilityBadge } from "../rooms/visibility-badge.tsx";
import { GuestSounds } from "../stage/guest-sounds.tsx";
import { StagePanel } from "../stage/stage-panel.tsx";
import { arrangeStage } from "../stage/stage-picture.tsx";
import { useGuests } from "../stage/use-guests.ts";
import { useLeadNotice } from "../stage/use-lead-notice.ts";
import { useStage } from "../stage/use-stage.ts";
import { BroadcastButton, BroadcastSummary, LiveTimer } from "./broadcast-panel.tsx";
import { DetailsPanel } from "./details-panel.tsx";
import { DevicesPanel } from "./devices-panel.tsx";
import { EncoderPanel } from "./encoder-panel.tsx";
import { EncoderHealthPanel, HealthPanel } from "./health-panel.tsx";
import { hostStatusOf } from "./host-status.ts";
import { LastShowPanel } from "./last-show-panel.tsx";
import { LivePreview } from "./live-preview.tsx";
import { Preview } from "./preview.tsx";
import { RecordingChip, RecordingPanel } from "./recording-panel.tsx";
import { RoomSettingsPanel } from "./room-settings-panel.tsx";
import { LeaveDialog, TakeOverDialog } from "./session-dialogs.tsx";
import { SharePanel } from "./share-panel.tsx";
import { sourceName } from "./source-words.ts";
import { StudioBanners } from "./studio-banners.tsx";
import { StudioToolbar } from "./studio-toolbar.tsx";
import { useBroadcast } from "./use-broadcast.ts";
import { useCapture } from "./use-capture.ts";
import { useHostNotices } from "./use-host-notices.ts";
import { useLeaveGuard } from "./use-leave-guard.ts";
import { useStudioActions } from "./use-studio-actions.ts";
import { useThumbnails } from "./use-thumbnails.ts";

import { VeilBanner } from "./veil-banner.tsx";

/** Where the host makes the show: devices, preview, going live, and how it is going. */
export function Studio({ detail }: { detail: RoomDetail }) {
  const slug = detail.slug;
  const { live, connection } = useRoom(slug);
  const chat = useChat(connection, NO_PICTURE);
  const reactions = useReactions(connection, chat.captureUnixMs);
  const { capture, state } = useCapture();
  const broadcast = useBroadcast(slug, state, connection);
  const preview = useRef<HTMLVideoElement>(null);
  const [ending, setEnding] = useState(false);
  const [takingOver, setTakingOver] = useState(false);

  const room = live.room ?? detail;
  const onAir = room.state === "live" || room.state === "interrupted";
  const onStage = useStage(connection);
  useLeadNotice(onStage);
  const guests = useGuests(slug, onStage.stage, { you: onStage.you, viewers: 0, wanted: onAir });
  const battles = useBattle(connection);
  const publishing = broadcast.state === "live" || broadcast.state === "reconnecting";
  const actions = useStudioActions(capture, { connection, live: publishing });
  useHostNotices({
    onAir: publishing,
    connection,
    entries: live.entries,
    known: live.host,
    now: hostStatusOf(state),
  });
  useThumbnails(slug, preview, broadcast.state === "live");
  const leaving = useLeaveGuard(publishing);

  const interrupted = room.state === "interrupted";
  // What another device or an encoder sends; of a page that publishes itself the source is its own.
  const source = publishing || broadcast.state === "connecting" ? null : live.source;
  const air = {
    onAir,
    interrupted,
    startedAt: room.startedAt,
    clockOffsetMs: live.clockOffsetMs,
    viewers: room.viewers,
    source,
  };
  const ready = state.video !== null || state.audio !== null;
  const button = (size: "md" | "lg") => (
    <BroadcastButton
      broadcast={broadcast}
      air={air}
      ready={ready}
      size={size}
      onEnd={() => setEnding(true)}
      onTakeOver={() => setTakingOver(true)}
    />
  );
  const health = publishing
    ? broadcast.health && <HealthPanel health={broadcast.health} />
    : source && <EncoderHealthPanel health={live.health} source={source} />;
  const last = detail.broadcasts[0];
  const doctor = onAir ? (
    <DoctorPanel findings={live.findings} clockOffsetMs={live.clockOffsetMs} />
  ) : (
    last?.endedAt && <LastShowPanel room={slug} broadcast={last} />
  );
  const recording = <RecordingPanel room={room} clockOffsetMs={live.clockOffsetMs} />;
  const chips = (
    <>
      {interrupted && <Badge tone="warn">Interrupted</Badge>}
      {room.state === "live" && <LiveTimer startedAt={room.startedAt} clockOffsetMs={live.clockOffsetMs} />}
      {onAir && (
        <Badge tone="glass" icon={<Eye size={14} aria-hidden="true" />}>
          <span aria-hidden="true">{formatCount(room.viewers)}</span>
          <span className="sr-only">{formatViewers(room.viewers)}</span>
        </Badge>
      )}
      <VisibilityBadge visibility={room.visibility} glass />
      {onAir && <RecordingChip room={room} clockOffsetMs={live.clockOffsetMs} />}
      {source && <Badge tone="glass">{sourceName(source)}</Badge>}
      {!source && state.muted && (
        <Badge tone="bad" icon={<MicOff size={14} aria-hidden="true" />}>
          You are muted
        </Badge>
      )}
      {!source && state.screen.status === "on" && (
        <Badge tone="dusk" icon={<MonitorUp size={14} aria-hidden="true" />}>
          Sharing your screen
        </Badge>
      )}
    </>
  );
  return (
    <>
      <Announcement text={publishing ? `You are ${broadcast.state}.` : "You are not live."} />
      <h1 className="sr-only">Studio: {room.title}</h1>
      <StageWithAside
        stage={
          <div className="relative overflow-hidden sm:rounded-3xl">
            {source ? (
              <LivePreview key={source.id} room={slug} source={source} chips={chips} />
            ) : (
              <Preview
                capture={state}
                video={preview}
                chips={chips}
                arrangement={arrangeStage({
                  ...{ stage: onStage.stage, guests, you: onStage.you, own: null, host: live.host },
                  hostSpeaks: false,
                })}
              />
            )}
            <BattleOverlay battle={battles.battle} room={slug} nowUnixMs={battles.serverUnixMs} />
            <ReactionBursts source={reactions} />
            <GiftStage store={chat.store} />
          </div>
        }
        below={
          <div className="flex flex-col gap-5">
            <div className="hidden flex-wrap items-center justify-between gap-4 sm:flex">
              <div role="toolbar" aria-label="Devices" className="flex gap-2.5">
                <StudioToolbar state={state} actions={actions} />
              </div>
              <div className="flex flex-wrap items-center gap-4">
                <BroadcastSummary broadcast={broadcast} air={air} ready={ready} />
                {button("lg")}
              </div>
            </div>
            {live.veil !== null && <VeilBanner veil={live.veil} room={slug} />}
            <StudioBanners state={state} actions={actions} broadcast={broadcast} live={live} room={room} />
            <div className="flex flex-col gap-5 empty:hidden lg:hidden">
              {health}
              {doctor}
            </div>
            <div className="lg:hidden">{recording}</div>
            <DetailsPanel room={{ ...detail, ...room }} />
            <RoomSettingsPanel room={{ ...detail, ...room }} />
          </div>
        }
        aside={
          <>
            {onAir && <StagePanel live={onStage} guests={guests} people={live.people} />}
            {onAir && <BattlePanel room={slug} stage={onStage.stage} live={battles} />}
            <GuestSounds stage={onStage.stage} guests={guests} />
            <div className="flex h-[32rem] shrink-0 flex-col overflow-hidden rounded-3xl border border-line bg-surface">
              <RoomCompany
                room={slug}
                live={live}
                chat={chat}
                reactions={null}
                broadcast={last?.id ?? null}
                about={null}
              />
            </div>
            <div className="flex flex-col gap-5 empty:hidden max-lg:hidden">
              {health}
              {doctor}
            </div>
            <div className="max-lg:hidden">{recording}</div>
            <DevicesPanel state={state} microphone={capture?.microphoneTrack ?? null} actions={actions} />
            <SharePanel room={slug} />
            <RaidPanel room={slug} live={live} connection={connection} isOwner />
            <EncoderPanel room={slug} />
            <FilesPanel room={slug} />
            <RestreamPanel room={slug} told={live.restream} clockOffsetMs={live.clockOffsetMs} />
          </>
        }
      />
      <ThumbBar label="Studio">
        {/* While something else is on air these devices are not, and there is no room for both. */}
        {!source && <StudioToolbar state={state} actions={actions} />}
        {button("md")}
      </ThumbBar>
      <TakeOverDialog
        open={takingOver}
        source={source}
        onCancel={() => setTakingOver(false)}
        onConfirm={() => {
          setTakingOver(false);
          broadcast.goLive();
        }}
      />
      <EndDialog open={ending} viewers={room.viewers} end={broadcast.end} onClose={() => setEnding(false)} />
      <LeaveDialog blocker={leaving} />
    </>
  );
}
