import type { Publisher } from "@sameroom/contract";
import { ConfirmDialog } from "../../ui/molecules/confirm-dialog.tsx";
import { isEncoder } from "./source-words.ts";
import type { useLeaveGuard } from "./use-leave-guard.ts";

/** Asks before this page replaces what is on air. */
export function TakeOverDialog(props: {
  open: boolean;
  source: Publisher | null;
  onConfirm: () => void;
  onCancel: () => void;
}) {
  const encoder = props.source !== null && isEncoder(props.source);
  return (
    <ConfirmDialog
      open={props.open}
      title={encoder ? "Take over from your encoder?" : "Take over from your other device?"}
      confirm="Take over"
      onConfirm={props.onConfirm}
      onCancel={props.onCancel}
    >
      Viewers see this page's camera and microphone instead, in the same show.{" "}
      {encoder
        ? "The encoder is disconnected. Stop it there as well: one that connects again by itself takes the show back."
        : "The other device stops sending."}
    </ConfirmDialog>
  );
}

/** Asks before the host walks out of a running show. */
export function LeaveDialog({ blocker }: { blocker: ReturnType<typeof useLeaveGuard> }) {
  return (
    <ConfirmDialog
      open={blocker.status === "blocked"}
      title="You are live"
      confirm="Leave the studio"
      cancel="Stay"
      onConfirm={() => blocker.proceed?.()}
      onCancel={() => blocker.reset?.()}
    >
      If you leave, your picture stops and viewers wait for you for a moment, then the show ends. To end it
      now, use the End button.
    </ConfirmDialog>
  );
}
