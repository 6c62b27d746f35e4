import type { RoomSnapshot } from "@sameroom/contract";
import type { Time } from "../clock.ts";
import type { RoomFindings } from "../features/doctor/room-findings.ts";
import type { HostStatuses } from "../features/host/status.ts";
import type { PresenceService } from "../features/presence/presence.ts";
import type { RoomPresenter } from "../features/rooms/presenter.ts";
import type { Screening } from "../features/screening/screening.ts";
import type { Workers } from "../link/workers.ts";
import { isHost } from "../realtime/gateway.ts";
import type { Admission } from "../realtime/room-socket.ts";
import { shareReads } from "../shared-reads.ts";
import { currentSource } from "./current-source.ts";
import type { Door } from "./door.ts";
import type { RoomBattles } from "./room-battles.ts";
import type { RoomChat } from "./room-chat.ts";
import type { RoomRaids } from "./room-raids.ts";
import type { RoomStage } from "./room-stage.ts";

export interface RoomSnapshotDeps {
  time: Time;
  workers: Workers;
  presence: Pick<PresenceService, "peopleOf">;
  presenter: RoomPresenter;
  statuses: Pick<HostStatuses, "of">;
  findings: Pick<RoomFindings, "of">;
  chat: Pick<RoomChat, "ready">;
  stage: Pick<RoomStage, "snapshotFor">;
  battles: Pick<RoomBattles, "snapshotFor">;
  door: Pick<Door, "roomOf">;
  raids: Pick<RoomRaids, "of">;
  screening: Pick<Screening, "veilOf">;
}

/**
 * All somebody needs to draw the room they came into. `after`: how far they have read its log, null: they are new. Throws
 * `room.not_found` when they may not be there any more.
 */
export type SnapshotRoom = (admission: Admission, after: number | null) => Promise<RoomSnapshot>;

/** What is the same for all who come at once is read once. */
export function createRoomSnapshots(deps: RoomSnapshotDeps): SnapshotRoom {
  const shared = {
    veilOf: shareReads(deps.screening.veilOf),
    raidOf: shareReads(deps.raids.of),
  };
  return (admission, after) => snapshot(admission, after, { ...deps, ...shared });
}

async function snapshot(
  admission: Admission,
  after: number | null,
  deps: RoomSnapshotDeps & {
    veilOf: Screening["veilOf"];
    raidOf: RoomRaids["of"];
  },
): Promise<RoomSnapshot> {
  const owned = await deps.door.roomOf(admission);
  // The log goes last: what happens from here on comes by itself, with the stage among it.
  const stageNow = await deps.stage.snapshotFor(admission);
  const veil = await deps.veilOf(admission.claims.room);
  const raid = await deps.raidOf(admission.claims.room);
  const battleNow = await deps.battles.snapshotFor(admission);
  const logOf = await deps.chat.ready(admission, after);
  const { room: slug, sub, name, role } = admission.claims;
  return {
    room: await deps.presenter.present(owned, admission.insider),
    you: { participant: sub, name, role },
    people: deps.presence.peopleOf(slug),
    host: deps.statuses.of(slug),
    graceEndsUnixMs: owned.room.graceEndsAt?.getTime() ?? null,
    serverUnixMs: deps.time.unixMs(),
    standings: [...admission.standings],
    ...logOf(),
    ...stageNow,
    raid,
    veil,
    ...battleNow,
    ...(isHost(admission.claims)
      ? { source: currentSource(deps.workers, slug), findings: deps.findings.of(slug) }
      : {}),
  };
}
