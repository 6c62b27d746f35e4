import { MAX_WEBHOOKS, type Webhook } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { Plus, Webhook as WebhookIcon } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { BlankState } from "../../ui/molecules/blank-state.tsx";
import { QueryFault } from "../api/query-fault.tsx";
import { WebhookCard } from "./webhook-card.tsx";
import { WebhookDialog } from "./webhook-dialog.tsx";
import { webhooksQuery } from "./webhook-queries.ts";

/** Everything the caller's rooms are told to, to make, change, test and delete. */
export function WebhookList() {
  const list = useQuery(webhooksQuery);
  const [editing, setEditing] = useState<Webhook | "new" | null>(null);
  if (list.isPending) {
    return (
      <div role="status" className="flex flex-col gap-3">
        <span className="sr-only">Loading your webhooks</span>
        <Skeleton className="h-36 rounded-3xl" />
        <Skeleton className="h-36 rounded-3xl" />
      </div>
    );
  }
  if (!list.data) return <QueryFault query={list} what="Your webhooks" />;
  const { webhooks } = list.data;
  const add = (
    <Button variant="primary" icon={<Plus size={18} />} onClick={() => setEditing("new")}>
      New webhook
    </Button>
  );
  return (
    <>
      {webhooks.length === 0 ? (
        <BlankState
          picture={<WebhookIcon size={48} aria-hidden="true" className="text-ink-faint" />}
          title="No webhooks yet"
          actions={add}
        >
          Have your own server told of messages, gifts, guests and shows as they happen: signed, in order, and
          again until it has taken them.
        </BlankState>
      ) : (
        <div className="flex flex-col gap-3">
          {webhooks.map((webhook) => (
            <WebhookCard key={webhook.id} webhook={webhook} onEdit={() => setEditing(webhook)} />
          ))}
          {webhooks.length < MAX_WEBHOOKS && <div className="mt-2 self-start">{add}</div>}
        </div>
      )}
      {editing !== null && (
        <WebhookDialog webhook={editing === "new" ? null : editing} onClose={() => setEditing(null)} />
      )}
    </>
  );
}
