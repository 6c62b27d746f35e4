import type { Log } from "@sameroom/base";
import type { HostNotice } from "@sameroom/contract";
import type { Room } from "../db/schema.ts";
import type { BroadcastStore } from "../features/broadcasts/store.ts";
import type { Lifecycle } from "../features/lifecycle/lifecycle.ts";
import { findRoom } from "../features/rooms/find-room.ts";
import type { RoomPresenter } from "../features/rooms/presenter.ts";
import type { OwnedRoom, RoomStore } from "../features/rooms/store.ts";
import { ProblemError } from "../problem-error.ts";
import type { Gateway } from "../realtime/gateway.ts";
import type { Privacy } from "./privacy.ts";
import type { RoomChat } from "./room-chat.ts";
import type { RoomPolicies } from "./room-policies.ts";

export interface RoomChangesDeps {
  rooms: RoomStore;
  broadcasts: Pick<BroadcastStore, "setRecordOn">;
  lifecycle: Pick<Lifecycle, "onAir">;
  presenter: RoomPresenter;
  privacy: Pick<Privacy, "apply">;
  policies: Pick<RoomPolicies, "sendEverywhere" | "record">;
  gateway: Pick<Gateway, "toAudience" | "toRoom">;
  chat: Pick<RoomChat, "note">;
  log: Log;
}

/** What follows from a room's settings being changed. */
export interface RoomChanges {
  /** Sends the room as it is to everybody in it. */
  announce(room: OwnedRoom): Promise<void>;
  /** The same for a room by its slug, when it exists. */
  announceAt(slug: string): Promise<void>;
  /** A room's settings or looks are others now: everybody it concerns is told, also media. */
  changed(before: Room, after: OwnedRoom): Promise<void>;
  /** Throws `room.not_found`. */
  changeTitle(slug: string, wanted: string): Promise<void>;
  /** Has the broadcast on air recorded, or not any more. Throws `room.not_live`. */
  record(slug: string, on: boolean): Promise<void>;
}

export function createRoomChanges(deps: RoomChangesDeps): RoomChanges {
  const { rooms, broadcasts, presenter, privacy, policies, gateway, log } = deps;
  const broadcastOf = (slug: string) => deps.lifecycle.onAir(slug)?.life.broadcastId ?? null;

  async function announce(owned: OwnedRoom): Promise<void> {
    const { slug } = owned.room;
    gateway.toAudience("outsiders", slug, "room.updated", await presenter.present(owned, false));
    gateway.toAudience("insiders", slug, "room.updated", await presenter.present(owned, true));
  }

  async function changed(before: Room, after: OwnedRoom): Promise<void> {
    const { slug, title, visibility, recordingMode } = after.room;
    const isOther = (key: keyof Room) => before[key] !== after.room[key];
    if (isOther("visibility") || isOther("recordingMode"))
      log.info("room settings", { room: slug, visibility, recordingMode });
    const broadcast = broadcastOf(slug);
    // The mode is a newer word than what was ordered for this broadcast.
    if (isOther("recordingMode") && broadcast !== null) await broadcasts.setRecordOn(broadcast, null);
    if (isOther("visibility")) await privacy.apply(after.room);
    if (isOther("visibility") || isOther("recordingMode") || isOther("title")) policies.sendEverywhere(slug);
    await announce(after);
    const notices: HostNotice[] = [];
    if (isOther("title")) notices.push({ kind: "title", title });
    if (isOther("coverFile")) notices.push({ kind: "cover" });
    for (const notice of notices) {
      gateway.toRoom(slug, "host.notice", notice);
      deps.chat.note(slug, { actor: null, body: { type: "host-notice", notice } });
    }
  }

  return {
    announce,
    async announceAt(slug) {
      const owned = await rooms.find(slug);
      if (owned !== null) await announce(owned);
    },
    changed,
    async changeTitle(slug, wanted) {
      const title = wanted.trim();
      const { room } = await findRoom(rooms, slug);
      if (title === "" || title === room.title) return;
      await rooms.update(room.id, { title });
      await changed(room, await findRoom(rooms, slug));
    },
    async record(slug, on) {
      const broadcast = broadcastOf(slug);
      if (broadcast === null) throw new ProblemError("room.not_live");
      log.info(on ? "recording ordered" : "end of recording ordered", { room: slug, broadcast });
      await broadcasts.setRecordOn(broadcast, on);
      policies.record(slug, on);
    },
  };
}
