import type { RoomDetail, RoomView } from "@sameroom/contract";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { House, Link2, Play, Video } from "lucide-react";
import { useEffect } from "react";
import { Announcement } from "../../ui/atoms/announcement.tsx";
import { Button, buttonClass } from "../../ui/atoms/button.tsx";
import { Spinner } from "../../ui/atoms/spinner.tsx";
import { formatCount } from "../../ui/format/numbers.ts";
import { formatAgo, formatDuration } from "../../ui/format/time.ts";
import { useNow } from "../../ui/hooks/use-now.ts";
import { Page } from "../../ui/templates/page.tsx";
import { PastShows } from "../recordings/past-shows.tsx";
import { roomRecordingsQuery } from "../recordings/recording-queries.ts";
import { RoomGrid } from "../rooms/room-grid.tsx";
import { RoomPicture } from "../rooms/room-picture.tsx";
import { liveRoomsQuery } from "../rooms/room-queries.ts";
import { roomLink } from "../rooms/share.ts";
import { useShare } from "../rooms/use-share.ts";

/** Says in one line how the last broadcast went. */
export function summaryOf(room: RoomView, last: RoomDetail["broadcasts"][number] | undefined): string | null {
  const startedAt = room.startedAt ?? last?.startedAt;
  const endedAt = room.endedAt ?? last?.endedAt;
  if (!startedAt || !endedAt) return null;
  const lasted = formatDuration(Date.parse(endedAt) - Date.parse(startedAt));
  const peak = last && last.peakViewers > 0 ? `, ${formatCount(last.peakViewers)} at the busiest moment` : "";
  return `${lasted} on air${peak}.`;
}

/** Whether there is a replay of the last broadcast to offer. */
export function replayOf(recording: RoomView["recording"]): "ready" | "preparing" | null {
  switch (recording?.state) {
    case undefined:
    case "failed":
      return null;
    case "ready":
      return "ready";
    case "recording":
    case "suspended":
    case "finishing":
      return "preparing";
  }
}

/** The broadcast is over: thanks, what it was, where to go from here. Turns into the player when the host is back. */
export function Completed({ detail, room }: { detail: RoomDetail; room: RoomView }) {
  const now = useNow(30_000);
  const share = useShare({ title: room.title, url: roomLink(room.slug) });
  const live = useQuery(liveRoomsQuery).data?.rooms.filter((other) => other.slug !== room.slug) ?? [];
  const replay = replayOf(room.recording);
  useFreshPastShows(room.slug, replay);
  const summary = summaryOf(room, detail.broadcasts[0]);
  return (
    <Page>
      <Announcement text={replay === "ready" ? "The replay is ready." : "The broadcast has ended."} />
      <section className="relative overflow-hidden rounded-[2rem] bg-stage text-white">
        <RoomPicture room={room} className="absolute inset-0" />
        <div className="absolute inset-0 bg-[oklch(0.14_0.03_320/0.82)] md:bg-transparent md:bg-[linear-gradient(100deg,oklch(0.14_0.03_320/0.94)_45%,oklch(0.14_0.03_320/0.2))]" />
        <div className="relative flex max-w-2xl animate-rise flex-col items-start gap-5 px-6 py-14 sm:px-12 sm:py-20">
          <p className="text-sm font-semibold text-white/85">
            {room.endedAt ? `Ended ${formatAgo(room.endedAt, now)}` : "Ended"}
          </p>
          <h1 className="text-4xl font-bold leading-[1.05] sm:text-5xl">That was {room.title}</h1>
          <p className="text-lg text-white/90">
            {room.owner.name} has left the room. {summary}
          </p>
          <p className="text-white/80">
            Leave this page open and it comes back by itself with the next broadcast.
          </p>
          {replay === "preparing" && (
            <p
              className="flex items-center gap-3 rounded-2xl bg-white/12 px-4 py-3 font-semibold"
              role="status"
            >
              <Spinner /> The replay is being prepared
            </p>
          )}
          <div className="mt-2 flex flex-wrap gap-3">
            {replay === "ready" && room.recording && (
              <Link
                to="/replay/$recording"
                params={{ recording: room.recording.id }}
                className={`${buttonClass("primary", "lg")} animate-rise`}
              >
                <Play size={18} fill="currentColor" aria-hidden="true" /> Watch the replay
              </Link>
            )}
            <Link to="/" className={buttonClass(replay === "ready" ? "glass" : "primary", "lg")}>
              <House size={18} aria-hidden="true" /> {live.length > 0 ? "See who is live" : "Back home"}
            </Link>
            <Button variant="glass" size="lg" icon={<Link2 size={18} aria-hidden="true" />} onClick={share}>
              Share
            </Button>
            {detail.canPublish && (
              <Link to="/studio/$room" params={{ room: room.slug }} className={buttonClass("glass", "lg")}>
                <Video size={18} aria-hidden="true" /> Open studio
              </Link>
            )}
          </div>
        </div>
      </section>
      <PastShows room={room.slug} {...(room.recording && { except: room.recording.id })} />
      {live.length > 0 && (
        <section aria-labelledby="on-now" className="mt-12">
          <h2 id="on-now" className="mb-5 text-2xl font-bold">
            On air now
          </h2>
          <RoomGrid rooms={live.slice(0, 4)} nowMs={now} />
        </section>
      )}
    </Page>
  );
}

/** A replay that became ready belongs into the list of past shows. */
function useFreshPastShows(room: string, replay: "ready" | "preparing" | null): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (replay === "ready") void queries.invalidateQueries({ queryKey: roomRecordingsQuery(room).queryKey });
  }, [queries, room, replay]);
}
