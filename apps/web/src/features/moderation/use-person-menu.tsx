import type { RoomConnection } from "@sameroom/client";
import { may, type Person, type RoomEvent, type Standing, standsAbove } from "@sameroom/contract";
import { Ban, Flag, MicOff, ShieldCheck, Timer } from "lucide-react";
import { type ReactNode, useState } from "react";
import { menuItemClass } from "../../ui/molecules/menu.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { ReportDialog } from "./report-dialog.tsx";
import { SanctionDialog } from "./sanction-dialog.tsx";

const TIME_OUT_S = 600;

type Asking =
  | { kind: "mute" | "ban"; person: Person }
  | { kind: "report"; person: Person; message: number | null; text: string | null };

export interface PersonMenu {
  /** What can be done with a message's author, as lines of its menu, as far as this person may. */
  lines: (event: RoomEvent, close: () => void) => ReactNode;
  /** What is asked before it is done; stands beside the menu, which is closed by then. */
  dialog: ReactNode;
}

/** Reports and moderators' tools for the menu of a message. */
export function usePersonMenu(options: {
  connection: RoomConnection | null;
  you: string | null;
  standings: readonly Standing[];
}): PersonMenu {
  const { connection, you, standings } = options;
  const toast = useToast();
  const [asking, setAsking] = useState<Asking | null>(null);
  const attempt = (done: Promise<unknown> | undefined, words: string) =>
    done?.then(
      () => toast({ text: words, tone: "good" }),
      (error: Error) => toast({ text: error.message, tone: "bad" }),
    );
  const close = () => setAsking(null);

  const lines = (event: RoomEvent, closeMenu: () => void): ReactNode => {
    const { actor, body } = event;
    if (actor === null || actor.participant === you) return null;
    const { participant, name } = actor;
    const person = { participant, name };
    const over = may(standings, "people.mute") && standsAbove(standings, actor.standings);
    const line = (label: string, icon: ReactNode, act: () => void, danger = false) => (
      <button
        type="button"
        role="menuitem"
        className={`${menuItemClass} ${danger ? "text-bad" : ""}`}
        onClick={() => {
          closeMenu();
          act();
        }}
      >
        {icon} {label}
      </button>
    );
    const timeOut = { participant, seconds: TIME_OUT_S, reason: "" };
    return (
      <>
        {line("Report", <Flag size={17} aria-hidden="true" />, () =>
          setAsking({
            ...{ kind: "report", person, message: body.type === "message" ? event.sequence : null },
            text: body.type === "message" ? body.text : null,
          }),
        )}
        {over &&
          line(
            "Time out 10 min",
            <Timer size={17} aria-hidden="true" />,
            () =>
              void attempt(connection?.command("people.mute", timeOut), `${name} is muted for 10 minutes.`),
          )}
        {over &&
          line("Mute", <MicOff size={17} aria-hidden="true" />, () => setAsking({ kind: "mute", person }))}
        {may(standings, "people.appoint") &&
          participant.startsWith("user:") &&
          actor.standings.every((one) => one === "subscriber" || one === "guest") &&
          line(
            "Make moderator",
            <ShieldCheck size={17} aria-hidden="true" />,
            () =>
              void attempt(
                connection?.command("people.appoint", { participant }),
                `${name} is a moderator of this room now.`,
              ),
          )}
        {over &&
          line("Ban", <Ban size={17} aria-hidden="true" />, () => setAsking({ kind: "ban", person }), true)}
      </>
    );
  };

  const dialog =
    asking === null ? null : asking.kind === "report" ? (
      <ReportDialog
        person={asking.person}
        text={asking.text}
        onClose={close}
        onSend={(report) => {
          close();
          const { participant } = asking.person;
          const sent = connection?.command("report.send", {
            participant,
            message: asking.message,
            ...report,
          });
          void attempt(sent, "Thank you. The room's staff will look at it.");
        }}
      />
    ) : (
      <SanctionDialog
        kind={asking.kind}
        person={asking.person}
        onClose={close}
        onSend={(order) => {
          close();
          const { kind, person } = asking;
          const { participant, name } = person;
          const sent = connection?.command(`people.${kind}`, { participant, ...order });
          void attempt(sent, kind === "mute" ? `${name} is muted.` : `${name} is banned.`);
        }}
      />
    );
  return { lines, dialog };
}
