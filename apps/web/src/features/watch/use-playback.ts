import { type RefObject, useCallback, useEffect, useState } from "react";

export interface Playback {
  muted: boolean;
  paused: boolean;
  /** The browser allows no sound before a click; the picture runs muted and asks for one. */
  soundBlocked: boolean;
  toggleMute: () => void;
  unmute: () => void;
  /** Louder or softer by `step` (0..1); sound comes back with it. */
  nudgeVolume: (step: number) => void;
  togglePlay: () => void;
  togglePictureInPicture: () => void;
}

/** Plays the stream with sound where the browser allows it, muted where not, and tells which it is. */
export function usePlayback(ref: RefObject<HTMLVideoElement | null>, stream: MediaStream | null): Playback {
  const [seen, setSeen] = useState({ muted: false, paused: false });
  const [soundBlocked, setSoundBlocked] = useState(false);
  useEffect(() => {
    const video = ref.current;
    if (!video) return;
    const look = () => {
      setSeen({ muted: video.muted || video.volume === 0, paused: video.paused && video.srcObject !== null });
      if (!video.muted) setSoundBlocked(false);
    };
    const kinds = ["volumechange", "play", "pause", "playing"] as const;
    for (const kind of kinds) video.addEventListener(kind, look);
    return () => {
      for (const kind of kinds) video.removeEventListener(kind, look);
    };
  }, [ref]);
  useEffect(() => {
    const video = ref.current;
    if (!video) return;
    video.srcObject = stream;
    if (stream) void playAloudOrMuted(video).then((outcome) => setSoundBlocked(outcome === "muted"));
    return () => {
      video.srcObject = null;
    };
  }, [ref, stream]);

  const withVideo = useCallback(
    (act: (video: HTMLVideoElement) => void) => () => {
      if (ref.current) act(ref.current);
    },
    [ref],
  );
  return {
    ...seen,
    soundBlocked,
    toggleMute: withVideo((video) => {
      video.muted = !video.muted;
    }),
    unmute: withVideo((video) => {
      video.muted = false;
      if (video.volume === 0) video.volume = 1;
      void video.play().catch(() => {});
    }),
    nudgeVolume: (step) =>
      withVideo((video) => {
        video.muted = false;
        video.volume = Math.min(1, Math.max(0, video.volume + step));
      })(),
    togglePlay: withVideo((video) => {
      if (video.paused) void video.play().catch(() => {});
      else video.pause();
    }),
    togglePictureInPicture: withVideo((video) => {
      if (document.pictureInPictureElement) void document.exitPictureInPicture();
      else if (document.pictureInPictureEnabled) void video.requestPictureInPicture().catch(() => {});
    }),
  };
}

/** `interrupted`: another load came between; whoever caused it plays again. */
async function playAloudOrMuted(video: HTMLVideoElement): Promise<"aloud" | "muted" | "interrupted"> {
  try {
    await video.play();
    return "aloud";
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return "interrupted";
  }
  video.muted = true;
  return video.play().then(
    () => "muted" as const,
    () => "interrupted" as const,
  );
}

/** Fills the screen with the element, or stops; iPhones can only do that with the video itself. */
export function toggleFullscreen(element: HTMLElement | null): void {
  if (!element) return;
  if (document.fullscreenElement) {
    void document.exitFullscreen();
    return;
  }
  if (typeof element.requestFullscreen === "function") {
    void element.requestFullscreen().catch(() => {});
    return;
  }
  const video: (HTMLVideoElement & { webkitEnterFullscreen?: () => void }) | null =
    element.querySelector("video");
  video?.webkitEnterFullscreen?.();
}
