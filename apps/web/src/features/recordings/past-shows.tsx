import type { RecordingView } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { useNow } from "../../ui/hooks/use-now.ts";
import { RecordingCard } from "./recording-card.tsx";
import { roomRecordingsQuery } from "./recording-queries.ts";

const MOST = 6;

/** What can be played of a room's recordings, without the one that is playing. */
export function playable(recordings: readonly RecordingView[], except?: string): RecordingView[] {
  return recordings.filter(({ id, state, urls }) => state === "ready" && urls !== null && id !== except);
}

/** The room's earlier shows, to be watched again; nothing where there are none. */
export function PastShows({ room, except }: { room: string; except?: string }) {
  const list = useQuery(roomRecordingsQuery(room)).data?.recordings ?? [];
  const now = useNow(60_000);
  const shows = playable(list, except).slice(0, MOST);
  if (shows.length === 0) return null;
  return (
    <section aria-labelledby="past-shows" className="mt-12">
      <h2 id="past-shows" className="mb-5 text-2xl font-bold">
        Past shows
      </h2>
      <ul className="grid gap-x-5 gap-y-8 sm:grid-cols-2 xl:grid-cols-3">
        {shows.map((recording) => (
          <li key={recording.id} className="animate-rise">
            <RecordingCard recording={recording} nowMs={now} />
          </li>
        ))}
      </ul>
    </section>
  );
}
