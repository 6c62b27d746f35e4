import { useState } from "react";
import { formatViewers } from "../../ui/format/numbers.ts";
import { ConfirmDialog } from "../../ui/molecules/confirm-dialog.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";

/** Asks once more before the show ends for everybody. */
export function EndDialog(props: {
  open: boolean;
  viewers: number;
  end: () => Promise<void>;
  onClose: () => void;
}) {
  const [busy, setBusy] = useState(false);
  const toast = useToast();
  const end = async () => {
    setBusy(true);
    try {
      await props.end();
      toast({ text: "The show is over. Well done." });
    } catch (error) {
      toast({ text: error instanceof Error ? error.message : "The show could not be ended.", tone: "bad" });
    }
    setBusy(false);
    props.onClose();
  };
  return (
    <ConfirmDialog
      open={props.open}
      title="End the show?"
      confirm="End the show"
      cancel="Keep going"
      busy={busy}
      onConfirm={() => void end()}
      onCancel={props.onClose}
    >
      {props.viewers > 0
        ? `${formatViewers(props.viewers)} will see at once that it is over.`
        : "Everybody in the room sees at once that it is over."}
    </ConfirmDialog>
  );
}
