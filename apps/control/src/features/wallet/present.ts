import type { AdminPayout, Payout, StatementLine } from "@sameroom/contract";
import type { PayoutRow } from "../../db/schema.ts";
import type { PostedLine } from "../../points.ts";

export function presentPayout(row: PayoutRow): Payout {
  const { id, state, points, amount, currency, destination, note, createdAt, settledAt } = row;
  return {
    ...{ id, state, points, money: { amount, currency }, destination, note },
    ...{ createdAt: createdAt.toISOString(), settledAt: settledAt?.toISOString() ?? null },
  };
}

export function presentForAdmin({ payout, name }: { payout: PayoutRow; name: string }): AdminPayout {
  return { ...presentPayout(payout), account: { id: payout.accountId, name } };
}

export function presentLine(line: PostedLine): StatementLine {
  const { transfer, at, kind, memo, points, balanceAfter } = line;
  return { transfer, at: at.toISOString(), kind, memo, points, balancePoints: balanceAfter };
}
