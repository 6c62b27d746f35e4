import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { DoorClosed } from "lucide-react";
import { hasCode } from "../features/api/api-error.ts";
import { QueryFault } from "../features/api/query-fault.tsx";
import { roomQuery } from "../features/rooms/room-queries.ts";
import { Studio } from "../features/studio/studio.tsx";
import { buttonClass } from "../ui/atoms/button.tsx";
import { BlankState } from "../ui/molecules/blank-state.tsx";
import { Page } from "../ui/templates/page.tsx";
import { RoomNotFound } from "./not-found.tsx";
import { StageSkeleton } from "./stage-skeleton.tsx";

const route = getRouteApi("/studio/$room");

export function StudioPage() {
  const { room: slug } = route.useParams();
  const room = useQuery(roomQuery(slug));
  if (room.isPending) return <StageSkeleton what="your studio" />;
  if (hasCode(room.error, "room.not_found")) return <RoomNotFound />;
  if (!room.data) {
    return (
      <Page>
        <h1 className="sr-only">Sameroom</h1>
        <QueryFault query={room} what="Your room" />
      </Page>
    );
  }
  if (!room.data.canPublish) {
    return (
      <BlankState
        level={1}
        picture={<DoorClosed size={48} aria-hidden="true" className="text-ink-faint" />}
        title="This is somebody else's room"
        actions={
          <>
            <Link to="/r/$room" params={{ room: slug }} className={buttonClass("primary", "lg")}>
              Watch it instead
            </Link>
            <Link to="/studio" className={buttonClass("secondary", "lg")}>
              Your own rooms
            </Link>
          </>
        }
      >
        Only {room.data.owner.name} can go live in {room.data.title}.
      </BlankState>
    );
  }
  return <Studio key={slug} detail={room.data} />;
}
