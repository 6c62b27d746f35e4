import {
  adminPayoutListSchema,
  idSchema,
  type LedgerSummary,
  ledgerSummarySchema,
  payoutSchema,
  payoutStateSchema,
  settlementSchema,
} from "@sameroom/contract";
import { z } from "zod";
import { failures } from "../../http/answers.ts";
import { onlyAdmins, requireSession } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import type { PayoutStore } from "./payout-store.ts";
import type { Payouts } from "./payouts.ts";
import { presentForAdmin, presentPayout } from "./present.ts";

/** Payouts that are listed. */
const SHOWN = 200;

/** For admins: payouts to settle, and whether the ledger adds up. */
export function adminWalletRoutes(
  http: Http,
  deps: { payouts: Payouts; store: PayoutStore; summary: () => Promise<LedgerSummary> },
): void {
  const tags = ["admin"];
  const onRequest = onlyAdmins;

  http.get(
    "/api/admin/payouts",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Payouts, those that wait first" },
        querystring: z.object({ state: payoutStateSchema.optional() }),
        response: { 200: adminPayoutListSchema, ...failures },
      },
    },
    async (request) => {
      const rows = await deps.store.all({ state: request.query.state, limit: SHOWN });
      return { payouts: rows.map(presentForAdmin) };
    },
  );

  http.post(
    "/api/admin/payouts/:id/settlement",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Say that a payout was paid, or give the points back" },
        ...{ params: z.object({ id: idSchema }), body: settlementSchema },
        response: { 200: payoutSchema, ...failures },
      },
    },
    async (request) => {
      const adminId = requireSession(request).account.id;
      return presentPayout(await deps.payouts.settle(request.params.id, { ...request.body, adminId }));
    },
  );

  http.get(
    "/api/admin/ledger",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Where all points are, and whether they add up" },
        response: { 200: ledgerSummarySchema, ...failures },
      },
    },
    async () => await deps.summary(),
  );
}
