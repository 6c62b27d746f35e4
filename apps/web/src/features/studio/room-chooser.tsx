import type { RoomView } from "@sameroom/contract";
import { Link } from "@tanstack/react-router";
import { Badge, LiveBadge } from "../../ui/atoms/badge.tsx";
import { formatAgo } from "../../ui/format/time.ts";
import { useNow } from "../../ui/hooks/use-now.ts";
import { RoomPicture } from "../rooms/room-picture.tsx";
import { VisibilityBadge } from "../rooms/visibility-badge.tsx";

/** The host's rooms, each a door to its studio. */
export function RoomChooser({ rooms }: { rooms: readonly RoomView[] }) {
  const now = useNow(30_000);
  return (
    <ul className="flex flex-col gap-3">
      {rooms.map((room) => (
        <li key={room.id}>
          <Link
            to="/studio/$room"
            params={{ room: room.slug }}
            className="group flex items-center gap-4 rounded-3xl border border-line bg-surface p-3 transition-colors hover:border-line-strong"
          >
            <span className="aspect-video w-32 shrink-0 overflow-hidden rounded-2xl bg-stage sm:w-44">
              <RoomPicture
                room={room}
                className="transition-transform duration-500 ease-out-soft group-hover:scale-105"
              />
            </span>
            <span className="min-w-0 flex-1">
              <span className="line-clamp-2 font-display text-lg font-semibold leading-snug">
                {room.title}
              </span>
              <span className="mt-1 block truncate text-sm text-ink-faint">/r/{room.slug}</span>
            </span>
            <span className="flex shrink-0 flex-wrap justify-end gap-1.5 pr-2 max-sm:hidden">
              <VisibilityBadge visibility={room.visibility} />
              <RoomStatus room={room} nowMs={now} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function RoomStatus({ room, nowMs }: { room: RoomView; nowMs: number }) {
  switch (room.state) {
    case "live":
      return <LiveBadge />;
    case "interrupted":
      return <Badge tone="warn">Reconnecting</Badge>;
    case "ended":
      return <Badge>{room.endedAt ? `Live ${formatAgo(room.endedAt, nowMs)}` : "Ended"}</Badge>;
    case "scheduled":
      return <Badge>Never live</Badge>;
  }
}
