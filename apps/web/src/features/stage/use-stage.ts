import type { RoomConnection } from "@sameroom/client";
import {
  type CommandInput,
  EMPTY_STAGE,
  type RaisedHand,
  type Stage,
  type Standing,
} from "@sameroom/contract";
import { useCallback, useEffect, useState } from "react";

type StageCommand =
  | "stage.ask"
  | "stage.invite"
  | "stage.answer"
  | "stage.leave"
  | "stage.remove"
  | "stage.mute"
  | "stage.devices"
  | "stage.layout"
  | "stage.hand-over";

export interface StageLive {
  stage: Stage;
  /** For those who may invite. */
  hands: readonly RaisedHand[];
  /** Who asks this person to come on stage. */
  invited: { name: string } | null;
  standings: readonly Standing[];
  /** Participant of this person; null until the room is connected. */
  you: string | null;
  /** Rejects with a `ClientError`. */
  send: <Name extends StageCommand>(name: Name, input: CommandInput<Name>) => Promise<void>;
}

type Seen = Omit<StageLive, "send">;
const NOTHING: Seen = { stage: EMPTY_STAGE, hands: [], invited: null, standings: [], you: null };

/** The stage of a room as its connection tells it. */
export function useStage(connection: RoomConnection | null): StageLive {
  const [seen, setSeen] = useState<Seen>(NOTHING);
  useEffect(() => {
    if (!connection) return;
    const put = (change: Partial<Seen>) => setSeen((old) => ({ ...old, ...change }));
    const enter = () => {
      const { snapshot } = connection;
      if (!snapshot) return;
      const { stage, hands = [], invited = null, standings, you } = snapshot;
      setSeen({ stage, hands, invited, standings, you: you.participant });
    };
    enter();
    const offs = [
      connection.on("snapshot", enter),
      connection.on("stage", (stage) => put({ stage })),
      connection.on("hands", (hands) => put({ hands })),
      connection.on("invited", (invited) => put({ invited })),
      connection.on("standings", (standings) => put({ standings })),
    ];
    return () => {
      for (const off of offs) off();
      setSeen(NOTHING);
    };
  }, [connection]);
  const send = useCallback<StageLive["send"]>(
    async (name, input) => {
      await connection?.command(name, input);
    },
    [connection],
  );
  return { ...seen, send };
}
