import type { TransferKind } from "@sameroom/contract";
import type { Queryable } from "./db/database.ts";

/** Who has points, 100 to a coin: people, and the house. People's accounts never go below zero. */
export type PointsAccount =
  | `wallet:${string}`
  | `earnings:${string}`
  /** Where points come from when coins are bought and go to when they are given back. */
  | "house:issued"
  | "house:commission"
  /** In payouts that wait for an admin. */
  | "house:payouts"
  | "house:paid-out"
  /** Refunded after they had been spent. */
  | "house:shortfall";

/** Points that are to move. The entries sum to zero, each account is in one of them, none is zero. */
export interface TransferDraft {
  /** The same key again moves nothing: the first transfer is the answer. */
  key: string;
  kind: TransferKind;
  /** For the statement: what it was for. */
  memo: string;
  entries: readonly { account: PointsAccount; points: number }[];
}

/** What became of a draft. */
export type PostResult =
  | { ok: true; transfer: string; atUnixMs: number; isNew: boolean }
  /** An account has not as much as would be taken from it, but only that. */
  | { ok: false; short: PointsAccount; has: number };

/**
 * Moves points, inside the caller's transaction, one draft after the other; what is refused leaves nothing and stops nothing. Locks
 * the accounts of people in one order until the transaction ends: call it once in a transaction, before rows that others
 * lock afterwards.
 */
export type PostTransfers = (
  transaction: Queryable,
  drafts: readonly TransferDraft[],
) => Promise<PostResult[]>;

/** What accounts have; 0 where there is none yet. */
export type BalancesOf = (accounts: readonly PointsAccount[]) => Promise<number[]>;

/** One line of an account's statement. */
export interface PostedLine {
  /** Grows with every line of an account. */
  sequence: number;
  transfer: string;
  at: Date;
  kind: TransferKind;
  memo: string;
  points: number;
  balanceAfter: number;
}

/** An account's lines, newest first; `before`: only those with a smaller sequence number. */
export type LinesOf = (
  account: PointsAccount,
  page: { before?: number | undefined; limit: number },
) => Promise<PostedLine[]>;
