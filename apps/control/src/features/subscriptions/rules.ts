import { POINTS_PER_COIN, type Price } from "@sameroom/contract";

/** How long a subscription whose renewal is late goes on: providers try a card again for days. */
export const LATE_RENEWAL_MS = 3 * 86_400_000;

/** So many months after a moment by the calendar (UTC): the same day, or the last of a shorter month. */
export function addMonths(from: Date, months: number): Date {
  const to = new Date(from);
  to.setUTCDate(1);
  to.setUTCMonth(to.getUTCMonth() + months);
  const last = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate();
  to.setUTCDate(Math.min(from.getUTCDate(), last));
  return to;
}

/** Months from a moment on, one after the other. */
export function monthsFrom(start: Date, count: number): { startsAt: Date; endsAt: Date }[] {
  return Array.from({ length: count }, (_, index) => ({
    startsAt: addMonths(start, index),
    endsAt: addMonths(start, index + 1),
  }));
}

/**
 * How money is divided, in points that are worth as much when they are paid out. What a division leaves over is the channel's.
 * `per1000Coins`: money for 1,000 coins of earnings, in the same currency.
 */
export function divideMoney(
  amount: number,
  { per1000Coins, commissionPercent }: { per1000Coins: Price; commissionPercent: number },
): { points: number; commission: number; earned: number } {
  const points = Math.floor((amount * 1000 * POINTS_PER_COIN) / per1000Coins.amount);
  const commission = Math.floor((points * commissionPercent) / 100);
  return { points, commission, earned: points - commission };
}

/** Points that are to be taken back altogether when this much of the money has gone back, whole ones; all of them with all of it. */
export function reversedOf(
  { points, amount }: { points: number; amount: number },
  refundedAmount: number,
): number {
  return refundedAmount >= amount ? points : Math.floor((points * refundedAmount) / amount);
}

/** `count` of these by lot, each once. `random`: 0 up to 1. */
export function drawLots<One>(all: readonly One[], count: number, random: () => number): One[] {
  const rest = [...all];
  const drawn: One[] = [];
  while (drawn.length < count && rest.length > 0)
    drawn.push(...rest.splice(Math.floor(random() * rest.length), 1));
  return drawn;
}
