import type { Clock, Random } from "@sameroom/base";
import type { Room } from "../../../db/schema.ts";
import { isUuid, newId } from "../../../ids.ts";
import { ProblemError } from "../../../problem-error.ts";
import { MAX_ROOMS } from "../policy.ts";
import { RESERVED_SLUGS, slugFromTitle, slugWithSuffix } from "../slug.ts";
import type { OwnedRoom, RoomSetting, RoomStore } from "../store.ts";

export interface CreateRoomDeps {
  rooms: RoomStore;
  clock: Clock;
  random: Random;
}

/**
 * Makes a room, with an address out of its title unless one is asked for. Throws `room.slug_taken` for an address that
 * was asked for and `room.limit`.
 */
export async function createRoom(
  wanted: Pick<Room, RoomSetting> & { slug?: string | undefined },
  owner: { id: string; role: "user" | "admin" },
  deps: CreateRoomDeps,
): Promise<OwnedRoom> {
  if ((await deps.rooms.countOf(owner.id)) >= MAX_ROOMS) throw new ProblemError("room.limit");
  // A slug in the form of an id would be taken for one.
  const mayTake = (slug: string) => !isUuid(slug) && (owner.role === "admin" || !RESERVED_SLUGS.has(slug));
  const stem = wanted.slug ?? slugFromTitle(wanted.title);
  const nowMs = deps.clock.unixMs();
  const row = {
    id: newId(nowMs),
    ownerId: owner.id,
    title: wanted.title,
    description: wanted.description,
    visibility: wanted.visibility,
    recordingMode: wanted.recordingMode,
    createdAt: new Date(nowMs),
  };
  for (let attempt = 0; attempt < 5; attempt++) {
    const slug = attempt === 0 ? stem : slugWithSuffix(stem, deps.random);
    if (mayTake(slug) && (await deps.rooms.insert({ ...row, slug }))) {
      const made = await deps.rooms.find(row.id);
      if (made !== null) return made;
    }
    if (wanted.slug !== undefined) throw new ProblemError("room.slug_taken");
  }
  throw new ProblemError("room.slug_taken");
}
