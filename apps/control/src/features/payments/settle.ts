import type { Log } from "@sameroom/base";
import { POINTS_PER_COIN } from "@sameroom/contract";
import type { Database, Queryable } from "../../db/database.ts";
import type { PurchaseRow } from "../../db/schema.ts";
import { isUuid } from "../../ids.ts";
import type { PaymentFact } from "../../payment-provider.ts";
import type { PostTransfers, TransferDraft } from "../../points.ts";
import { ProblemError } from "../../problem-error.ts";
import { reversalOf } from "./rules.ts";
import { createPurchaseStore } from "./store.ts";

/**
 * Takes a provider's word: credits coins, or takes them back. Any number of times, in any order. Throws `purchase.not_found` for a
 * refund of what is not known as paid yet: the provider shall say it again.
 */
export type Settle = (fact: PaymentFact) => Promise<void>;

export interface SettleDeps {
  db: Database["orm"];
  /** Whose word it is. */
  provider: PurchaseRow["provider"];
  post: PostTransfers;
  log: Log;
}

export function createSettle({ db, provider, post, log }: SettleDeps): Settle {
  async function credit(transaction: Queryable, fact: Extract<PaymentFact, { type: "paid" }>): Promise<void> {
    const rows = createPurchaseStore(transaction);
    const row = await rows.lock({ id: fact.purchase });
    if (row === null || row.provider !== provider)
      return log.error("a purchase that was paid is not known", { purchase: fact.purchase });
    if (row.state === "paid" || row.state === "refunded") return;
    const { amount, currency } = fact.price;
    if (currency !== row.currency || amount < row.amount)
      return log.error("a purchase was not paid as it was offered", { purchase: row.id, amount, currency });
    const points = row.coins * POINTS_PER_COIN;
    await post(transaction, [
      {
        ...{ key: `purchase:${row.id}`, kind: "purchase", memo: `${row.coins} coins bought` },
        entries: [
          { account: "house:issued", points: -points },
          { account: `wallet:${row.accountId}`, points },
        ],
      },
    ]);
    await rows.update(row.id, { state: "paid", payment: fact.payment });
    log.info("coins were bought", { purchase: row.id, coins: row.coins, provider: row.provider });
  }

  async function fail(transaction: Queryable, purchase: string): Promise<void> {
    const rows = createPurchaseStore(transaction);
    const row = await rows.lock({ id: purchase });
    if (row?.state === "open" && row.provider === provider) await rows.update(row.id, { state: "failed" });
  }

  async function reverse(
    transaction: Queryable,
    fact: Extract<PaymentFact, { type: "refunded" }>,
  ): Promise<void> {
    const rows = createPurchaseStore(transaction);
    const row = await rows.lock(
      fact.purchase === null ? { provider, payment: fact.payment } : { id: fact.purchase },
    );
    // A payment that is named alone may be anybody's who uses the same account of the provider.
    if (row === null && fact.purchase === null) return;
    if (row === null || row.state === "open" || row.state === "failed" || row.provider !== provider)
      throw new ProblemError("purchase.not_found");
    const refundedAmount = Math.max(row.refundedAmount, fact.amount);
    const points = reversalOf(row, refundedAmount) - row.reversedPoints;
    if (points > 0) await takeBack(transaction, { row, points, refundedAmount });
    const state = refundedAmount >= row.amount ? "refunded" : "paid";
    await rows.update(row.id, { state, refundedAmount, reversedPoints: row.reversedPoints + points });
    log.info("a purchase was refunded", { purchase: row.id, refundedAmount, points });
  }

  async function takeBack(
    transaction: Queryable,
    { row, points, refundedAmount }: { row: PurchaseRow; points: number; refundedAmount: number },
  ): Promise<void> {
    const draft = (fromWallet: number): TransferDraft => ({
      ...{ key: `refund:${row.id}:${refundedAmount}`, kind: "refund", memo: "Purchase refunded" },
      entries: [
        { account: `wallet:${row.accountId}` as const, points: -fromWallet },
        { account: "house:shortfall" as const, points: fromWallet - points },
        { account: "house:issued" as const, points },
      ].filter((entry) => entry.points !== 0),
    });
    const [result] = await post(transaction, [draft(points)]);
    if (result?.ok !== false) return;
    // Some of it was spent: what is there is taken, the rest is the house's loss. The wallet is locked since the first try.
    await post(transaction, [draft(result.has)]);
    log.warn("a refunded purchase had been spent", { purchase: row.id, missing: points - result.has });
  }

  return async (fact) => {
    // What is told about a purchase may be of another program that uses the same account of the provider.
    if (fact.type !== "refunded" && !isUuid(fact.purchase)) return;
    await db.transaction(async (transaction) => {
      if (fact.type === "paid") await credit(transaction, fact);
      else if (fact.type === "failed") await fail(transaction, fact.purchase);
      else await reverse(transaction, fact);
    });
  };
}
