import { type RecordingView, recordingChangesSchema } from "@sameroom/contract";
import { Pencil } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from "react";
import { IconButton } from "../../ui/atoms/icon-button.tsx";
import { Input } from "../../ui/atoms/input.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { checkForm } from "../api/form-faults.ts";
import { useChangeRecording } from "./recording-queries.ts";

/** A recording's title that becomes a field on the pencil: Enter or leaving it saves, Escape does not. */
export function TitleEditor({
  recording,
  children,
}: {
  recording: RecordingView;
  children: React.ReactNode;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const pencil = useRef<HTMLButtonElement>(null);
  const back = useRef(false);
  const change = useChangeRecording(recording.id);
  const toast = useToast();
  useEffect(() => {
    if (draft !== null || !back.current) return;
    back.current = false;
    pencil.current?.focus();
  }, [draft]);
  if (draft === null) {
    return (
      <div className="flex min-w-0 items-center gap-0.5">
        <div className="min-w-0">{children}</div>
        <IconButton
          ref={pencil}
          label={`Rename ${recording.title}`}
          icon={<Pencil size={16} />}
          onClick={() => setDraft(recording.title)}
        />
      </div>
    );
  }
  const save = () => {
    const title = draft.trim();
    setDraft(null);
    if (title === recording.title) return;
    const checked = checkForm(recordingChangesSchema, { title });
    if (!checked.ok) return toast({ text: checked.faults.title ?? "That is no title.", tone: "bad" });
    change.mutate(checked.value, {
      onSuccess: () => toast({ text: "Renamed.", tone: "good" }),
      onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
    });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    back.current = true;
    save();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    back.current = true;
    setDraft(null);
  };
  return (
    <form onSubmit={submit} className="min-w-0 max-w-xl">
      <Input
        autoFocus
        aria-label="Title of the recording"
        value={draft}
        maxLength={120}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={press}
        onBlur={save}
      />
    </form>
  );
}
