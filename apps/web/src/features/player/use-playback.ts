import { useCallback, useEffect, useRef, useState } from "react";

/** Shows a picture in an element until the function it returns is called. */
export type Attach = (video: HTMLVideoElement) => () => void;

export interface Playback {
  /** The element that plays, once it is there. */
  video: HTMLVideoElement | null;
  /** Hands the element over; null takes it away. */
  takeVideo: (video: HTMLVideoElement | null) => void;
  muted: boolean;
  paused: boolean;
  /** Wants to play but has nothing to show at the moment. */
  stalled: boolean;
  /** A replay played to its end. */
  ended: boolean;
  speed: number;
  /** The browser allows no sound before a click; the picture runs muted and asks for one. */
  soundBlocked: boolean;
  toggleMute: () => void;
  unmute: () => void;
  /** Louder or softer by `step` (0..1); sound comes back with it. */
  nudgeVolume: (step: number) => void;
  togglePlay: () => void;
  setSpeed: (speed: number) => void;
  togglePictureInPicture: () => void;
}

type Seen = Pick<Playback, "muted" | "paused" | "stalled" | "ended" | "speed">;
const NOTHING: Seen = { muted: false, paused: false, stalled: false, ended: false, speed: 1 };
const KINDS = [
  "volumechange",
  "play",
  "pause",
  "playing",
  "waiting",
  "ended",
  "seeking",
  "seeked",
  "canplay",
  "ratechange",
  "emptied",
] as const;

export interface PlaybackOptions {
  /** Shows the picture; null while there is none. */
  attach: Attach | null;
  /** What to do where the browser refuses sound: go on `muted`, or `wait` for a press on play. */
  whenSilenced: "muted" | "wait";
}

/**
 * Plays with sound where the browser allows it and tells what became of it. What is played may change its source
 * underneath (another path, another codec): whoever had not paused goes on.
 */
export function usePlayback({ attach, whenSilenced }: PlaybackOptions): Playback {
  const [video, takeVideo] = useState<HTMLVideoElement | null>(null);
  const [seen, setSeen] = useState<Seen>(NOTHING);
  const [soundBlocked, setSoundBlocked] = useState(false);
  useEffect(() => {
    if (!video) return;
    const look = () => {
      setSeen(seenOf(video));
      if (!video.muted) setSoundBlocked(false);
    };
    for (const kind of KINDS) video.addEventListener(kind, look);
    return () => {
      for (const kind of KINDS) video.removeEventListener(kind, look);
    };
  }, [video]);

  const wantsToPlay = useRef(true);
  useEffect(() => {
    if (!video || !attach) return;
    wantsToPlay.current = true;
    const start = () => {
      if (!wantsToPlay.current) return;
      const mutedBefore = video.muted;
      void playAsAllowed(video, whenSilenced).then(() => {
        // Also when whoever attached the picture was first to mute it.
        if (video.muted && !mutedBefore) setSoundBlocked(true);
        setSeen(seenOf(video));
      });
    };
    // A new source pauses the element without an event; a person's pause comes with one.
    const goOn = () => video.paused && start();
    const wants = () => {
      wantsToPlay.current = true;
    };
    const rests = () => {
      wantsToPlay.current = false;
    };
    video.addEventListener("canplay", goOn);
    video.addEventListener("play", wants);
    video.addEventListener("pause", rests);
    const detach = attach(video);
    start();
    return () => {
      video.removeEventListener("canplay", goOn);
      video.removeEventListener("play", wants);
      video.removeEventListener("pause", rests);
      detach();
    };
  }, [video, attach, whenSilenced]);

  const withVideo = useCallback(
    (act: (element: HTMLVideoElement) => void) => () => {
      if (video) act(video);
    },
    [video],
  );
  return {
    ...seen,
    video,
    takeVideo,
    soundBlocked,
    toggleMute: withVideo((element) => {
      element.muted = !element.muted;
    }),
    unmute: withVideo((element) => {
      element.muted = false;
      if (element.volume === 0) element.volume = 1;
      void element.play().catch(() => {});
    }),
    nudgeVolume: (step) =>
      withVideo((element) => {
        element.muted = false;
        element.volume = Math.min(1, Math.max(0, element.volume + step));
      })(),
    togglePlay: withVideo((element) => {
      if (element.paused) void element.play().catch(() => {});
      else element.pause();
    }),
    setSpeed: (speed) =>
      withVideo((element) => {
        // A change of the source goes back to the default.
        element.defaultPlaybackRate = speed;
        element.playbackRate = speed;
      })(),
    togglePictureInPicture: withVideo((element) => {
      if (document.pictureInPictureElement) void document.exitPictureInPicture();
      else if (document.pictureInPictureEnabled) void element.requestPictureInPicture().catch(() => {});
    }),
  };
}

function seenOf(video: HTMLVideoElement): Seen {
  const loaded = video.srcObject !== null || video.currentSrc !== "";
  return {
    muted: video.muted || video.volume === 0,
    paused: video.paused && loaded,
    stalled: loaded && !video.paused && video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA,
    ended: video.ended,
    speed: video.playbackRate,
  };
}

/** Plays; where that is not allowed with sound, without it or not at all. What another load interrupts plays with that. */
async function playAsAllowed(
  video: HTMLVideoElement,
  whenSilenced: PlaybackOptions["whenSilenced"],
): Promise<void> {
  try {
    await video.play();
  } catch (error) {
    const refused = error instanceof DOMException && error.name === "NotAllowedError";
    if (!refused || whenSilenced === "wait") return;
    video.muted = true;
    await video.play().catch(() => {});
  }
}
