import type { RoomConnection } from "@sameroom/client";
import { useEffect, useState } from "react";
import { ReactionSource } from "./reaction-source.ts";

/** The room's reactions for as long as the component is there; `captureUnixMs` must keep its identity. */
export function useReactions(
  connection: RoomConnection | null,
  captureUnixMs: () => number | null,
): ReactionSource | null {
  const [source, setSource] = useState<ReactionSource | null>(null);
  useEffect(() => {
    if (!connection) return;
    const made = new ReactionSource(connection, captureUnixMs);
    setSource(made);
    return () => {
      made.close();
      setSource(null);
    };
  }, [connection, captureUnixMs]);
  return source;
}
