import type { QualityChoice, QualityState } from "../types.ts";
import type { HlsPlayer } from "./hls-player.ts";

/** What was chosen and what is shown, of a player; undefined: not open yet. `audio`: it plays the sound alone. */
export function hlsQualityOf(
  choice: QualityChoice,
  player: Pick<HlsPlayer, "levels" | "level" | "loading" | "best"> | undefined,
  audio: boolean,
): QualityState {
  const { levels = [], level = null, loading = null } = player ?? {};
  const layers = levels.map((each) => ({ ...each, active: true }));
  if (audio) return { choice, layers, layer: null, switchingTo: null, reason: "off" };
  const best = player?.best ?? layers[0]?.id;
  const placeOf = (id: string | undefined) => layers.findIndex((layer) => layer.id === id);
  const isLess = choice === "auto" && level !== null && placeOf(level) > placeOf(best);
  return {
    choice,
    layers,
    layer: level,
    switchingTo: loading === level ? null : loading,
    reason: level === null ? "empty" : isLess ? "bandwidth" : "shown",
  };
}

/** The level for a choice: itself, or the nearest below it by its place among `ids` (highest first); null: any. */
export function levelFor(
  choice: QualityChoice,
  levels: readonly { id: string; height: number }[],
): string | null {
  if (choice === "auto") return null;
  if (choice === "audio") return levels.at(-1)?.id ?? null;
  if (levels.some(({ id }) => id === choice)) return choice;
  const lines = /(\d+)$/.exec(choice)?.[1];
  if (lines === undefined) return null;
  return levels.find(({ height }) => height <= Number(lines))?.id ?? levels.at(-1)?.id ?? null;
}
