import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Clapperboard } from "lucide-react";
import { Button, buttonClass } from "../../ui/atoms/button.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { formatBytes } from "../../ui/format/numbers.ts";
import { useNow } from "../../ui/hooks/use-now.ts";
import { BlankState } from "../../ui/molecules/blank-state.tsx";
import { QueryFault } from "../api/query-fault.tsx";
import { myRecordingsQuery } from "./recording-queries.ts";
import { RecordingRow } from "./recording-row.tsx";
import { totalOf } from "./recording-words.ts";
import { useDeleteRecordings } from "./use-delete-recordings.ts";

/** Everything the caller has recorded, to watch, rename, show, hide, take along and delete. */
export function RecordingsList() {
  const list = useInfiniteQuery(myRecordingsQuery);
  const { gone, remove } = useDeleteRecordings();
  const now = useNow(30_000);
  const recordings = (list.data?.pages ?? [])
    .flatMap((page) => page.recordings)
    .filter(({ id }) => !gone.has(id));
  if (list.isPending) {
    return (
      <div role="status" className="flex flex-col gap-3">
        <span className="sr-only">Loading your recordings</span>
        <Skeleton className="h-32 rounded-3xl" />
        <Skeleton className="h-32 rounded-3xl" />
        <Skeleton className="h-32 rounded-3xl" />
      </div>
    );
  }
  if (!list.data) return <QueryFault query={list} what="Your recordings" />;
  if (recordings.length === 0) {
    return (
      <BlankState
        picture={<Clapperboard size={48} aria-hidden="true" className="text-ink-faint" />}
        title="No recordings yet"
        actions={
          <Link to="/studio" className={buttonClass("primary", "lg")}>
            To the studio
          </Link>
        }
      >
        While you are live, press Record in the studio. Or let a room record every show: its settings are in
        the studio too.
      </BlankState>
    );
  }
  return (
    <>
      <p className="mb-4 text-ink-soft tabular">{totalOf(recordings, list.hasNextPage, formatBytes)}</p>
      <ul className="flex flex-col gap-3">
        {recordings.map((recording) => (
          <li key={recording.id} className="relative animate-rise has-[[aria-expanded=true]]:z-10">
            <RecordingRow recording={recording} nowMs={now} onDelete={remove} />
          </li>
        ))}
      </ul>
      {list.hasNextPage && (
        <div className="mt-6 flex justify-center">
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show more
          </Button>
        </div>
      )}
    </>
  );
}
