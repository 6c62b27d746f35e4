import type { Webhook } from "@sameroom/contract";
import { ChevronDown, Pencil, Power, PowerOff, Send, Trash2 } from "lucide-react";
import { useId, useState } from "react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { IconButton } from "../../ui/atoms/icon-button.tsx";
import { useNow } from "../../ui/hooks/use-now.ts";
import { joinClasses } from "../../ui/join-classes.ts";
import { ConfirmDialog } from "../../ui/molecules/confirm-dialog.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { DeliveryList } from "./delivery-list.tsx";
import { useChangeWebhook, useRemoveWebhook, useTestWebhook } from "./webhook-queries.ts";
import { typesText, webhookWords } from "./webhook-words.ts";

/** One webhook: where it goes, how it is doing, what was sent, and what can be done with it. */
export function WebhookCard({ webhook, onEdit }: { webhook: Webhook; onEdit: () => void }) {
  const change = useChangeWebhook(webhook.id);
  const remove = useRemoveWebhook(webhook.id);
  const test = useTestWebhook(webhook.id);
  const toast = useToast();
  const nowMs = useNow(1_000);
  const [asking, setAsking] = useState(false);
  const [open, setOpen] = useState(false);
  const id = useId();
  const words = webhookWords(webhook, nowMs);
  const onError = (error: Error) => toast({ text: messageOf(error), tone: "bad" });
  const tryIt = () =>
    test.mutate(undefined, {
      onError,
      onSuccess: ({ fault, status }) =>
        toast(
          fault === null
            ? { text: `It answered ${status}.`, tone: "good" }
            : { text: `It did not take the test: ${fault}.`, tone: "bad" },
        ),
    });
  return (
    <article className="flex flex-col gap-3 rounded-3xl border border-line bg-surface p-5">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <h2 className="break-all font-mono font-semibold text-base">{webhook.url}</h2>
          <p className="mt-1 text-ink-soft text-sm first-letter:uppercase">{typesText(webhook.types)}</p>
        </div>
        <Badge tone={words.tone}>{words.label}</Badge>
      </div>
      {words.text !== "" && <p className="text-pretty text-ink-soft text-sm tabular">{words.text}</p>}
      <div className="-ml-2.5 flex flex-wrap items-center gap-1">
        <IconButton
          label={webhook.enabled ? "Switch off" : "Switch on"}
          icon={webhook.enabled ? <PowerOff size={18} /> : <Power size={18} />}
          onClick={() => change.mutate({ enabled: !webhook.enabled }, { onError })}
        />
        <IconButton label="Change" icon={<Pencil size={18} />} onClick={onEdit} />
        <IconButton label="Send a test" icon={<Send size={18} />} onClick={tryIt} disabled={test.isPending} />
        <IconButton label="Delete" icon={<Trash2 size={18} />} onClick={() => setAsking(true)} />
        <span className="flex-1" />
        <Button
          size="sm"
          variant="quiet"
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          icon={<ChevronDown size={16} className={joinClasses("transition", open && "rotate-180")} />}
          onClick={() => setOpen(!open)}
        >
          What was sent
        </Button>
      </div>
      {open && (
        <div id={id}>
          <DeliveryList webhook={webhook} nowMs={nowMs} />
        </div>
      )}
      <ConfirmDialog
        open={asking}
        title="Delete this webhook?"
        confirm="Delete"
        busy={remove.isPending}
        onCancel={() => setAsking(false)}
        onConfirm={() => remove.mutate(undefined, { onError, onSettled: () => setAsking(false) })}
      >
        Nothing more is sent to <span className="break-all font-mono">{webhook.url}</span>, and what is
        waiting is dropped.
      </ConfirmDialog>
    </article>
  );
}
