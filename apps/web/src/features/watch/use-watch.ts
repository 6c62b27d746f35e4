import type { ClientFailure, Watch, WatchState, WatchStats } from "@sameroom/client";
import { useEffect, useState } from "react";
import { useClient } from "../sdk/sdk.tsx";

export interface Watching {
  state: WatchState;
  stream: MediaStream | null;
  stats: WatchStats | null;
  failure: ClientFailure | null;
  /** true from the first decoded frame on. */
  started: boolean;
  /** Opens a new session after one has failed for good. */
  retry: () => void;
}

const NOTHING = { state: "connecting", stream: null, stats: null, failure: null, started: false } as const;

/** Watches a room while `wanted`; leaves it, and forgets the picture, when not. */
export function useWatch(room: string, wanted: boolean): Watching {
  const client = useClient();
  const [attempt, setAttempt] = useState(0);
  const [seen, setSeen] = useState<Omit<Watching, "retry">>(NOTHING);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt is a new session
  useEffect(() => {
    if (!wanted) return;
    const watch: Watch = client.watch(room);
    setSeen({ ...NOTHING, state: watch.state, stream: watch.stream, started: watch.state === "playing" });
    const put = (change: Partial<Watching>) => setSeen((old) => ({ ...old, ...change }));
    watch.on("state", (state) => put(state === "playing" ? { state, failure: null } : { state }));
    watch.on("stream", (stream) => put({ stream }));
    watch.on("stats", (stats) => put({ stats }));
    watch.on("failure", (failure) => put({ failure }));
    watch.on("firstFrame", () => put({ started: true }));
    return () => {
      watch.close();
      setSeen(NOTHING);
    };
  }, [client, room, wanted, attempt]);
  return { ...seen, retry: () => setAttempt((last) => last + 1) };
}
