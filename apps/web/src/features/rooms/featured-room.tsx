import type { RoomView } from "@sameroom/contract";
import { Link } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { Avatar } from "../../ui/atoms/avatar.tsx";
import { buttonClass } from "../../ui/atoms/button.tsx";
import { RoomBadges } from "./room-card.tsx";
import { RoomPicture } from "./room-picture.tsx";
import { useWarmUp } from "./use-warm-up.ts";

/** The room with the most people, large, at the head of the home page. */
export function FeaturedRoom({ room, nowMs }: { room: RoomView; nowMs: number }) {
  const warmUp = useWarmUp(room.slug, room.state === "live");
  return (
    <article className="group relative grid overflow-hidden rounded-[1.75rem] border border-line bg-surface shadow-card md:grid-cols-[1.55fr_1fr]">
      <div className="relative aspect-video overflow-hidden bg-stage md:aspect-auto md:min-h-[24rem]">
        <div className="absolute inset-0">
          <RoomPicture
            room={room}
            className="transition-transform duration-700 ease-out-soft group-hover:scale-[1.02]"
          />
        </div>
        <div className="absolute inset-x-4 top-4 flex gap-1.5">
          <RoomBadges room={room} nowMs={nowMs} />
        </div>
      </div>
      <div className="flex flex-col justify-between gap-6 p-6 lg:p-8">
        <div>
          <h2 className="text-2xl font-bold leading-tight lg:text-[2rem]">{room.title}</h2>
          {room.description && (
            <p className="mt-3 line-clamp-4 text-pretty text-ink-soft">{room.description}</p>
          )}
        </div>
        <div className="flex flex-wrap items-center justify-between gap-4">
          <span className="flex min-w-0 items-center gap-3 font-medium">
            <Avatar name={room.owner.name} />
            <span className="truncate">{room.owner.name}</span>
          </span>
          <Link
            to="/r/$room"
            params={{ room: room.slug }}
            {...warmUp}
            aria-label={`Come in: ${room.title}`}
            className={`${buttonClass("primary", "lg")} after:absolute after:inset-0`}
          >
            <Play size={18} fill="currentColor" aria-hidden="true" /> Come in
          </Link>
        </div>
      </div>
    </article>
  );
}
