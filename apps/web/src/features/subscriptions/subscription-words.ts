import type { SubscriptionOrder } from "@sameroom/contract";
import type { Tone } from "../../ui/atoms/badge.tsx";

export const monthsWords = (months: number) => (months === 1 ? "1 month" : `${months} months`);

export const ORDER_WORDS: Record<SubscriptionOrder["state"], { text: string; tone: Tone }> = {
  open: { text: "Not paid", tone: "neutral" },
  active: { text: "Runs", tone: "good" },
  ended: { text: "Ended", tone: "neutral" },
  failed: { text: "Not paid", tone: "warn" },
  refunded: { text: "Refunded", tone: "dusk" },
};

/** What an order is of, in a line. */
export function orderWords({ kind, tier, months, recipients, channel }: SubscriptionOrder): string {
  if (kind === "own") return `${tier}, ${channel.name}`;
  const whom = recipients.length === 1 ? recipients[0] : `${recipients.length} people`;
  return `${tier} of ${channel.name} for ${whom}, ${monthsWords(months)}`;
}
