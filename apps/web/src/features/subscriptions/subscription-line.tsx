import type { EventBody } from "@sameroom/contract";
import { Gem, Gift } from "lucide-react";
import { monthsWords } from "./subscription-words.ts";

type Subscription = Extract<EventBody, { type: "subscription" }>;
/** Names that are read out; the rest are counted. */
const NAMED = 3;

/** A subscription in the chat: who joined, goes on, or gave. */
export function SubscriptionLine({ name, event }: { name: string; event: Subscription }) {
  const Icon = event.action === "gifted" ? Gift : Gem;
  return (
    <p className="mx-3 my-1 flex items-center gap-2.5 rounded-2xl bg-ember-wash px-3 py-2 text-[0.9375rem] leading-snug text-ink">
      <Icon size={22} className="shrink-0 text-ember-text" aria-hidden="true" />
      <span className="min-w-0 flex-1 [overflow-wrap:anywhere]">
        <bdi className="font-semibold">{name}</bdi> {deedOf(event)}
      </span>
    </p>
  );
}

function deedOf({ action, tier, months, recipients }: Subscription): string {
  if (action === "joined") return `subscribed: ${tier}`;
  if (action === "renewed") return `subscribes for ${monthsWords(months)} now: ${tier}`;
  const named = recipients.slice(0, NAMED).map(({ name }) => name);
  const more = recipients.length - named.length;
  const whom = more > 0 ? `${named.join(", ")} and ${more} more` : named.join(", ");
  return `gave ${whom} ${monthsWords(months)} of ${tier}`;
}
