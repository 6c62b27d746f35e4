import {
  adminPurchaseListSchema,
  coinPackageInputSchema,
  coinPackageListSchema,
  coinPackageSchema,
  idSchema,
  packageCodeSchema,
  purchaseSchema,
} from "@sameroom/contract";
import { z } from "zod";
import { failures, noContent } from "../../http/answers.ts";
import { onlyAdmins } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import { ProblemError } from "../../problem-error.ts";
import type { PackageStore } from "./package-store.ts";
import { presentForAdmin, presentPackage, presentPurchase } from "./present.ts";
import type { Purchases } from "./purchases.ts";
import type { PurchaseStore } from "./store.ts";

/** Most purchases on a page. */
const PAGE = 50;

/** For admins: what is sold, what was sold, refunds. */
export function adminPaymentRoutes(
  http: Http,
  deps: { packages: PackageStore; store: PurchaseStore; purchases: Purchases },
): void {
  const { packages, store, purchases } = deps;
  const tags = ["admin"];
  const onRequest = onlyAdmins;
  const ofPackage = z.object({ code: packageCodeSchema });

  http.get(
    "/api/admin/coin-packages",
    {
      onRequest,
      schema: {
        tags,
        summary: "All packages of coins",
        response: { 200: coinPackageListSchema, ...failures },
      },
    },
    async () => ({ packages: (await packages.list({ offeredOnly: false })).map(presentPackage) }),
  );

  http.put(
    "/api/admin/coin-packages/:code",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Make or change a package of coins" },
        ...{ params: ofPackage, body: coinPackageInputSchema },
        response: { 200: coinPackageSchema, ...failures },
      },
    },
    async (request) => {
      const { price, ...rest } = request.body;
      const row = { code: request.params.code, ...rest, ...price };
      await packages.put(row);
      return presentPackage(row);
    },
  );

  http.delete(
    "/api/admin/coin-packages/:code",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Remove a package of coins", params: ofPackage },
        response: { 204: noContent, ...failures },
      },
    },
    async (request, reply) => {
      if (!(await packages.remove(request.params.code))) throw new ProblemError("package.not_found");
      return reply.code(204).send();
    },
  );

  http.get(
    "/api/admin/purchases",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Purchases, newest first" },
        querystring: z.object({ before: z.iso.datetime().optional() }),
        response: { 200: adminPurchaseListSchema, ...failures },
      },
    },
    async (request) => {
      const { before } = request.query;
      const rows = await store.all({
        before: before === undefined ? undefined : new Date(before),
        limit: PAGE,
      });
      return { purchases: rows.map(presentForAdmin) };
    },
  );

  http.post(
    "/api/admin/purchases/:id/refund",
    {
      onRequest,
      schema: {
        ...{ tags, summary: "Give the money back; the coins are taken back as far as they are there" },
        params: z.object({ id: idSchema }),
        response: { 200: purchaseSchema, ...failures },
      },
    },
    async (request) => presentPurchase(await purchases.refund(request.params.id)),
  );
}
