import { newRoomSchema } from "@sameroom/contract";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Input, Textarea } from "../../ui/atoms/input.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import { Notice } from "../../ui/molecules/notice.tsx";
import { hasCode, messageOf } from "../api/api-error.ts";
import { checkForm, type Faults, faultsOf } from "../api/form-faults.ts";
import { useCreateRoom } from "../rooms/room-queries.ts";
import { slugOf } from "./slug-of.ts";

/** Makes a room; `onDone` gets its address. */
export function NewRoomForm({ onDone }: { onDone: (slug: string) => void }) {
  const create = useCreateRoom();
  const [title, setTitle] = useState("");
  const [description, setDescription] = useState("");
  const [slug, setSlug] = useState<string | null>(null);
  const [faults, setFaults] = useState<Faults>({});
  const address = slug ?? slugOf(title);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const checked = checkForm(newRoomSchema, { title, description, ...(address ? { slug: address } : {}) });
    setFaults(checked.ok ? {} : checked.faults);
    if (!checked.ok) return;
    create.mutate(checked.value, {
      onSuccess: (room) => onDone(room.slug),
      onError: (error) => setFaults(faultsOf(error)),
    });
  };
  const taken = hasCode(create.error, "room.slug_taken");
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-5">
      {create.error && !taken && Object.keys(faults).length === 0 && (
        <Notice tone="bad" title={messageOf(create.error)} />
      )}
      <Field label="What is the show called?" fault={faults.title}>
        {(control) => (
          <Input
            {...control}
            value={title}
            maxLength={120}
            placeholder="Sunday morning ceramics"
            onChange={(event) => setTitle(event.target.value)}
          />
        )}
      </Field>
      <Field
        label="Address"
        hint={`People find you at ${location.host}/r/${address || "…"}`}
        fault={faults.slug ?? (taken ? "This address is taken. Try another." : undefined)}
      >
        {(control) => (
          <Input
            {...control}
            value={address}
            maxLength={40}
            autoCapitalize="none"
            spellCheck={false}
            onChange={(event) => setSlug(event.target.value.toLowerCase())}
          />
        )}
      </Field>
      <Field
        label="Description"
        hint="Optional. You can change all but the address later."
        fault={faults.description}
      >
        {(control) => (
          <Textarea
            {...control}
            value={description}
            maxLength={2000}
            onChange={(event) => setDescription(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" size="lg" busy={create.isPending}>
        Create room
      </Button>
    </form>
  );
}
