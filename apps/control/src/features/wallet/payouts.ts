import type { Clock, Log } from "@sameroom/base";
import { type NewPayout, POINTS_PER_COIN, type Price } from "@sameroom/contract";
import type { Database } from "../../db/database.ts";
import type { PayoutRow } from "../../db/schema.ts";
import type { PostTransfers } from "../../points.ts";
import { ProblemError } from "../../problem-error.ts";
import { createPayoutStore } from "./payout-store.ts";

export interface PayoutsDeps {
  db: Database["orm"];
  post: PostTransfers;
  rules: { minCoins: number; per1000Coins: Price };
  clock: Clock;
  log: Log;
}

/** Earnings become money: asked for by who earned them, paid by hand by an admin. Until then the points wait aside. */
export interface Payouts {
  /** The same id again is the same payout. Throws `payout.too_small`, `wallet.insufficient`, `payout.not_found` for another's id. */
  request(wanted: NewPayout, accountId: string): Promise<PayoutRow>;
  /** By who asked for it. Throws `payout.not_found`, `payout.settled`. */
  cancel(id: string, accountId: string): Promise<PayoutRow>;
  /** By an admin: the money was sent, or will not be. Throws `payout.not_found`, `payout.settled`. */
  settle(id: string, how: { outcome: "paid" | "refused"; note: string; adminId: string }): Promise<PayoutRow>;
}

export function createPayouts(deps: PayoutsDeps): Payouts {
  const { db, post, rules, clock, log } = deps;

  async function end(
    which: { id: string; accountId?: string },
    how: Pick<PayoutRow, "state" | "note" | "settledBy">,
  ): Promise<PayoutRow> {
    const row = await db.transaction(async (transaction) => {
      const settled = await createPayoutStore(transaction).settle(which, {
        ...how,
        settledAt: new Date(clock.unixMs()),
      });
      if (settled === null) return null;
      const { id, points, accountId } = settled;
      const isPaid = how.state === "paid";
      await post(transaction, [
        {
          key: `payout:${id}:${how.state}`,
          ...(isPaid
            ? ({ kind: "payout-paid", memo: "Payout paid" } as const)
            : ({ kind: "payout-returned", memo: `Payout ${how.state}` } as const)),
          entries: [
            { account: "house:payouts", points: -points },
            { account: isPaid ? "house:paid-out" : `earnings:${accountId}`, points },
          ],
        },
      ]);
      return settled;
    });
    if (row !== null) {
      log.info("a payout is settled", { payout: row.id, state: row.state, points: row.points });
      return row;
    }
    const known = await createPayoutStore(db).find(which.id);
    const isTheirs = known !== null && (which.accountId === undefined || known.accountId === which.accountId);
    throw new ProblemError(isTheirs ? "payout.settled" : "payout.not_found");
  }

  return {
    async request({ id, points, destination }, accountId) {
      const least = rules.minCoins * POINTS_PER_COIN;
      const amount = Math.floor((points * rules.per1000Coins.amount) / (1000 * POINTS_PER_COIN));
      if (points < least || amount < 1)
        throw new ProblemError("payout.too_small", { detail: `The least is ${rules.minCoins} coins.` });
      const row: PayoutRow = {
        ...{ id, accountId, state: "requested", points, amount, currency: rules.per1000Coins.currency },
        ...{ destination, note: "", createdAt: new Date(clock.unixMs()), settledAt: null, settledBy: null },
      };
      const isNew = await db.transaction(async (transaction) => {
        if (!(await createPayoutStore(transaction).insert(row))) return false;
        const [result] = await post(transaction, [
          {
            ...{ key: `payout:${id}`, kind: "payout", memo: "Payout asked for" },
            entries: [
              { account: `earnings:${accountId}`, points: -points },
              { account: "house:payouts", points },
            ],
          },
        ]);
        if (result?.ok !== true) throw new ProblemError("wallet.insufficient");
        return true;
      });
      if (isNew) {
        log.info("a payout was asked for", { payout: id, points });
        return row;
      }
      const known = await createPayoutStore(db).find(id);
      if (known?.accountId !== accountId) throw new ProblemError("payout.not_found");
      return known;
    },
    cancel: (id, accountId) => end({ id, accountId }, { state: "cancelled", note: "", settledBy: accountId }),
    settle: (id, { outcome, note, adminId }) => end({ id }, { state: outcome, note, settledBy: adminId }),
  };
}
