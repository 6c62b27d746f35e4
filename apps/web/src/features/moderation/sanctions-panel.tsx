import type { SanctionView } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { Badge } from "../../ui/atoms/badge.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { formatAgo, formatDate } from "../../ui/format/time.ts";
import { useNow } from "../../ui/hooks/use-now.ts";
import { BlankState } from "../../ui/molecules/blank-state.tsx";
import { DataTable } from "../../ui/organisms/data-table.tsx";
import { QueryFault } from "../api/query-fault.tsx";
import { sanctionsQuery, useDeed } from "./moderation-queries.ts";

/** Who is muted or banned now. */
export function SanctionsPanel({ room }: { room: string }) {
  const list = useQuery(sanctionsQuery(room));
  const deed = useDeed(room);
  const now = useNow(30_000);
  if (list.isPending) return <Skeleton className="h-28 rounded-3xl" />;
  if (!list.data) return <QueryFault query={list} what="The list" />;
  if (list.data.sanctions.length === 0)
    return (
      <BlankState title="Nobody is muted or banned">
        Press a message in the chat to time out, mute or ban who wrote it.
      </BlankState>
    );
  return (
    <DataTable
      caption="Muted and banned"
      rows={list.data.sanctions}
      keyOf={({ id }) => id}
      columns={[
        {
          key: "name",
          name: "Name",
          cell: (one) => (
            <span className="flex flex-wrap items-center gap-2">
              <b>{one.name}</b>
              <Badge tone={one.kind === "ban" ? "bad" : "warn"}>
                {one.kind === "ban" ? "Banned" : "Muted"}
              </Badge>
            </span>
          ),
        },
        { key: "why", name: "Why", cell: (one) => <span className="break-words">{whyOf(one)}</span> },
        { key: "since", name: "Since", cell: (one) => formatAgo(one.createdAt, now) },
        { key: "until", name: "Until", cell: (one) => (one.until ? formatDate(one.until) : "It is lifted") },
        {
          key: "lift",
          name: "",
          align: "end",
          cell: (one) => (
            <Button
              size="sm"
              busy={deed.isPending}
              aria-label={`Lift: ${one.name}`}
              onClick={() => deed.mutate({ kind: "lift", id: one.id })}
            >
              Lift
            </Button>
          ),
        },
      ]}
    />
  );
}

function whyOf({ by, reason, evasion }: SanctionView): string {
  if (evasion !== null)
    return `Same ${evasion.signal === "device" ? "device" : "network"} as ${evasion.name}, who is banned`;
  return [reason, by && `by ${by.name}`].filter(Boolean).join(", ");
}
