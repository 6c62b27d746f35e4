import type { RefObject } from "react";
import { useHotkeys } from "../../ui/hooks/use-hotkeys.ts";
import { nextSpeed } from "./speed.ts";
import type { StagePanelName } from "./stage-panel-name.ts";
import { tenthOf } from "./timeline.ts";
import { toggleFullscreen } from "./toggle-fullscreen.ts";
import type { Captions } from "./use-captions.ts";
import type { Playback } from "./use-playback.ts";
import type { Seeking } from "./use-seeking.ts";

const VOLUME_STEP = 0.05;
const STEP_S = 5;
const LEAP_S = 10;

/** The player's keys, on the whole page. Without a seek bar those that seek do nothing; speed and digits are a replay's. */
export function usePlayerKeys(on: {
  playback: Playback;
  seeking: Seeking;
  captions: Captions;
  stage: RefObject<HTMLElement | null>;
  toggle: (panel: StagePanelName) => void;
}): void {
  const { playback, seeking, captions, stage, toggle } = on;
  const { timeline, seek, step } = seeking;
  const replay = timeline?.kind === "replay" ? timeline : null;
  // The element knows of a press just before, the state not yet.
  const speed = (direction: 1 | -1) => () =>
    playback.setSpeed(nextSpeed(playback.video?.playbackRate ?? playback.speed, direction));
  const digits = Array.from({ length: 10 }, (_, tenth) => [
    String(tenth),
    replay ? () => seek(tenthOf(replay, tenth)) : undefined,
  ]);
  useHotkeys({
    " ": playback.togglePlay,
    k: playback.togglePlay,
    m: playback.toggleMute,
    f: () => toggleFullscreen(stage.current),
    p: playback.togglePictureInPicture,
    q: () => toggle("quality"),
    i: () => toggle("details"),
    c: captions.choices.length > 0 ? captions.toggle : undefined,
    arrowup: () => playback.nudgeVolume(VOLUME_STEP),
    arrowdown: () => playback.nudgeVolume(-VOLUME_STEP),
    ...(timeline && {
      arrowright: () => step(STEP_S),
      arrowleft: () => step(-STEP_S),
      l: () => step(LEAP_S),
      j: () => step(-LEAP_S),
      home: () => seek(0),
      end: () => seek(timeline.length),
    }),
    ...(replay && { ".": speed(1), ",": speed(-1) }),
    ...Object.fromEntries(digits),
  });
}
