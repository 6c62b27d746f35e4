import type { ReactNode } from "react";
import { Button } from "../atoms/button.tsx";
import { Dialog } from "./dialog.tsx";

export interface ConfirmDialogProps {
  open: boolean;
  title: string;
  children: ReactNode;
  /** What the confirming button says: the deed itself, never "OK". */
  confirm: string;
  cancel?: string;
  busy?: boolean;
  onConfirm: () => void;
  onCancel: () => void;
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Dialog open={props.open} onClose={props.onCancel} title={props.title}>
      <div className="text-ink-soft">{props.children}</div>
      <div className="flex flex-wrap justify-end gap-3">
        <Button onClick={props.onCancel} autoFocus>
          {props.cancel ?? "Cancel"}
        </Button>
        <Button variant="danger" busy={props.busy ?? false} onClick={props.onConfirm}>
          {props.confirm}
        </Button>
      </div>
    </Dialog>
  );
}
