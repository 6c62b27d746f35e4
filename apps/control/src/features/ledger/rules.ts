import type { PointsAccount, TransferDraft } from "../../points.ts";

/** Beyond this JavaScript's numbers are not exact; nobody has a millionth of it. */
const MOST_POINTS = 1e15;

/** Accounts of the house have no balance of their own and no floor. */
export function isHouse(account: PointsAccount): boolean {
  return account.startsWith("house:");
}

/** Throws for a draft that is no transfer: a fault of ours, never of a person's. */
export function checkDraft({ key, entries }: TransferDraft): void {
  const fault = (why: string) => new Error(`the transfer ${key} ${why}`);
  if (entries.length < 2) throw fault("has fewer than two entries");
  if (new Set(entries.map(({ account }) => account)).size < entries.length)
    throw fault("names an account twice");
  for (const { points } of entries)
    if (!Number.isSafeInteger(points) || points === 0 || Math.abs(points) > MOST_POINTS)
      throw fault("has an entry that is no amount");
  if (entries.reduce((sum, { points }) => sum + points, 0) !== 0) throw fault("does not sum to zero");
}

/**
 * What balances are after a draft: `balances` is changed, and the entries come back with what was there afterwards; null for the
 * house. Or, without any change, the account that has too little.
 */
export function applyDraft(
  balances: Map<PointsAccount, number>,
  { entries }: TransferDraft,
):
  | { short: PointsAccount; has: number }
  | { postings: { account: PointsAccount; points: number; balanceAfter: number | null }[] } {
  const postings = entries.map(({ account, points }) => ({
    account,
    points,
    balanceAfter: isHouse(account) ? null : (balances.get(account) ?? 0) + points,
  }));
  const short = postings.find(({ balanceAfter }) => balanceAfter !== null && balanceAfter < 0);
  if (short !== undefined) return { short: short.account, has: balances.get(short.account) ?? 0 };
  for (const { account, balanceAfter } of postings)
    if (balanceAfter !== null) balances.set(account, balanceAfter);
  return { postings };
}
