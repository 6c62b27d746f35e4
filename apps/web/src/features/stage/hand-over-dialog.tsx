import { Crown } from "lucide-react";
import { Button } from "../../ui/atoms/button.tsx";
import { Dialog } from "../../ui/molecules/dialog.tsx";

/** Asks before somebody else runs the room. */
export function HandOverDialog(props: {
  open: boolean;
  /** Who would. */
  name: string;
  onConfirm: () => void;
  onCancel: () => void;
}) {
  return (
    <Dialog open={props.open} onClose={props.onCancel} title={`Hand the room to ${props.name}?`}>
      <p className="text-ink-soft">
        Everybody sees them large. They run the room as you do: guests, layout, chat, battles, raids and the
        end of the show. You stay the owner and on air, and can take the room back at any time.
      </p>
      <div className="flex flex-wrap justify-end gap-3">
        <Button onClick={props.onCancel} autoFocus>
          Cancel
        </Button>
        <Button variant="primary" icon={<Crown size={18} aria-hidden="true" />} onClick={props.onConfirm}>
          Hand it over
        </Button>
      </div>
    </Dialog>
  );
}
