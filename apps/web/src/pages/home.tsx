import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Clapperboard, Radio } from "lucide-react";
import { useEffect } from "react";
import { QueryFault } from "../features/api/query-fault.tsx";
import { FeaturedRoom } from "../features/rooms/featured-room.tsx";
import { RoomGrid, RoomGridSkeleton } from "../features/rooms/room-grid.tsx";
import { allRoomsQuery, followedRoomsQuery, liveRoomsQuery } from "../features/rooms/room-queries.ts";
import { useSdkLoader } from "../features/sdk/sdk.tsx";
import { sessionQuery } from "../features/session/session-queries.ts";
import { siteQuery } from "../features/site/site-queries.ts";
import { useDemo } from "../features/site/use-demo.ts";
import { Button, buttonClass } from "../ui/atoms/button.tsx";
import { Poster } from "../ui/atoms/poster.tsx";
import { Skeleton } from "../ui/atoms/skeleton.tsx";
import { useNow } from "../ui/hooks/use-now.ts";
import { BlankState } from "../ui/molecules/blank-state.tsx";
import { Page } from "../ui/templates/page.tsx";

const QUIET_ROOMS = 8;

/** What is on air, and what was or will be. */
export function HomePage() {
  const live = useQuery(liveRoomsQuery);
  const all = useQuery(allRoomsQuery);
  const now = useNow(10_000);
  usePreparedSdk();
  const demo = useDemo();
  const rooms = live.data?.rooms ?? [];
  const quiet = (all.data?.rooms ?? []).filter(
    (room) => room.state === "ended" || room.state === "scheduled",
  );
  const [first, ...rest] = rooms;
  const account = useQuery(sessionQuery).data?.account ?? null;
  const followed = useQuery({ ...followedRoomsQuery, enabled: account !== null }).data?.rooms ?? [];
  return (
    <Page>
      {!live.data && <h1 className="sr-only">Sameroom</h1>}
      {live.isPending && <HomeSkeleton />}
      {live.error && !live.data && <QueryFault query={live} what="The list of live rooms" />}
      {live.data && !first && <NobodyLive demo={demo} />}
      {account !== null && followed.length > 0 && (
        <section aria-labelledby="followed" className="mb-12">
          <h2 id="followed" className="mb-5 text-2xl font-bold">
            Live from people you follow
          </h2>
          <RoomGrid rooms={followed} nowMs={now} />
        </section>
      )}
      {first && (
        <section aria-labelledby="on-air">
          <div className="mb-5 flex flex-wrap items-baseline gap-x-3">
            <h1 id="on-air" className="text-3xl font-bold sm:text-4xl">
              On air now
            </h1>
            <p className="text-ink-soft tabular">
              {rooms.length === 1 ? "1 room is open" : `${rooms.length} rooms are open`}
            </p>
          </div>
          <FeaturedRoom room={first} nowMs={now} />
          {rest.length > 0 && (
            <div className="mt-10">
              <RoomGrid rooms={rest} nowMs={now} />
            </div>
          )}
        </section>
      )}
      {quiet.length > 0 && live.data && (
        <section aria-labelledby="quiet" className="mt-14">
          <h2 id="quiet" className="mb-5 text-2xl font-bold">
            Waiting for the next show
          </h2>
          <RoomGrid rooms={quiet.slice(0, QUIET_ROOMS)} nowMs={now} />
        </section>
      )}
    </Page>
  );
}

function NobodyLive({ demo }: { demo: ReturnType<typeof useDemo> }) {
  const site = useQuery(siteQuery).data;
  return (
    <BlankState
      level={1}
      picture={
        <Poster seed="empty room" className="aspect-video w-full max-w-md rounded-[2rem] shadow-card" />
      }
      title="The room is open. Nobody is on air yet."
      actions={
        <>
          {site?.demoAvailable && (
            <Button
              variant="primary"
              size="lg"
              busy={demo.starting}
              icon={<Clapperboard size={20} aria-hidden="true" />}
              onClick={demo.start}
            >
              {demo.starting ? "Starting the demo" : "Start the demo broadcast"}
            </Button>
          )}
          <Link to="/studio" className={buttonClass(site?.demoAvailable ? "secondary" : "primary", "lg")}>
            <Radio size={20} aria-hidden="true" /> Go live
          </Link>
        </>
      }
    >
      Go live with your camera and a link: whoever opens it sees you less than half a second later.
    </BlankState>
  );
}

function HomeSkeleton() {
  return (
    <>
      <Skeleton className="mb-6 h-10 w-64" />
      <Skeleton className="mb-10 aspect-[2.2] rounded-[1.75rem] max-md:aspect-video" />
      <RoomGridSkeleton />
    </>
  );
}

/** Fetches the SDK when the page is at rest, so that warming up a room starts with the hover. */
function usePreparedSdk() {
  const loader = useSdkLoader();
  useEffect(() => {
    const timer = setTimeout(() => void loader.load().catch(() => {}), 600);
    return () => clearTimeout(timer);
  }, [loader]);
}
