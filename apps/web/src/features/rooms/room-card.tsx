import type { RoomView } from "@sameroom/contract";
import { Link } from "@tanstack/react-router";
import { Eye } from "lucide-react";
import { Avatar } from "../../ui/atoms/avatar.tsx";
import { Badge, LiveBadge } from "../../ui/atoms/badge.tsx";
import { formatCount, formatViewers } from "../../ui/format/numbers.ts";
import { formatAgo } from "../../ui/format/time.ts";
import { RoomPicture } from "./room-picture.tsx";
import { useWarmUp } from "./use-warm-up.ts";

/** State and viewers of a room, over its picture. */
export function RoomBadges({ room, nowMs }: { room: RoomView; nowMs: number }) {
  if (room.state === "live" || room.state === "interrupted") {
    return (
      <>
        {room.state === "live" ? <LiveBadge /> : <Badge tone="glass">Reconnecting</Badge>}
        <Badge tone="glass" icon={<Eye size={14} aria-hidden="true" />}>
          <span aria-hidden="true">{formatCount(room.viewers)}</span>
          <span className="sr-only">{formatViewers(room.viewers)}</span>
        </Badge>
      </>
    );
  }
  return (
    <Badge tone="glass">
      {room.state === "ended" && room.endedAt ? `Ended ${formatAgo(room.endedAt, nowMs)}` : "Not on air yet"}
    </Badge>
  );
}

/** One room in a grid: picture, state, title, host; warms the connection up when somebody is about to open it. */
export function RoomCard({ room, nowMs, level = 3 }: { room: RoomView; nowMs: number; level?: 2 | 3 }) {
  const warmUp = useWarmUp(room.slug, room.state === "live");
  const Heading = `h${level}` as const;
  const quiet = room.state === "ended" || room.state === "scheduled";
  return (
    <article className="group relative">
      <div className="relative aspect-video overflow-hidden rounded-2xl bg-stage shadow-card ring-ember transition-shadow duration-200 group-focus-within:ring-2 group-hover:ring-2">
        <RoomPicture
          room={room}
          className={`transition-transform duration-500 ease-out-soft group-hover:scale-[1.035] ${quiet ? "opacity-75 saturate-[0.65]" : ""}`}
        />
        <div className="absolute inset-x-3 top-3 flex gap-1.5">
          <RoomBadges room={room} nowMs={nowMs} />
        </div>
      </div>
      <div className="mt-3 flex gap-3">
        <Avatar name={room.owner.name} size="md" />
        <div className="min-w-0">
          <Heading className="line-clamp-2 text-[1.05rem] font-semibold leading-snug">
            <Link
              to="/r/$room"
              params={{ room: room.slug }}
              {...warmUp}
              className="after:absolute after:inset-0 after:rounded-2xl focus-visible:outline-none"
            >
              {room.title}
            </Link>
          </Heading>
          <p className="mt-0.5 truncate text-sm text-ink-soft">{room.owner.name}</p>
        </div>
      </div>
    </article>
  );
}
