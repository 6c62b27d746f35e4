import type { Veil } from "@sameroom/contract";
import { Link } from "@tanstack/react-router";
import { buttonClass } from "../../ui/atoms/button.tsx";
import { Notice } from "../../ui/molecules/notice.tsx";

/** Tells the host that viewers do not see the show as it is, and where it can be decided. */
export function VeilBanner({ veil, room }: { veil: Veil; room: string }) {
  return (
    <Notice
      tone="warn"
      title={veil === "blur" ? "Viewers see your picture blurred" : "Your show is paused for viewers"}
      action={
        <Link to="/studio/$room/moderation" params={{ room }} className={buttonClass("secondary", "sm")}>
          Look at it
        </Link>
      }
    >
      A picture of the show looked wrong. It stays like this until you or a moderator have decided.
    </Notice>
  );
}
