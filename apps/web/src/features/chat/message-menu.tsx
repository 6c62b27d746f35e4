import { may, type RoomEvent, type Standing } from "@sameroom/contract";
import { Copy, Pin, Reply, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { menuItemClass } from "../../ui/molecules/menu.tsx";
import { Popover } from "../../ui/molecules/popover.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";

export interface MessageMenuProps {
  event: RoomEvent;
  anchor: HTMLElement;
  you: string | null;
  standings: readonly Standing[];
  onReply: () => void;
  onDelete: () => void;
  onPin: () => void;
  onClose: () => void;
  /** What else can be done with the message or with who wrote it. */
  more?: ReactNode;
}

/** What can be done with a message, as far as this person may. */
export function MessageMenu(props: MessageMenuProps) {
  const { event, you, standings, onClose } = props;
  const toast = useToast();
  const { body, actor } = event;
  if (body.type !== "message" || !actor) return null;
  const mine = actor.participant === you;
  const item = (label: string, icon: ReactNode, act: () => void, danger = false) => (
    <button
      type="button"
      role="menuitem"
      className={`${menuItemClass} ${danger ? "text-bad" : ""}`}
      onClick={() => {
        onClose();
        act();
      }}
    >
      {icon} {label}
    </button>
  );
  const copy = () =>
    navigator.clipboard.writeText(body.text).then(
      () => toast({ text: "Message copied.", tone: "good" }),
      () => toast({ text: "The browser does not allow copying.", tone: "bad" }),
    );
  return (
    <Popover
      anchor={props.anchor}
      role="menu"
      label={`Message of ${actor.name}`}
      onClose={onClose}
      className="w-52"
    >
      {may(standings, "chat.send") && item("Answer", <Reply size={17} aria-hidden="true" />, props.onReply)}
      {item("Copy", <Copy size={17} aria-hidden="true" />, () => void copy())}
      {may(standings, "chat.pin") && item("Pin", <Pin size={17} aria-hidden="true" />, props.onPin)}
      {(may(standings, "chat.delete") || (mine && may(standings, "chat.delete-own"))) &&
        item("Delete", <Trash2 size={17} aria-hidden="true" />, props.onDelete, true)}
      {props.more}
    </Popover>
  );
}
