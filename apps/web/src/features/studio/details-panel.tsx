import { type RoomDetail, roomChangesSchema } from "@sameroom/contract";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Input, Textarea } from "../../ui/atoms/input.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import { Panel } from "../../ui/molecules/panel.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { checkForm, type Faults } from "../api/form-faults.ts";
import { useChangeRoom } from "../rooms/room-queries.ts";
import { CoverPicker } from "./cover-picker.tsx";

const TITLE_MOST = 120;
const DESCRIPTION_MOST = 2000;

/** Title, description and cover; viewers see a change at once. */
export function DetailsPanel({ room }: { room: RoomDetail }) {
  const [title, setTitle] = useState(room.title);
  const [description, setDescription] = useState(room.description);
  const [faults, setFaults] = useState<Faults>({});
  const change = useChangeRoom(room.slug);
  const toast = useToast();
  const dirty = title !== room.title || description !== room.description;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const checked = checkForm(roomChangesSchema, { title, description });
    setFaults(checked.ok ? {} : checked.faults);
    if (!checked.ok) return;
    change.mutate(checked.value, {
      onSuccess: (saved) => {
        setTitle(saved.title);
        setDescription(saved.description);
        toast({ text: "Saved.", tone: "good" });
      },
      onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
    });
  };
  return (
    <Panel title="About the show">
      <form noValidate onSubmit={submit} className="flex flex-col gap-4">
        <Field label="Title" fault={faults.title} aside={`${title.length} / ${TITLE_MOST}`}>
          {(control) => (
            <Input
              {...control}
              value={title}
              maxLength={TITLE_MOST}
              onChange={(event) => setTitle(event.target.value)}
            />
          )}
        </Field>
        <Field label="Description" fault={faults.description}>
          {(control) => (
            <Textarea
              {...control}
              value={description}
              maxLength={DESCRIPTION_MOST}
              rows={3}
              onChange={(event) => setDescription(event.target.value)}
            />
          )}
        </Field>
        <div className="flex flex-wrap items-end justify-between gap-4">
          <CoverPicker room={room} />
          <Button
            type="submit"
            variant={dirty ? "primary" : "secondary"}
            disabled={!dirty}
            busy={change.isPending}
          >
            Save
          </Button>
        </div>
      </form>
    </Panel>
  );
}
