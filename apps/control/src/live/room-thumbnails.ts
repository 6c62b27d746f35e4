import type { Log } from "@sameroom/base";
import type { Lifecycle } from "../features/lifecycle/lifecycle.ts";
import { createRoomQueue } from "../features/lifecycle/room-queue.ts";
import { findRoom } from "../features/rooms/find-room.ts";
import type { PictureFiles } from "../features/rooms/picture-files.ts";
import { sniffPicture } from "../features/rooms/picture-type.ts";
import type { RoomStore } from "../features/rooms/store.ts";

export interface RoomThumbnailsDeps {
  rooms: RoomStore;
  files: PictureFiles;
  lifecycle: Pick<Lifecycle, "onAir">;
  /** Every picture that is taken. */
  seen: (slug: string, jpeg: Uint8Array) => void;
  log: Log;
}

/** What shows on air look like, as media sees them. */
export interface RoomThumbnails {
  /** Media has a new picture, a JPEG in base64; of a room that is not on air it is thrown away. */
  take(slug: string, jpeg: string): void;
  /** The show is over. */
  drop(slug: string): void;
  /** Resolves when all is done. */
  settled(): Promise<void>;
}

export function createRoomThumbnails({
  rooms,
  files,
  lifecycle,
  seen,
  log,
}: RoomThumbnailsDeps): RoomThumbnails {
  const queue = createRoomQueue((slug, error) =>
    log.warn("a thumbnail is not what it should be", { room: slug, err: error }),
  );

  async function put(slug: string, name: string | null): Promise<void> {
    const { room } = await findRoom(rooms, slug);
    if (room.thumbnailFile === name) return;
    await rooms.update(room.id, { thumbnailFile: name });
    if (room.thumbnailFile !== null) await files.remove(room.thumbnailFile);
  }

  return {
    take(slug, jpeg) {
      void queue.run(slug, async () => {
        const bytes = Buffer.from(jpeg, "base64");
        if (lifecycle.onAir(slug) === null || sniffPicture(bytes) !== "jpeg") return;
        seen(slug, bytes);
        await put(slug, await files.save(bytes, "jpeg"));
      });
    },
    drop: (slug) => void queue.run(slug, () => put(slug, null)),
    settled: () => queue.idle(),
  };
}
