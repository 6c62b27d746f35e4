import type { RoomConnection } from "@sameroom/client";
import { DEFAULT_RAID_RULES, type OtherShow, type Raiders, raidRulesSchema } from "@sameroom/contract";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Rocket } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Select } from "../../ui/atoms/input.tsx";
import { ConfirmDialog } from "../../ui/molecules/confirm-dialog.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import { Panel } from "../../ui/molecules/panel.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { request } from "../api/request.ts";
import { OtherShows } from "../room/other-shows.tsx";
import type { RoomLive } from "../room/room-state.ts";

const pathOf = (room: string) => `/api/rooms/${encodeURIComponent(room)}`;
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

/** Ends the show at somebody else's; for the owner, also whose viewers may come. */
export function RaidPanel(props: {
  room: string;
  live: Pick<RoomLive, "raid" | "room">;
  connection: RoomConnection | null;
  isOwner: boolean;
}) {
  const isLive = props.live.room?.state === "live";
  return (
    <Panel title="Raid">
      <div className="flex flex-col gap-5">
        {isLive && <Going {...props} />}
        {props.isOwner && <Welcome room={props.room} />}
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
  const [asking, setAsking] = useState<OtherShow | null>(null);
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
      {connection && (
        <OtherShows
          of={["raid", room]}
          find={(query) => connection.command("raid.find", { query })}
          verb="Raid"
          icon={<Rocket size={16} aria-hidden="true" />}
          nobody="Nobody else is live who takes raids."
          onChoose={setAsking}
        />
      )}
      <ConfirmDialog
        open={asking !== null}
        title={`Take everybody to ${asking?.name ?? ""}?`}
        confirm="Start the countdown"
        cancel="Keep going"
        onCancel={() => setAsking(null)}
        onConfirm={() => {
          if (asking) tell(connection?.command("raid.start", { room: asking.room }));
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
