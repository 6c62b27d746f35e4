import type { RoomView } from "@sameroom/contract";
import { useState } from "react";
import { Poster } from "../../ui/atoms/poster.tsx";

type Pictured = Pick<RoomView, "slug" | "state" | "thumbnailUrl" | "coverUrl">;

/** What stands for a room: the live picture, else the cover, else its poster. */
export function pictureOf(room: Pictured): string | null {
  const onAir = room.state === "live" || room.state === "interrupted";
  return (onAir ? room.thumbnailUrl : null) ?? room.coverUrl;
}

/** A room's picture, filling its place; falls back to the poster when the file is gone. */
export function RoomPicture({ room, className = "" }: { room: Pictured; className?: string }) {
  const [broken, setBroken] = useState<string | null>(null);
  const source = pictureOf(room);
  if (!source || source === broken) return <Poster seed={room.slug} className={`size-full ${className}`} />;
  return (
    <img
      src={source}
      alt=""
      decoding="async"
      onError={() => setBroken(source)}
      className={`size-full object-cover ${className}`}
    />
  );
}
