import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { hasCode } from "../features/api/api-error.ts";
import { QueryFault } from "../features/api/query-fault.tsx";
import { useFollowRaid } from "../features/raids/use-follow-raid.ts";
import { useRoom } from "../features/room/use-room.ts";
import { RoomPicture } from "../features/rooms/room-picture.tsx";
import { roomQuery } from "../features/rooms/room-queries.ts";
import { SubscribersOnly } from "../features/subscriptions/subscribers-only.tsx";
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
  const [entries, setEntries] = useState(0);
  return (
    <Watching key={`${room} ${entries}`} slug={room} onEnterAgain={() => setEntries((last) => last + 1)} />
  );
}

/** `onEnterAgain`: the door that was closed is open now. */
function Watching({ slug, onEnterAgain }: { slug: string; onEnterAgain: () => void }) {
  const detail = useQuery(roomQuery(slug));
  const { live, connection } = useRoom(slug);
  const state = live.room?.state ?? detail.data?.state;
  const missing = hasCode(detail.error, "room.not_found");
  // Not known yet counts as on air: the picture does not wait for the room's description.
  const watching = useWatch(slug, state !== "ended" && !missing);
  useFreshDetail(state, () => void detail.refetch());
  const raidChoice = useFollowRaid(live);
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
  const room = live.room ?? detail.data;
  if (live.failure?.code === "room.subscribers_only") {
    return (
      <SubscribersOnly
        {...{ room: slug, title: room.title, owner: room.owner.name }}
        state={state === "live" || state === "interrupted" ? "on air now" : "not on air"}
        picture={<RoomPicture room={room} className="absolute inset-0" />}
        onUnlocked={onEnterAgain}
      />
    );
  }
  if (state === "ended") return <Completed detail={detail.data} room={room} />;
  return <WatchRoom {...{ live, connection, watching, raidChoice }} detail={detail.data} />;
}

/** What was read over REST is out of date once a show begins or ends: it is another one, its length is new. */
function useFreshDetail(state: string | undefined, refetch: () => void) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the change of state matters
  useEffect(() => {
    if (state === "ended" || state === "live") refetch();
  }, [state]);
}
