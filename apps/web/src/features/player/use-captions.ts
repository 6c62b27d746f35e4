import { useCallback, useEffect, useState } from "react";
import { type CaptionChoice, captionChoices } from "./captions.ts";

export interface Captions {
  /** Empty when there are none: then nothing offers them. */
  choices: CaptionChoice[];
  choose: (id: string) => void;
  toggle: () => void;
}

/** The captions of what plays: which there are, which one is shown. */
export function useCaptions(video: HTMLVideoElement | null): Captions {
  const [choices, setChoices] = useState<CaptionChoice[]>([]);
  useEffect(() => {
    if (!video) return;
    const look = () => setChoices(captionChoices(tracksOf(video)));
    look();
    for (const kind of ["addtrack", "removetrack", "change"]) video.textTracks.addEventListener(kind, look);
    return () => {
      for (const kind of ["addtrack", "removetrack", "change"])
        video.textTracks.removeEventListener(kind, look);
    };
  }, [video]);
  const choose = useCallback(
    (id: string) => {
      if (!video) return;
      for (const [index, track] of tracksOf(video).entries()) {
        if (track.kind !== "captions" && track.kind !== "subtitles") continue;
        track.mode = String(index) === id ? "showing" : "disabled";
      }
    },
    [video],
  );
  const first = choices[1]?.id;
  const shown = choices.some((choice) => choice.chosen && choice.id !== "off");
  return {
    choices,
    choose,
    toggle: useCallback(() => {
      if (first !== undefined) choose(shown ? "off" : first);
    }, [choose, first, shown]),
  };
}

function tracksOf(video: HTMLVideoElement): TextTrack[] {
  return Array.from(video.textTracks);
}
