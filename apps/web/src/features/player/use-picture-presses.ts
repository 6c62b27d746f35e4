import { type PointerEvent, type RefObject, useRef } from "react";
import { toggleFullscreen } from "./toggle-fullscreen.ts";
import type { Playback } from "./use-playback.ts";
import type { Seeking } from "./use-seeking.ts";

const DOUBLE_TAP_MS = 320;
const LEAP_S = 10;

/** Which way two quick taps at this share of the picture's width lead: its outer thirds, back and on. */
export function leapOf(share: number): -1 | 0 | 1 {
  return share < 1 / 3 ? -1 : share > 2 / 3 ? 1 : 0;
}

/**
 * What pressing the picture does. Mouse: a click pauses where there is a seek bar, two fill the screen. Finger: one tap
 * shows or hides the controls (media-chrome's doing), two leap ten seconds at the picture's sides and fill the screen in
 * its middle.
 */
export function usePicturePresses(on: {
  kind: "live" | "replay";
  playback: Playback;
  seeking: Seeking;
  stage: RefObject<HTMLElement | null>;
}) {
  const { playback, seeking, stage } = on;
  const lastTap = useRef(0);
  const byFinger = useRef(false);
  const canSeek = seeking.timeline !== null;
  return {
    onPointerUp(event: PointerEvent<HTMLVideoElement>) {
      byFinger.current = event.pointerType === "touch";
      if (!byFinger.current) return;
      const twice = event.timeStamp - lastTap.current < DOUBLE_TAP_MS;
      lastTap.current = twice ? 0 : event.timeStamp;
      if (!twice) return;
      const box = event.currentTarget.getBoundingClientRect();
      const way = canSeek ? leapOf((event.clientX - box.left) / box.width) : 0;
      if (way === 0) toggleFullscreen(stage.current);
      else seeking.step(way * LEAP_S);
    },
    onClick() {
      if (!byFinger.current && canSeek) playback.togglePlay();
    },
    onDoubleClick() {
      if (!byFinger.current) toggleFullscreen(stage.current);
    },
  };
}
