import type { Presence, RoomView } from "@sameroom/contract";
import { Link } from "@tanstack/react-router";
import { Link2, Video } from "lucide-react";
import { Avatar } from "../../ui/atoms/avatar.tsx";
import { Button, buttonClass } from "../../ui/atoms/button.tsx";
import { formatViewers } from "../../ui/format/numbers.ts";
import { formatAgo } from "../../ui/format/time.ts";
import { useNow } from "../../ui/hooks/use-now.ts";
import { FollowButton } from "../follows/follow-button.tsx";
import { roomLink } from "../rooms/share.ts";
import { useShare } from "../rooms/use-share.ts";
import { DemoStopper } from "../site/demo-stopper.tsx";
import { SubscribeButton } from "../subscriptions/subscribe-button.tsx";

/** Title, host, description; the links onwards. `people`: who is here. */
export function ShowInfo({
  room,
  canPublish,
  people,
}: {
  room: RoomView;
  canPublish: boolean;
  people: readonly Presence[];
}) {
  const share = useShare({ title: room.title, url: roomLink(room.slug) });
  const now = useNow(30_000);
  const onAir = room.state === "live" || room.state === "interrupted";
  return (
    <section aria-label="About this show">
      <h1 className="text-2xl font-bold leading-tight sm:text-3xl">{room.title}</h1>
      <div className="mt-4 flex flex-wrap items-center justify-between gap-4">
        <div className="flex min-w-0 items-center gap-3">
          <Avatar name={room.owner.name} size="lg" />
          <div className="min-w-0 leading-snug">
            <p className="truncate font-semibold">{room.owner.name}</p>
            <p className="text-sm text-ink-soft tabular">
              {onAir
                ? `${formatViewers(room.viewers)}${room.startedAt ? `, started ${formatAgo(room.startedAt, now)}` : ""}`
                : "Not on air"}
            </p>
          </div>
        </div>
        <div className="flex flex-wrap gap-3">
          <DemoStopper room={room.slug} />
          {canPublish && (
            <Link to="/studio/$room" params={{ room: room.slug }} className={buttonClass("secondary")}>
              <Video size={18} aria-hidden="true" /> Open studio
            </Link>
          )}
          <FollowButton room={room.slug} owner={room.owner} />
          <SubscribeButton room={room.slug} people={people} />
          <Button icon={<Link2 size={18} aria-hidden="true" />} onClick={share}>
            Share
          </Button>
        </div>
      </div>
      {room.description && (
        <p className="mt-5 max-w-[70ch] whitespace-pre-line text-pretty break-words text-ink-soft">
          {room.description}
        </p>
      )}
    </section>
  );
}
