import type { ClientFailure, QualityChoice, QualityState, Replay } from "@sameroom/client";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { Thumbnail } from "../player/seek-preview.tsx";
import type { Attach } from "../player/use-playback.ts";
import { useClient } from "../sdk/sdk.tsx";

export interface Replaying {
  state: Replay["state"];
  /** What can be chosen and what is shown; null before it is known. */
  quality: QualityState | null;
  failure: ClientFailure | null;
  attach: Attach | null;
  choose: (choice: QualityChoice) => void;
  /** Picture of a place, where there is one. */
  thumbnailAt: (seconds: number) => Thumbnail | null;
  /** Opens it anew after a failure. */
  retry: () => void;
}

type Seen = Pick<Replaying, "state" | "quality" | "failure">;
const NOTHING: Seen = { state: "loading", quality: null, failure: null };

/** Opens a recording and keeps it open as long as the component is there. */
export function useReplay(recording: string): Replaying {
  const client = useClient();
  const [attempt, setAttempt] = useState(0);
  const [seen, setSeen] = useState<Seen>(NOTHING);
  const [session, setSession] = useState<Replay | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt is a new session
  useEffect(() => {
    const replay = client.replay(recording);
    setSession(replay);
    setSeen({ ...NOTHING, state: replay.state, quality: replay.quality });
    const put = (change: Partial<Seen>) => setSeen((old) => ({ ...old, ...change }));
    replay.on("state", (state) => put(state === "ready" ? { state, failure: null } : { state }));
    replay.on("failure", (failure) => put({ failure }));
    replay.on("quality", (quality) => put({ quality }));
    return () => {
      replay.close();
      setSession(null);
    };
  }, [client, recording, attempt]);
  const attach = useMemo<Attach | null>(() => session && ((video) => session.attach(video)), [session]);
  return {
    ...seen,
    attach,
    choose: (choice) => session?.setQuality(choice),
    thumbnailAt: useCallback((seconds) => session?.thumbnailAt(seconds) ?? null, [session]),
    retry: () => setAttempt((last) => last + 1),
  };
}
