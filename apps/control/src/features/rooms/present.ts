import type { RoomView } from "@sameroom/contract";
import type { OwnedRoom } from "./store.ts";

/** Path of a room's picture; the version makes a new picture a new address, so caches may keep it for ever. */
function pictureUrl(slug: string, kind: "cover" | "thumbnail", file: string | null): string | null {
  return file === null ? null : `/api/rooms/${slug}/${kind}?v=${encodeURIComponent(file)}`;
}

/**
 * A room as who may see it sees it. `viewers`: how many watch now; `recording`: as far as the caller may see it; `veiled`: what the
 * show looks like is not to be seen.
 */
export function presentRoom(
  { room, ownerName }: OwnedRoom,
  { viewers, recording, veiled }: Pick<RoomView, "viewers" | "recording"> & { veiled: boolean },
): RoomView {
  const onAir = room.state === "live" || room.state === "interrupted";
  return {
    id: room.id,
    slug: room.slug,
    title: room.title,
    description: room.description,
    owner: { id: room.ownerId, name: ownerName },
    state: room.state,
    startedAt: room.startedAt?.toISOString() ?? null,
    endedAt: onAir ? null : (room.endedAt?.toISOString() ?? null),
    viewers,
    coverUrl: pictureUrl(room.slug, "cover", room.coverFile),
    // What only subscribers watch is in no list.
    thumbnailUrl:
      onAir && !veiled && room.visibility !== "subscribers"
        ? pictureUrl(room.slug, "thumbnail", room.thumbnailFile)
        : null,
    visibility: room.visibility,
    recordingMode: room.recordingMode,
    recording,
  };
}
