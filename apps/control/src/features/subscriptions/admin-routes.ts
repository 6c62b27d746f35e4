import { idSchema, subscriptionPaymentListSchema, subscriptionPaymentSchema } from "@sameroom/contract";
import { z } from "zod";
import { failures } from "../../http/answers.ts";
import { onlyAdmins } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import type { PaymentProvider } from "../../payment-provider.ts";
import { ProblemError } from "../../problem-error.ts";
import type { OrderStore } from "./order-store.ts";
import { presentPayment } from "./present.ts";
import type { SettleSubscriptions } from "./settle.ts";

/** Most payments on a page. */
const PAGE = 100;

/** For admins: what was paid for subscriptions, and giving it back. */
export function adminSubscriptionRoutes(
  http: Http,
  deps: { store: OrderStore; provider: PaymentProvider | null; settle: SettleSubscriptions },
): void {
  const { store, provider } = deps;
  const tags = ["admin"];

  http.get(
    "/api/admin/subscription-payments",
    {
      onRequest: onlyAdmins,
      schema: {
        ...{ tags, summary: "What was paid for subscriptions, newest first" },
        response: { 200: subscriptionPaymentListSchema, ...failures },
      },
    },
    async () => ({ payments: (await store.allPayments(PAGE)).map(presentPayment) }),
  );

  http.post(
    "/api/admin/subscription-payments/:id/refund",
    {
      onRequest: onlyAdmins,
      schema: {
        ...{ tags, summary: "Give the money back; what it paid for is over at once" },
        params: z.object({ id: idSchema }),
        response: { 200: subscriptionPaymentSchema, ...failures },
      },
    },
    async (request) => {
      const { id } = request.params;
      const found = await store.payment(id);
      if (found === null) throw new ProblemError("purchase.not_found");
      const { payment, amount, refundedAmount } = found.payment;
      if (refundedAmount >= amount) throw new ProblemError("purchase.settled");
      if (provider?.name !== found.order.provider) throw new ProblemError("payment.off");
      await provider.refund({ id, payment });
      await deps.settle({ type: "refunded", purchase: null, payment, amount });
      return presentPayment((await store.payment(id)) ?? found);
    },
  );
}
