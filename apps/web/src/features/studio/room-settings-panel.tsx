import type { RecordingMode, RoomChanges, RoomDetail } from "@sameroom/contract";
import { Link } from "@tanstack/react-router";
import { ShieldCheck } from "lucide-react";
import { buttonClass } from "../../ui/atoms/button.tsx";
import { Panel } from "../../ui/molecules/panel.tsx";
import { type RadioCard, RadioCards } from "../../ui/molecules/radio-cards.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { useChangeRoom } from "../rooms/room-queries.ts";
import { VisibilityBadge } from "../rooms/visibility-badge.tsx";
import { visibilityChoices } from "../rooms/visibility-words.ts";
import { DeleteRoom } from "./delete-room.tsx";

const MODES: readonly RadioCard<RecordingMode>[] = [
  { id: "manual", label: "When I press Record", hint: "You decide in each show, and for which part of it." },
  {
    id: "automatic",
    label: "Every show",
    hint: "From the first picture to the end. You can stop it at any time.",
  },
  { id: "off", label: "Never", hint: "Nothing is kept, and the Record button is away." },
];

/** Who finds the room and whether its shows are kept; in force at once, also in a running show. */
export function RoomSettingsPanel({ room }: { room: RoomDetail }) {
  const change = useChangeRoom(room.slug);
  const toast = useToast();
  const save = (changes: RoomChanges) =>
    change.mutate(changes, {
      onSuccess: () => toast({ text: "Saved.", tone: "good" }),
      onError: (error) => toast({ text: messageOf(error), tone: "bad" }),
    });
  // What was pressed is shown at once; the server's answer, or its refusal, comes after.
  const asked: RoomChanges = change.isPending ? change.variables : {};
  return (
    <Panel title="Room settings" aside={<VisibilityBadge visibility={room.visibility} />}>
      <div className="grid gap-x-6 gap-y-6 md:grid-cols-2">
        <RadioCards
          legend="Who can watch"
          cards={visibilityChoices("room")}
          chosen={asked.visibility ?? room.visibility}
          onChoose={(visibility) => visibility !== room.visibility && save({ visibility })}
        />
        <RadioCards
          legend="Record the show"
          cards={MODES}
          chosen={asked.recordingMode ?? room.recordingMode}
          onChoose={(recordingMode) => recordingMode !== room.recordingMode && save({ recordingMode })}
        />
      </div>
      <div className="mt-6 flex flex-wrap items-center justify-between gap-3">
        <Link to="/studio/$room/moderation" params={{ room: room.slug }} className={buttonClass("secondary")}>
          <ShieldCheck size={18} aria-hidden="true" /> Moderation
        </Link>
        <DeleteRoom room={room} />
      </div>
    </Panel>
  );
}
