import { EVENT_TYPES, type EventType, newWebhookSchema, type Webhook } from "@sameroom/contract";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Input } from "../../ui/atoms/input.tsx";
import { CopyField } from "../../ui/molecules/copy-field.tsx";
import { Dialog } from "../../ui/molecules/dialog.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import { messageOf } from "../api/api-error.ts";
import { checkForm, type Faults } from "../api/form-faults.ts";
import { useAddWebhook, useChangeWebhook } from "./webhook-queries.ts";
import { typeWord } from "./webhook-words.ts";

/** Makes a webhook, or changes one; a new one's secret is shown before the window closes, and never again. */
export function WebhookDialog({ webhook, onClose }: { webhook: Webhook | null; onClose: () => void }) {
  const add = useAddWebhook();
  const change = useChangeWebhook(webhook?.id ?? "");
  const [url, setUrl] = useState(webhook?.url ?? "");
  const [types, setTypes] = useState<EventType[]>(webhook?.types ?? []);
  const [faults, setFaults] = useState<Faults>({});
  const secret = add.data?.secret;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const checked = checkForm(newWebhookSchema, { url: url.trim(), types });
    if (!checked.ok) return setFaults(checked.faults);
    const onError = (error: Error) => setFaults({ url: messageOf(error) });
    if (webhook === null) add.mutate(checked.value, { onError });
    else change.mutate(checked.value, { onError, onSuccess: onClose });
  };
  const toggle = (type: EventType) =>
    setTypes(types.includes(type) ? types.filter((one) => one !== type) : [...types, type]);

  if (secret !== undefined) {
    return (
      <Dialog open title="Keep this secret" onClose={onClose}>
        <p className="text-pretty text-ink-soft">
          Your server checks with it that a request is ours (Standard Webhooks). It is not shown again.
        </p>
        <CopyField label="signing secret" value={secret} />
        <Button variant="primary" className="self-end" onClick={onClose}>
          Done
        </Button>
      </Dialog>
    );
  }
  return (
    <Dialog open title={webhook === null ? "New webhook" : "Change the webhook"} onClose={onClose}>
      <form className="flex flex-col gap-4" onSubmit={submit} noValidate>
        <Field
          label="Address"
          fault={faults.url}
          hint="Gets a POST for everything that happens in your rooms, in order."
        >
          {(control) => (
            <Input
              {...control}
              value={url}
              onChange={(event) => {
                setUrl(event.target.value);
                setFaults({});
              }}
              placeholder="https://example.com/hooks/sameroom"
              inputMode="url"
              autoCapitalize="none"
              autoComplete="off"
              spellCheck={false}
            />
          )}
        </Field>
        <fieldset className="flex flex-col gap-2">
          <legend className="mb-1.5 font-semibold text-sm">What is sent</legend>
          <div className="flex flex-wrap gap-2">
            <TypeChip label="everything" checked={types.length === 0} onChange={() => setTypes([])} />
            {EVENT_TYPES.map((type) => (
              <TypeChip
                key={type}
                label={typeWord(type)}
                checked={types.includes(type)}
                onChange={() => toggle(type)}
              />
            ))}
          </div>
        </fieldset>
        <div className="flex flex-wrap justify-end gap-3">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={add.isPending || change.isPending}>
            {webhook === null ? "Make it" : "Save"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function TypeChip({ label, checked, onChange }: { label: string; checked: boolean; onChange: () => void }) {
  return (
    <label className="flex min-h-9 cursor-pointer items-center rounded-full border border-line bg-surface px-3 font-medium text-ink-soft text-sm has-checked:border-transparent has-checked:bg-ink has-checked:text-canvas has-focus-visible:outline-2 has-focus-visible:outline-offset-2">
      <input type="checkbox" className="sr-only" checked={checked} onChange={onChange} />
      {label}
    </label>
  );
}
