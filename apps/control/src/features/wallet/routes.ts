import { Readable } from "node:stream";
import {
  earningsSchema,
  idSchema,
  newPayoutSchema,
  type PaymentProviderName,
  POINTS_PER_COIN,
  type Price,
  payoutListSchema,
  payoutSchema,
  type ShowEarnings,
  statementPageSchema,
  statementQuerySchema,
  walletSchema,
} from "@sameroom/contract";
import { z } from "zod";
import { failures } from "../../http/answers.ts";
import { onlyAccounts, onlySessions, requireAccount } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import type { BalancesOf, LinesOf, PointsAccount } from "../../points.ts";
import type { PayoutStore } from "./payout-store.ts";
import type { Payouts } from "./payouts.ts";
import { presentLine, presentPayout } from "./present.ts";
import { CSV_HEAD, csvLine } from "./statement-csv.ts";

export interface WalletRoutesDeps {
  balances: BalancesOf;
  lines: LinesOf;
  earnedBy: (accountId: string, limit: number) => Promise<ShowEarnings[]>;
  payouts: Payouts;
  store: PayoutStore;
  rules: { minCoins: number; per1000Coins: Price };
  provider: PaymentProviderName;
}

/** Shows and payouts that are listed. */
const SHOWN = 100;
const CSV_PAGE = 1000;

/** What somebody has, earned, and what became of it. No API key asks for money. */
export function walletRoutes(http: Http, deps: WalletRoutesDeps): void {
  const { balances, lines, payouts, store, rules } = deps;
  const tags = ["wallet"];
  const onRequest = onlyAccounts;
  const accountOf = (of: "coins" | "earnings", id: string): PointsAccount =>
    of === "coins" ? `wallet:${id}` : `earnings:${id}`;

  http.get(
    "/api/wallet",
    {
      onRequest,
      schema: { tags, summary: "Your coins and earnings", response: { 200: walletSchema, ...failures } },
    },
    async (request) => {
      const { id } = requireAccount(request).account;
      const [coins = 0, points = 0] = await balances([`wallet:${id}`, `earnings:${id}`]);
      return {
        coins: Math.floor(coins / POINTS_PER_COIN),
        earnings: {
          points,
          pendingPoints: await store.pointsIn(id, "requested"),
          paidPoints: await store.pointsIn(id, "paid"),
        },
        payout: { minPoints: rules.minCoins * POINTS_PER_COIN, per1000Coins: rules.per1000Coins },
        provider: deps.provider,
      };
    },
  );

  http.get(
    "/api/wallet/statement",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Your statement, newest first", querystring: statementQuerySchema },
        response: { 200: statementPageSchema, ...failures },
      },
    },
    async (request) => {
      const { of, cursor, limit } = request.query;
      const account = accountOf(of, requireAccount(request).account.id);
      const found = await lines(account, { before: cursor, limit: limit + 1 });
      const page = found.slice(0, limit);
      return {
        lines: page.map(presentLine),
        nextCursor: found.length > limit ? (page.at(-1)?.sequence ?? null) : null,
      };
    },
  );

  http.get(
    "/api/wallet/statement.csv",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "All of your statement as CSV, newest first" },
        querystring: statementQuerySchema.pick({ of: true }),
        response: { 200: z.string().describe("text/csv"), ...failures },
      },
    },
    async (request, reply) => {
      const { of } = request.query;
      const account = accountOf(of, requireAccount(request).account.id);
      return reply
        .header("content-type", "text/csv; charset=utf-8")
        .header("content-disposition", `attachment; filename="sameroom-${of}.csv"`)
        .send(Readable.from(csvOf(account)) as unknown as string);
    },
  );

  async function* csvOf(account: PointsAccount): AsyncGenerator<string> {
    yield CSV_HEAD;
    for (let before: number | undefined; ; ) {
      const page = await lines(account, { before, limit: CSV_PAGE });
      yield page.map((line) => csvLine(presentLine(line))).join("");
      if (page.length < CSV_PAGE) return;
      before = page.at(-1)?.sequence;
    }
  }

  http.get(
    "/api/wallet/earnings",
    {
      onRequest,
      schema: { tags, summary: "What your shows brought", response: { 200: earningsSchema, ...failures } },
    },
    async (request) => ({ shows: await deps.earnedBy(requireAccount(request).account.id, SHOWN) }),
  );

  http.get(
    "/api/wallet/payouts",
    {
      onRequest,
      schema: { tags, summary: "Your payouts", response: { 200: payoutListSchema, ...failures } },
    },
    async (request) => {
      const rows = await store.of(requireAccount(request).account.id, SHOWN);
      return { payouts: rows.map(presentPayout) };
    },
  );

  http.post(
    "/api/wallet/payouts",
    {
      onRequest: onlySessions,
      schema: {
        ...{ tags, summary: "Ask for your earnings as money", body: newPayoutSchema },
        response: { 201: payoutSchema, ...failures },
      },
    },
    async (request, reply) => {
      const row = await payouts.request(request.body, requireAccount(request).account.id);
      return reply.code(201).send(presentPayout(row));
    },
  );

  http.delete(
    "/api/wallet/payouts/:id",
    {
      onRequest: onlySessions,
      schema: {
        ...{ tags, summary: "Take a payout back while it waits", params: z.object({ id: idSchema }) },
        response: { 200: payoutSchema, ...failures },
      },
    },
    async (request) =>
      presentPayout(await payouts.cancel(request.params.id, requireAccount(request).account.id)),
  );
}
