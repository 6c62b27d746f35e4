export interface CaptionChoice {
  /** `off`, or the track's place among all of the element. */
  id: string;
  label: string;
  chosen: boolean;
}

/** What the captions menu offers: nothing without a track, else off and each track by its name. */
export function captionChoices(
  tracks: readonly Pick<TextTrack, "kind" | "label" | "language" | "mode">[],
): CaptionChoice[] {
  const offered = [...tracks.entries()].filter(([, { kind }]) => kind === "captions" || kind === "subtitles");
  if (offered.length === 0) return [];
  const showing = offered.find(([, track]) => track.mode === "showing")?.[0];
  return [
    { id: "off", label: "Off", chosen: showing === undefined },
    ...offered.map(([index, track]) => ({
      id: String(index),
      label: track.label || languageName(track.language) || `Captions ${index + 1}`,
      chosen: index === showing,
    })),
  ];
}

function languageName(tag: string): string | undefined {
  try {
    return new Intl.DisplayNames(["en"], { type: "language" }).of(tag);
  } catch {
    return undefined;
  }
}
