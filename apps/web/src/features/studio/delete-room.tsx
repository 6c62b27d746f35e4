import type { RoomDetail } from "@sameroom/contract";
import { useNavigate } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { ConfirmDialog } from "../../ui/molecules/confirm-dialog.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { useDeleteRoom } from "../rooms/room-queries.ts";

/** Takes a room away for good, once its owner has said so twice; not while it is on air. */
export function DeleteRoom({ room }: { room: RoomDetail }) {
  const remove = useDeleteRoom(room.slug);
  const [asking, setAsking] = useState(false);
  const toast = useToast();
  const navigate = useNavigate();
  const onAir = room.state === "live" || room.state === "interrupted";
  const confirm = () =>
    remove.mutate(undefined, {
      onSuccess: () => {
        toast({ text: `${room.title} is deleted.` });
        void navigate({ to: "/studio", replace: true });
      },
      onError: (error) => {
        setAsking(false);
        toast({ text: messageOf(error), tone: "bad" });
      },
    });
  return (
    <>
      <Button
        variant="quiet"
        icon={<Trash2 size={18} aria-hidden="true" />}
        disabled={onAir}
        title={onAir ? "End the show first" : undefined}
        onClick={() => setAsking(true)}
      >
        Delete this room
      </Button>
      <ConfirmDialog
        open={asking}
        title={`Delete “${room.title}”?`}
        confirm="Delete the room"
        cancel="Keep it"
        busy={remove.isPending}
        onConfirm={confirm}
        onCancel={() => setAsking(false)}
      >
        Its page, its stream key and all its recordings are gone for good. Your coins and payouts stay as they
        are. Nobody else will get the address <strong className="break-all">/r/{room.slug}</strong>.
      </ConfirmDialog>
    </>
  );
}
