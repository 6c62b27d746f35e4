import type {
  ClientFailure,
  DvrState,
  QualityChoice,
  QualityState,
  Watch,
  WatchDetails,
  WatchPath,
  WatchState,
  WatchStats,
} from "@sameroom/client";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { Attach } from "../player/use-playback.ts";
import { useClient } from "../sdk/sdk.tsx";

export interface Watching {
  state: WatchState;
  /** How the show comes here. */
  path: WatchPath;
  /** What can be gone back to; null where nothing is kept. */
  dvr: DvrState | null;
  /** Shows the picture, whatever path it takes; null before the session. */
  attach: Attach | null;
  stats: WatchStats | null;
  /** What can be chosen and what is shown; null before the session. */
  quality: QualityState | null;
  failure: ClientFailure | null;
  /** true from the first decoded frame on. */
  started: boolean;
  /** The host is heard now; false where that cannot be told. */
  hostSpeaks: boolean;
  /** Opens a new session after one has failed for good. */
  retry: () => void;
  choose: (choice: QualityChoice) => void;
  /** Goes back to a time of the show, ms since 1970. */
  seekTo: (captureUnixMs: number) => void;
  goLive: () => void;
  details: () => Promise<WatchDetails | null>;
  /** Capture time of the picture on screen, ms since 1970 on the server's clock; null without one. */
  captureUnixMs: () => number | null;
  /** Element that shows the picture: no more is sent than it can show. */
  fit: (element: HTMLElement | null) => void;
}

type Seen = Pick<
  Watching,
  "state" | "path" | "dvr" | "stats" | "quality" | "failure" | "started" | "hostSpeaks"
>;
/** Louder than this is speech; full scale is 1. */
const SPEAKING = 0.012;
const NOTHING: Seen = {
  state: "connecting",
  path: "webrtc",
  dvr: null,
  stats: null,
  quality: null,
  failure: null,
  started: false,
  hostSpeaks: false,
};

/** Watches a room while `wanted`; leaves it, and forgets the picture, when not. */
export function useWatch(room: string, wanted: boolean): Watching {
  const client = useClient();
  const [attempt, setAttempt] = useState(0);
  const [seen, setSeen] = useState<Seen>(NOTHING);
  const [session, setSession] = useState<Watch | null>(null);
  const [element, setElement] = useState<HTMLElement | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new attempt is a new session
  useEffect(() => {
    if (!wanted) return;
    const watch: Watch = client.watch(room);
    setSession(watch);
    const { state, path, dvr, quality } = watch;
    setSeen({ ...NOTHING, state, path, dvr, quality, started: state === "playing" });
    const put = (change: Partial<Seen>) => setSeen((old) => ({ ...old, ...change }));
    watch.on("state", (state) => put(state === "playing" ? { state, failure: null } : { state }));
    watch.on("path", (path) => put({ path }));
    watch.on("dvr", (dvr) => put({ dvr }));
    watch.on("stats", (stats) => put({ stats }));
    watch.on("quality", (quality) => put({ quality }));
    watch.on("failure", (failure) => put({ failure }));
    watch.on("voices", (levels) => {
      const hostSpeaks = Math.max(0, ...levels.values()) > SPEAKING;
      setSeen((old) => (old.hostSpeaks === hostSpeaks ? old : { ...old, hostSpeaks }));
    });
    watch.on("firstFrame", () => put({ started: true }));
    return () => {
      watch.close();
      setSession(null);
      setSeen(NOTHING);
    };
  }, [client, room, wanted, attempt]);
  useEffect(() => (session && element ? session.fit(element) : undefined), [session, element]);
  const attach = useMemo<Attach | null>(() => session && ((video) => session.attach(video)), [session]);
  return {
    ...seen,
    attach,
    retry: () => setAttempt((last) => last + 1),
    choose: (choice) => session?.setQuality(choice),
    seekTo: useCallback((captureUnixMs) => session?.seekTo(captureUnixMs), [session]),
    goLive: useCallback(() => session?.goLive(), [session]),
    details: useCallback(async () => (session ? session.details() : null), [session]),
    captureUnixMs: useCallback(() => session?.currentCaptureTime() ?? null, [session]),
    fit: setElement,
  };
}
