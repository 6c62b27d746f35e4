import { useQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { useState } from "react";
import { Avatar } from "../../ui/atoms/avatar.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { Input } from "../../ui/atoms/input.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import { Panel } from "../../ui/molecules/panel.tsx";
import { messageOf } from "../api/api-error.ts";
import { QueryFault } from "../api/query-fault.tsx";
import { moderatorsQuery, useDeed } from "./moderation-queries.ts";

/** Who helps to run the room. `mayAppoint`: the owner, admins. */
export function ModeratorsPanel({ room, mayAppoint }: { room: string; mayAppoint: boolean }) {
  const list = useQuery(moderatorsQuery(room));
  const deed = useDeed(room);
  const [username, setUsername] = useState("");
  const fault = deed.error && deed.variables?.kind === "appoint" ? messageOf(deed.error) : undefined;
  return (
    <Panel title="Moderators">
      {mayAppoint && (
        <form
          className="mb-5 flex items-start gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            if (username.trim() === "") return;
            deed.mutate({ kind: "appoint", username: username.trim() }, { onSuccess: () => setUsername("") });
          }}
        >
          <div className="min-w-0 flex-1">
            <Field label="User name" fault={fault}>
              {(control) => (
                <Input
                  {...control}
                  value={username}
                  maxLength={60}
                  autoComplete="off"
                  onChange={({ target }) => setUsername(target.value)}
                />
              )}
            </Field>
          </div>
          <Button
            type="submit"
            variant="primary"
            className="mt-6.5"
            busy={deed.isPending}
            icon={<UserPlus size={18} aria-hidden="true" />}
          >
            Appoint
          </Button>
        </form>
      )}
      {list.isPending && <Skeleton className="h-14 rounded-2xl" />}
      {list.error && !list.data && <QueryFault query={list} what="The moderators" />}
      {list.data?.moderators.length === 0 && (
        <p className="text-ink-soft">
          Nobody yet. Moderators delete messages, mute and ban, also while you are not here.
        </p>
      )}
      <ul className="flex flex-col">
        {list.data?.moderators.map(({ account, name, username: login }) => (
          <li key={account} className="flex min-h-14 items-center gap-3">
            <Avatar name={name} size="sm" />
            <span className="min-w-0 flex-1 truncate">
              <b>{name}</b> <span className="text-ink-faint">{login}</span>
            </span>
            {mayAppoint && (
              <Button
                size="sm"
                busy={deed.isPending}
                aria-label={`Dismiss ${name}`}
                onClick={() => deed.mutate({ kind: "dismiss", account })}
              >
                Dismiss
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
