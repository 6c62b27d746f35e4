import type { RoomConnection } from "@sameroom/client";
import { Hand } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/atoms/button.tsx";
import { Input } from "../../ui/atoms/input.tsx";
import { Dialog } from "../../ui/molecules/dialog.tsx";
import { Field } from "../../ui/molecules/field.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { GuestDesk } from "./guest-desk.tsx";
import type { StageLive } from "./use-stage.ts";

/** A viewer's way onto the stage: a raised hand, the answer to an invitation, and the desk of who has a seat. */
export function StageDoor(props: {
  room: string;
  host: string;
  connection: RoomConnection | null;
  live: StageLive;
  onPicture: (track: MediaStreamTrack | null) => void;
}) {
  const { room, connection, live, onPicture } = props;
  const { stage, invited, you, send } = live;
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  const [raised, setRaised] = useState(false);
  const tell = (work: Promise<void>) =>
    work.catch((error: Error) => {
      toast({ tone: "bad", text: error.message });
    });
  const self = stage.members.find(({ participant, role }) => role === "guest" && participant === you);
  if (self)
    return <GuestDesk room={room} connection={connection} self={self} send={send} onPicture={onPicture} />;
  const ask = (note: string) => {
    setAsking(false);
    void tell(send("stage.ask", { up: true, note }).then(() => setRaised(true)));
  };
  const answer = (accept: boolean) => {
    setRaised(false);
    void tell(send("stage.answer", { accept }));
  };
  return (
    <>
      {raised && !invited ? (
        <Button
          variant="secondary"
          icon={<Hand size={18} fill="currentColor" className="text-ember" aria-hidden="true" />}
          onClick={() => {
            setRaised(false);
            void tell(send("stage.ask", { up: false }));
          }}
        >
          Your hand is up
        </Button>
      ) : (
        <Button
          variant="secondary"
          icon={<Hand size={18} aria-hidden="true" />}
          disabled={you === null}
          onClick={() => setAsking(true)}
        >
          Ask to join
        </Button>
      )}
      <AskDialog open={asking} host={props.host} onClose={() => setAsking(false)} onAsk={ask} />
      <Dialog
        open={invited !== null}
        onClose={() => answer(false)}
        title={`${invited?.name ?? "The host"} invites you on stage`}
      >
        <p className="text-ink-soft">
          Everybody in the room will see and hear you. First you check your camera and microphone; nothing is
          sent before you say so.
        </p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button variant="quiet" onClick={() => answer(false)}>
            No, thanks
          </Button>
          <Button variant="primary" onClick={() => answer(true)}>
            Get ready
          </Button>
        </div>
      </Dialog>
    </>
  );
}

function AskDialog(props: {
  open: boolean;
  host: string;
  onClose: () => void;
  onAsk: (note: string) => void;
}) {
  const [note, setNote] = useState("");
  return (
    <Dialog open={props.open} onClose={props.onClose} title="Join on stage">
      <form
        className="flex flex-col gap-5"
        onSubmit={(event) => {
          event.preventDefault();
          props.onAsk(note.trim());
        }}
      >
        <p className="text-ink-soft">
          {props.host} sees your hand and decides. Your camera and microphone stay off until you go on stage.
        </p>
        <Field label="What is it about? (optional)">
          {(control) => (
            <Input
              {...control}
              value={note}
              maxLength={140}
              onChange={(event) => setNote(event.target.value)}
            />
          )}
        </Field>
        <div className="flex justify-end">
          <Button type="submit" variant="primary" icon={<Hand size={18} aria-hidden="true" />}>
            Raise hand
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
