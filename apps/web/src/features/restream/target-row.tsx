import type { RestreamStatus, RestreamTarget } from "@sameroom/contract";
import { Pencil, Power, PowerOff, Trash2 } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { IconButton } from "../../ui/atoms/icon-button.tsx";
import { useNow } from "../../ui/hooks/use-now.ts";
import { ConfirmDialog } from "../../ui/molecules/confirm-dialog.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { useChangeTarget, useRemoveTarget } from "./restream-queries.ts";
import { restreamWords } from "./restream-words.ts";

/** One target: how it is doing, and what can be done with it. */
export function TargetRow(props: {
  room: string;
  target: RestreamTarget;
  status: RestreamStatus;
  clockOffsetMs: number;
  onEdit: () => void;
}) {
  const { room, target, status, clockOffsetMs, onEdit } = props;
  const change = useChangeTarget(room, target.id);
  const remove = useRemoveTarget(room, target.id);
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  const nowMs = useNow(1000);
  const onError = (error: Error) => toast({ text: messageOf(error), tone: "bad" });
  // What was pressed is shown at once; the server's answer, or its refusal, comes after.
  const enabled = change.isPending ? (change.variables.enabled ?? target.enabled) : target.enabled;
  const words = restreamWords(status, { enabled, nowUnixMs: nowMs + clockOffsetMs });
  return (
    <li className="flex flex-col gap-1.5 border-line border-t py-3 first:border-t-0 first:pt-0">
      <div className="flex items-center gap-2">
        <div className="min-w-0 flex-1">
          <p className="truncate font-semibold">{target.name}</p>
          <p className="truncate text-sm text-ink-faint" title={target.url}>
            {target.url}
          </p>
        </div>
        <Badge tone={words.tone}>{words.label}</Badge>
      </div>
      {words.text && (
        <p className="text-pretty break-words text-sm text-ink-soft tabular" aria-live="off">
          {words.text}
        </p>
      )}
      <div className="-ml-2.5 flex gap-1">
        <IconButton
          label={`Send shows to ${target.name}`}
          icon={enabled ? <Power size={18} /> : <PowerOff size={18} />}
          tone={enabled ? "on" : "plain"}
          aria-pressed={enabled}
          onClick={() => change.mutate({ enabled: !enabled }, { onError })}
        />
        <IconButton label={`Change ${target.name}`} icon={<Pencil size={18} />} onClick={onEdit} />
        <IconButton
          label={`Remove ${target.name}`}
          icon={<Trash2 size={18} />}
          onClick={() => setAsking(true)}
        />
      </div>
      <ConfirmDialog
        open={asking}
        title={`Remove ${target.name}?`}
        confirm="Remove"
        busy={remove.isPending}
        onConfirm={() => remove.mutate(undefined, { onError, onSettled: () => setAsking(false) })}
        onCancel={() => setAsking(false)}
      >
        Shows are not sent there any more, and the stored key is deleted.
      </ConfirmDialog>
    </li>
  );
}
