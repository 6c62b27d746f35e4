import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect } from "react";
import { hasCode } from "../features/api/api-error.ts";
import { QueryFault } from "../features/api/query-fault.tsx";
import { useRoom } from "../features/room/use-room.ts";
import { roomQuery } from "../features/rooms/room-queries.ts";
import { Completed } from "../features/watch/completed.tsx";
import { useWatch } from "../features/watch/use-watch.ts";
import { WatchRoom } from "../features/watch/watch-room.tsx";
import { useTitle } from "../ui/hooks/use-title.ts";
import { Page } from "../ui/templates/page.tsx";
import { RoomNotFound } from "./not-found.tsx";
import { StageSkeleton } from "./stage-skeleton.tsx";

const route = getRouteApi("/r/$room");

/** A room as its audience sees it: on air, waiting for the host, or over. */
export function WatchPage() {
  const { room } = route.useParams();
  return <Watching key={room} slug={room} />;
}

function Watching({ slug }: { slug: string }) {
  const detail = useQuery(roomQuery(slug));
  const { live } = useRoom(slug);
  const state = live.room?.state ?? detail.data?.state;
  const missing = hasCode(detail.error, "room.not_found");
  // Not known yet counts as on air: the picture does not wait for the room's description.
  const watching = useWatch(slug, state !== "ended" && !missing);
  useFreshDetail(state, () => void detail.refetch());
  useTitle(live.room?.title ?? detail.data?.title);

  if (missing) return <RoomNotFound />;
  if (detail.isPending) return <StageSkeleton what="the room" />;
  if (!detail.data) {
    return (
      <Page>
        <h1 className="sr-only">Sameroom</h1>
        <QueryFault query={detail} what="This room" />
      </Page>
    );
  }
  if (state === "ended") return <Completed detail={detail.data} room={live.room ?? detail.data} />;
  return <WatchRoom detail={detail.data} live={live} watching={watching} />;
}

/** What was read over REST is out of date once the show ends: its length and its busiest moment are new. */
function useFreshDetail(state: string | undefined, refetch: () => void) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the change of state matters
  useEffect(() => {
    if (state === "ended") refetch();
  }, [state]);
}
