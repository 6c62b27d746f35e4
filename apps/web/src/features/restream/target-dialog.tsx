import {
  newRestreamTargetSchema,
  type RestreamTarget,
  restreamTargetChangesSchema,
} from "@sameroom/contract";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Input } from "../../ui/atoms/input.tsx";
import { Dialog } from "../../ui/molecules/dialog.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import { PasswordInput } from "../../ui/molecules/password-input.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { checkForm, type Faults, faultsOf } from "../api/form-faults.ts";
import { useAddTarget, useChangeTarget } from "./restream-queries.ts";

/** Adds a target, or changes one. Keys are written only: what is there is never shown again. */
export function TargetDialog(props: { room: string; target: RestreamTarget | null; onClose: () => void }) {
  const { room, target, onClose } = props;
  const add = useAddTarget(room);
  const change = useChangeTarget(room, target?.id ?? "");
  const toast = useToast();
  const [form, setForm] = useState({
    name: target?.name ?? "",
    url: target?.url ?? "",
    key: "",
    passphrase: "",
  });
  const [faults, setFaults] = useState<Faults>({});
  const isSrt = /^\s*srt:/i.test(form.url);
  const isMoved = target !== null && form.url.trim() !== target.url;
  const put = (field: keyof typeof form) => (event: { target: { value: string } }) => {
    setForm({ ...form, [field]: event.target.value });
    setFaults({});
  };

  const done = {
    onSuccess: () => {
      toast({ text: "Saved.", tone: "good" });
      onClose();
    },
    onError: (error: Error) => {
      const told = faultsOf(error);
      const byField = Object.fromEntries(
        Object.entries(told).map(([path, message]) => [path.replace(/^body\//, ""), message]),
      );
      setFaults(byField);
      if (Object.keys(byField).length === 0) toast({ text: messageOf(error), tone: "bad" });
    },
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { name, url, key, passphrase } = form;
    const given = {
      ...{ name, url },
      ...(key === "" ? {} : { key }),
      ...(isSrt && passphrase !== "" ? { passphrase } : {}),
    };
    if (target === null) {
      const checked = checkForm(newRestreamTargetSchema, given);
      if (checked.ok) add.mutate(checked.value, done);
      else setFaults(checked.faults);
    } else {
      const checked = checkForm(restreamTargetChangesSchema, given);
      if (checked.ok) change.mutate(checked.value, done);
      else setFaults(checked.faults);
    }
  };

  const keeps = target?.hasKey === true && !isMoved;
  return (
    <Dialog open title={target === null ? "Send the show on" : "Change the target"} onClose={onClose}>
      <form className="flex flex-col gap-4" onSubmit={submit} noValidate>
        <Field label="Name" fault={faults.name}>
          {(control) => (
            <Input
              {...control}
              value={form.name}
              onChange={put("name")}
              placeholder="YouTube"
              maxLength={60}
            />
          )}
        </Field>
        <Field
          label="Server address"
          fault={faults.url}
          hint="rtmp://, rtmps:// or srt://, as the platform shows it."
        >
          {(control) => (
            <Input
              {...control}
              value={form.url}
              onChange={put("url")}
              placeholder="rtmps://live.example.com/app"
              inputMode="url"
              autoCapitalize="none"
              autoComplete="off"
              spellCheck={false}
            />
          )}
        </Field>
        <Field
          label={isSrt ? "Stream id" : "Stream key"}
          fault={faults.key}
          hint={
            keeps
              ? "Leave it empty to keep the one that is stored."
              : "It is stored encrypted and not shown again."
          }
        >
          {(control) => (
            <PasswordInput
              {...control}
              what={isSrt ? "stream id" : "stream key"}
              value={form.key}
              onChange={put("key")}
              autoComplete="off"
            />
          )}
        </Field>
        {isSrt && (
          <Field label="Passphrase" fault={faults.passphrase} hint="Only where the platform gave you one.">
            {(control) => (
              <PasswordInput
                {...control}
                what="passphrase"
                value={form.passphrase}
                onChange={put("passphrase")}
                autoComplete="off"
              />
            )}
          </Field>
        )}
        <div className="flex flex-wrap justify-end gap-3">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={add.isPending || change.isPending}>
            {target === null ? "Add" : "Save"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
