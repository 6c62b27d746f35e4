/** Tiles of one sheet, across and down. */
export const sheetColumns = 10;
export const sheetRows = 10;

/** Steps that read well in a player's preview, s. */
const steps = [1, 2, 5, 10, 20, 30, 60, 120, 300];
const mostTiles = 200;

export interface SpritePlan {
  /** From one tile to the next, ms. */
  intervalMs: number;
  tiles: number;
}

/** How many small pictures show a recording of this length: one a second while it is short, at most 200. */
export function planSprites(durationMs: number): SpritePlan {
  const seconds = Math.max(0, durationMs) / 1000;
  const step = steps.find((one) => seconds / one <= mostTiles) ?? Math.ceil(seconds / mostTiles);
  return { intervalMs: step * 1000, tiles: Math.min(mostTiles, Math.max(1, Math.ceil(seconds / step))) };
}
