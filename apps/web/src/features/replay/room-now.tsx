import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { buttonClass } from "../../ui/atoms/button.tsx";
import { useNow } from "../../ui/hooks/use-now.ts";
import { Panel } from "../../ui/molecules/panel.tsx";
import { RoomBadges } from "../rooms/room-card.tsx";
import { RoomPicture } from "../rooms/room-picture.tsx";
import { roomQuery } from "../rooms/room-queries.ts";

/** What the room of a replay is doing now, and the way in; nothing when it may not be seen. */
export function RoomNow({ room: slug }: { room: string }) {
  const { data: room } = useQuery({ ...roomQuery(slug), refetchInterval: 20_000 });
  const now = useNow(60_000);
  if (!room) return null;
  const live = room.state === "live" || room.state === "interrupted";
  return (
    <Panel title="The room">
      <div className="relative mb-4 aspect-video overflow-hidden rounded-2xl bg-stage">
        <RoomPicture room={room} className={live ? "" : "opacity-75 saturate-[0.65]"} />
        <div className="absolute inset-x-3 top-3 flex gap-1.5">
          <RoomBadges room={room} nowMs={now} />
        </div>
      </div>
      <p className="mb-3 font-semibold break-words">{room.title}</p>
      <Link
        to="/r/$room"
        params={{ room: slug }}
        className={`${buttonClass(live ? "primary" : "secondary")} w-full`}
      >
        {live && <Play size={18} fill="currentColor" aria-hidden="true" />}
        {live ? "Watch live" : "Go to the room"}
      </Link>
    </Panel>
  );
}
