import { z } from "zod";
import { failures, noContent } from "../../http/answers.ts";
import type { Http } from "../../http/types.ts";
import type { PaymentFact, SubscriptionFact } from "../../payment-provider.ts";
import { ProblemError } from "../../problem-error.ts";
import type { StripeProvider } from "./stripe-provider.ts";

const MAX_BYTES = 512 * 1024;

/** Where Stripe tells what became of purchases and subscriptions. It sends again what is not answered with 2xx, for three days. */
export async function webhookRoute(
  http: Http,
  deps: {
    /** Null: Stripe is not used here. */
    stripe: StripeProvider | null;
    settle: (fact: PaymentFact | SubscriptionFact) => Promise<void>;
  },
): Promise<void> {
  await http.register(async (scope) => {
    // The signature is of the bytes as they came.
    scope.removeAllContentTypeParsers();
    const asBytes = { parseAs: "buffer", bodyLimit: MAX_BYTES } as const;
    scope.addContentTypeParser("application/json", asBytes, (_request, body, done) => done(null, body));
    (scope as Http).post(
      "/api/payments/stripe/webhook",
      {
        schema: {
          ...{ tags: ["wallet"], summary: "Notifications of Stripe, signed" },
          headers: z.object({ "stripe-signature": z.string().max(2000).optional() }),
          response: { 204: noContent, ...failures },
        },
      },
      async (request, reply) => {
        if (deps.stripe === null) throw new ProblemError("request.not_found");
        const signature = request.headers["stripe-signature"];
        const body: unknown = request.body;
        if (signature === undefined || !(body instanceof Uint8Array))
          throw new ProblemError("payment.bad_signature");
        const fact = await deps.stripe.read(body, signature);
        if (fact !== null) await deps.settle(fact);
        return reply.code(204).send();
      },
    );
  });
}
