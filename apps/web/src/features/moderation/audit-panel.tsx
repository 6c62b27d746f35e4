import { useQuery } from "@tanstack/react-query";
import { Undo2 } from "lucide-react";
import { Button } from "../../ui/atoms/button.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { formatAgo, formatDate } from "../../ui/format/time.ts";
import { useNow } from "../../ui/hooks/use-now.ts";
import { BlankState } from "../../ui/molecules/blank-state.tsx";
import { QueryFault } from "../api/query-fault.tsx";
import { auditQuery, useDeed } from "./moderation-queries.ts";
import { auditDetail, auditSentence } from "./moderation-words.ts";

/** What staff did, newest first, and how to take it back. */
export function AuditPanel({ room }: { room: string }) {
  const list = useQuery(auditQuery(room));
  const deed = useDeed(room);
  const now = useNow(30_000);
  if (list.isPending) return <Skeleton className="h-28 rounded-3xl" />;
  if (!list.data) return <QueryFault query={list} what="The audit log" />;
  if (list.data.entries.length === 0)
    return <BlankState title="Nothing yet">Whatever staff do in this room is kept here.</BlankState>;
  return (
    <ol className="flex flex-col rounded-3xl border border-line bg-surface px-5">
      {list.data.entries.map((entry) => (
        <li
          key={entry.id}
          className="flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line py-3.5 first:border-t-0"
        >
          <div className="min-w-0 flex-1 basis-64">
            <p className="break-words font-medium">{auditSentence(entry)}</p>
            <p className="break-words text-sm text-ink-soft">
              <time dateTime={entry.at} title={formatDate(entry.at)}>
                {formatAgo(entry.at, now)}
              </time>
              {auditDetail(entry) && <> · {auditDetail(entry)}</>}
            </p>
          </div>
          {entry.undo === "done" && (
            <span className="text-sm text-ink-faint">Taken back by {entry.undoneBy}</span>
          )}
          {entry.undo === "possible" && (
            <Button
              size="sm"
              busy={deed.isPending}
              aria-label={`Undo: ${auditSentence(entry)}`}
              icon={<Undo2 size={16} aria-hidden="true" />}
              onClick={() => deed.mutate({ kind: "undo", id: entry.id })}
            >
              Undo
            </Button>
          )}
        </li>
      ))}
    </ol>
  );
}
