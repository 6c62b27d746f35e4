import type { PaymentProvider } from "../../payment-provider.ts";

/** A provider of this server's own, on whose checkout page no money moves. */
export const sandboxProvider: PaymentProvider = {
  name: "sandbox",
  renewsByItself: false,
  open: async ({ id, sale }) => ({
    reference: id,
    url: sale === "coins" ? `/checkout/sandbox/${id}` : `/checkout/sandbox/subscription/${id}`,
  }),
  // The buyer's press of the button is the notification: nothing else is ever known.
  look: async () => null,
  close: async () => {},
  refund: async () => {},
  setRenewal: async () => {},
  end: async () => {},
};
