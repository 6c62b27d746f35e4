import { COMBO_PAUSE_MS, POINTS_PER_COIN } from "@sameroom/contract";

/** How gifts are divided: exact, as points are hundredths of a coin. `commissionPercent` is a whole number. */
export function divide(
  gift: { price: number; count: number },
  commissionPercent: number,
): { points: number; commission: number; earned: number } {
  const coins = gift.price * gift.count;
  const points = coins * POINTS_PER_COIN;
  const commission = (points / 100) * commissionPercent;
  return { points, commission, earned: points - commission };
}

export interface Combo {
  id: string;
  /** Gifts of the combo so far. */
  count: number;
  atUnixMs: number;
}

/** The combo a gift belongs to: the one before, when no more than the pause lies between them, or a new one. */
export function comboOf(
  before: Combo | undefined,
  gift: { id: string; count: number; atUnixMs: number },
): Combo {
  const goesOn = before !== undefined && gift.atUnixMs - before.atUnixMs <= COMBO_PAUSE_MS;
  return {
    id: goesOn ? before.id : gift.id,
    count: goesOn ? before.count + gift.count : gift.count,
    atUnixMs: gift.atUnixMs,
  };
}
