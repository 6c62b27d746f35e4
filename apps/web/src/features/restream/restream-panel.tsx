import { RESTREAM_MAX_TARGETS, type RestreamStatus, type RestreamTarget } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { Panel } from "../../ui/molecules/panel.tsx";
import { QueryFault } from "../api/query-fault.tsx";
import { restreamQuery } from "./restream-queries.ts";
import { TargetDialog } from "./target-dialog.tsx";
import { TargetRow } from "./target-row.tsx";

/** Other platforms the show is sent on to, and how each is doing. `told`: what the room last heard; null: nothing yet. */
export function RestreamPanel(props: { room: string; told: RestreamStatus[] | null; clockOffsetMs: number }) {
  const { room, told, clockOffsetMs } = props;
  const list = useQuery(restreamQuery(room));
  const [editing, setEditing] = useState<RestreamTarget | "new" | null>(null);
  const targets = list.data?.targets ?? [];
  const statusOf = ({ id, status }: RestreamTarget): RestreamStatus => {
    if (told === null) return status;
    return told.find(({ target }) => target === id) ?? { ...status, state: "off", reason: null };
  };
  return (
    <Panel title="Also live on">
      <div className="flex flex-col gap-3">
        {list.isPending && <Skeleton className="h-16 rounded-xl" />}
        {list.isError && <QueryFault query={list} what="The list of platforms" />}
        {list.isSuccess && targets.length === 0 && (
          <p className="text-pretty text-sm text-ink-soft">
            Send every show on to YouTube, Twitch or anything that takes RTMP or SRT. It goes out as you send
            it, and a platform that fails never disturbs your room.
          </p>
        )}
        {targets.length > 0 && (
          <ul className="flex flex-col">
            {targets.map((target) => (
              <TargetRow
                key={target.id}
                {...{ room, target, clockOffsetMs }}
                status={statusOf(target)}
                onEdit={() => setEditing(target)}
              />
            ))}
          </ul>
        )}
        {list.isSuccess && targets.length < RESTREAM_MAX_TARGETS && (
          <Button
            size="sm"
            className="self-start"
            icon={<Plus size={16} />}
            onClick={() => setEditing("new")}
          >
            Add a platform
          </Button>
        )}
      </div>
      {editing !== null && (
        <TargetDialog
          room={room}
          target={editing === "new" ? null : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </Panel>
  );
}
