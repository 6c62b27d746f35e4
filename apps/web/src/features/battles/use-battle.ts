import type { RoomConnection } from "@sameroom/client";
import {
  type Battle,
  type BattleDesk,
  type CommandInput,
  type CommandValue,
  EMPTY_BATTLE_DESK,
} from "@sameroom/contract";
import { useCallback, useEffect, useState } from "react";

type BattleCommand =
  | "battle.find"
  | "battle.challenge"
  | "battle.answer"
  | "battle.queue"
  | "battle.leave"
  | "battle.again"
  | "battle.mute"
  | "battle.open";

export interface BattleLive {
  /** The battle the room is in, and for a moment the one that is over. */
  battle: Battle | null;
  /** For hosts. */
  desk: BattleDesk;
  /** The server's clock, as far as it is known. */
  serverUnixMs: () => number;
  /** Rejects with a `ClientError`. */
  send: <Name extends BattleCommand>(name: Name, input: CommandInput<Name>) => Promise<CommandValue<Name>>;
}

/** The outcome of a battle that is over stays so long, ms. */
const AFTERGLOW_MS = 8_000;

/** Battles of a room as its connection tells of them. */
export function useBattle(connection: RoomConnection | null): BattleLive {
  const [battle, setBattle] = useState<Battle | null>(null);
  const [desk, setDesk] = useState<BattleDesk>(EMPTY_BATTLE_DESK);
  useEffect(() => {
    if (!connection) return;
    const enter = () => {
      const { snapshot } = connection;
      if (!snapshot) return;
      setBattle(snapshot.battle);
      setDesk(snapshot.battleDesk ?? EMPTY_BATTLE_DESK);
    };
    enter();
    const offs = [
      connection.on("snapshot", enter),
      connection.on("battle", setBattle),
      connection.on("battleDesk", setDesk),
    ];
    return () => {
      for (const off of offs) off();
      setBattle(null);
      setDesk(EMPTY_BATTLE_DESK);
    };
  }, [connection]);
  const isOver = battle?.phase === "over";
  useEffect(() => {
    if (!isOver) return;
    const timer = setTimeout(() => setBattle((now) => (now?.phase === "over" ? null : now)), AFTERGLOW_MS);
    return () => clearTimeout(timer);
  }, [isOver]);
  const serverUnixMs = useCallback(() => connection?.serverUnixMs() ?? Date.now(), [connection]);
  const send = useCallback<BattleLive["send"]>(
    async (name, input) => {
      if (!connection) throw new Error("The room is not connected at the moment.");
      return await connection.command(name, input);
    },
    [connection],
  );
  return { battle, desk, serverUnixMs, send };
}
