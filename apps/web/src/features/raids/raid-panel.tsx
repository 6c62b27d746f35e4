import type { RoomConnection } from "@sameroom/client";
import { DEFAULT_RAID_RULES, type Raiders, raidRulesSchema, raidTargetListSchema } from "@sameroom/contract";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Rocket, Search } from "lucide-react";
import { useState } from "react";
import { Avatar } from "../../ui/atoms/avatar.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { Input, Select } from "../../ui/atoms/input.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { formatViewers } from "../../ui/format/numbers.ts";
import { useDebounced } from "../../ui/hooks/use-debounced.ts";
import { ConfirmDialog } from "../../ui/molecules/confirm-dialog.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import { Panel } from "../../ui/molecules/panel.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { QueryFault } from "../api/query-fault.tsx";
import { request } from "../api/request.ts";
import type { RoomLive } from "../room/room-state.ts";

const pathOf = (room: string) => `/api/rooms/${encodeURIComponent(room)}`;
const targetsQuery = (room: string, search: string) =>
  queryOptions({
    queryKey: ["raid-targets", room, search],
    queryFn: ({ signal }) =>
      request(`${pathOf(room)}/raid-targets?search=${encodeURIComponent(search)}`, {
        ...{ schema: raidTargetListSchema, signal },
      }),
    refetchInterval: 10_000,
  });
const rulesQuery = (room: string) =>
  queryOptions({
    queryKey: ["raid-rules", room],
    queryFn: ({ signal }) => request(`${pathOf(room)}/raid-rules`, { schema: raidRulesSchema, signal }),
  });

const RAIDERS: Record<Raiders, string> = {
  everybody: "Everybody",
  followed: "People you follow",
  nobody: "Nobody",
};

/** For hosts: ends the show at somebody else's, and says whose viewers may come. */
export function RaidPanel(props: {
  room: string;
  live: Pick<RoomLive, "raid" | "room">;
  connection: RoomConnection | null;
}) {
  const isLive = props.live.room?.state === "live";
  return (
    <Panel title="Raid">
      <div className="flex flex-col gap-5">
        {isLive && <Going {...props} />}
        <Welcome room={props.room} />
      </div>
    </Panel>
  );
}

function Going({
  room,
  live,
  connection,
}: {
  room: string;
  live: Pick<RoomLive, "raid">;
  connection: RoomConnection | null;
}) {
  const [search, setSearch] = useState("");
  const [asking, setAsking] = useState<{ slug: string; host: string } | null>(null);
  const targets = useQuery(targetsQuery(room, useDebounced(search.trim(), 250)));
  const toast = useToast();
  const tell = (work: Promise<unknown> | undefined) =>
    void work?.catch((error: unknown) => toast({ text: messageOf(error), tone: "bad" }));
  if (live.raid)
    return (
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="font-semibold">Your viewers are about to go to {live.raid.to.host}.</p>
        <Button variant="danger" onClick={() => tell(connection?.command("raid.cancel", {}))}>
          Call it off
        </Button>
      </div>
    );
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm text-ink-soft">
        End the show at somebody else's: your viewers are taken along, and may stay if they like.
      </p>
      <div className="relative">
        <Search size={18} className="absolute top-3 left-3 text-ink-faint" aria-hidden="true" />
        <Input
          aria-label="Search live rooms"
          placeholder="Search live rooms"
          className="pl-10"
          maxLength={60}
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
      </div>
      {targets.isPending && <Skeleton className="h-14 rounded-2xl" />}
      {targets.error && !targets.data && <QueryFault query={targets} what="Live rooms" />}
      {targets.data?.rooms.length === 0 && (
        <p className="text-sm text-ink-faint">Nobody else is live who takes raids.</p>
      )}
      <ul className="flex max-h-72 flex-col overflow-y-auto">
        {targets.data?.rooms.map(({ slug, title, owner, viewers }) => (
          <li key={slug} className="flex min-h-14 items-center gap-3">
            <Avatar name={owner.name} size="sm" />
            <span className="min-w-0 flex-1 leading-snug">
              <b className="block truncate">{owner.name}</b>
              <span className="block truncate text-sm text-ink-soft">
                {title}, {formatViewers(viewers)}
              </span>
            </span>
            <Button
              size="sm"
              icon={<Rocket size={16} aria-hidden="true" />}
              aria-label={`Raid ${owner.name}`}
              onClick={() => setAsking({ slug, host: owner.name })}
            >
              Raid
            </Button>
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={asking !== null}
        title={`Take everybody to ${asking?.host ?? ""}?`}
        confirm="Start the countdown"
        cancel="Keep going"
        onCancel={() => setAsking(null)}
        onConfirm={() => {
          if (asking) tell(connection?.command("raid.start", { room: asking.slug }));
          setAsking(null);
        }}
      >
        Your show ends in 15 seconds. You can call it off until then.
      </ConfirmDialog>
    </div>
  );
}

function Welcome({ room }: { room: string }) {
  const rules = useQuery(rulesQuery(room));
  const queries = useQueryClient();
  const toast = useToast();
  const save = useMutation({
    mutationFn: (from: Raiders) =>
      request(`${pathOf(room)}/raid-rules`, { method: "PUT", body: { from }, schema: raidRulesSchema }),
    onSuccess: (saved) => queries.setQueryData(rulesQuery(room).queryKey, saved),
    onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
  });
  const from = (save.isPending ? save.variables : rules.data?.from) ?? DEFAULT_RAID_RULES.from;
  return (
    <Field label="Who may send their viewers here">
      {(control) => (
        <Select
          {...control}
          value={from}
          disabled={!rules.data}
          onChange={({ target }) => save.mutate(target.value as Raiders)}
        >
          {Object.entries(RAIDERS).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}
