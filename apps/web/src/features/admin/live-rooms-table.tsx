import type { RoomView } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Badge, LiveBadge } from "../../ui/atoms/badge.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { formatElapsed } from "../../ui/format/time.ts";
import { useNow } from "../../ui/hooks/use-now.ts";
import { ConfirmDialog } from "../../ui/molecules/confirm-dialog.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { DataTable } from "../../ui/organisms/data-table.tsx";
import { messageOf } from "../api/api-error.ts";
import { liveRoomsQuery, useEndRoom } from "../rooms/room-queries.ts";
import { AdminList } from "./admin-list.tsx";

/** What is on air, and the way to end it. */
export function LiveRoomsTable() {
  const rooms = useQuery(liveRoomsQuery);
  const now = useNow(1_000);
  const [ending, setEnding] = useState<RoomView | null>(null);
  const end = useEndRoom();
  const toast = useToast();
  const endNow = (room: RoomView) =>
    end.mutate(room.slug, {
      onSuccess: () => toast({ text: `"${room.title}" has ended.` }),
      onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
      onSettled: () => setEnding(null),
    });
  return (
    <AdminList query={rooms} empty={rooms.data?.rooms.length === 0} emptyText="Nobody is on air.">
      <DataTable
        caption="Live rooms"
        rows={rooms.data?.rooms ?? []}
        keyOf={(room) => room.id}
        columns={[
          {
            key: "title",
            name: "Show",
            cell: (room) => (
              <Link
                to="/r/$room"
                params={{ room: room.slug }}
                className="font-semibold underline-offset-4 hover:underline"
              >
                {room.title}
              </Link>
            ),
          },
          { key: "host", name: "Host", cell: (room) => room.owner.name },
          {
            key: "state",
            name: "State",
            cell: (room) => (room.state === "live" ? <LiveBadge /> : <Badge tone="warn">Reconnecting</Badge>),
          },
          {
            key: "viewers",
            name: "Viewers",
            align: "end",
            cell: (room) => <span className="tabular">{room.viewers.toLocaleString("en")}</span>,
          },
          {
            key: "time",
            name: "On air",
            align: "end",
            cell: (room) => (
              <span className="tabular">
                {room.startedAt && formatElapsed(now - Date.parse(room.startedAt))}
              </span>
            ),
          },
          {
            key: "end",
            name: "Actions",
            align: "end",
            cell: (room) => (
              <Button
                size="sm"
                variant="danger"
                aria-label={`End ${room.title}`}
                onClick={() => setEnding(room)}
              >
                End
              </Button>
            ),
          },
        ]}
      />
      {ending && (
        <ConfirmDialog
          open
          title={`End "${ending.title}"?`}
          confirm="End the show"
          busy={end.isPending}
          onConfirm={() => endNow(ending)}
          onCancel={() => setEnding(null)}
        >
          {ending.owner.name} and everybody watching sees at once that it is over.
        </ConfirmDialog>
      )}
    </AdminList>
  );
}
