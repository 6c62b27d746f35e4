import { POINTS_PER_COIN } from "@sameroom/contract";

/** Points that are to be taken back altogether when this much of the money has gone back; all of them with all of it. */
export function reversalOf(
  { coins, amount }: { coins: number; amount: number },
  refundedAmount: number,
): number {
  const points = coins * POINTS_PER_COIN;
  return refundedAmount >= amount ? points : Math.floor((points * refundedAmount) / amount);
}
