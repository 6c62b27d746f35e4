import type { ChannelOffer, Presence } from "@sameroom/contract";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { formatDate } from "../../ui/format/time.ts";
import { Tabs } from "../../ui/molecules/tabs.tsx";
import { useAccount } from "../session/session-queries.ts";
import { SandboxNotice } from "../wallet/sandbox-notice.tsx";
import { GiftForm } from "./gift-form.tsx";
import { monthsWords } from "./subscription-words.ts";
import { TierCards } from "./tier-cards.tsx";
import { useCheckout } from "./use-checkout.ts";

/** Subscribing to a channel, and giving subscriptions to who is in the room. */
export function SubscribePanel(props: { room: string; offer: ChannelOffer; people: readonly Presence[] }) {
  const { room, offer } = props;
  const { tiers, yours } = offer;
  const [view, setView] = useState<"own" | "gift">("own");
  const { order, leavingFor } = useCheckout(room);
  const account = useAccount();
  const busy = tiers.find(({ level }) => leavingFor === JSON.stringify({ level }))?.level ?? null;
  const others = props.people.filter(
    ({ participant }) =>
      participant.startsWith("user:") &&
      participant !== `user:${account?.id}` &&
      participant !== `user:${offer.channel.id}`,
  );
  return (
    <div className="flex flex-col gap-5">
      {offer.provider === "sandbox" && <SandboxNotice />}
      {yours !== null && (
        <p className="text-sm text-ink-soft">
          <span className="font-semibold text-ink">{yours.tier}</span>, {monthsWords(yours.months)} so far
          {yours.giver !== null && `, a gift of ${yours.giver}`}. {yours.renews ? "Renews on" : "Runs until"}{" "}
          {formatDate(yours.until)}.{" "}
          <Link to="/wallet" search={{ view: "subscriptions" }} className="font-semibold underline">
            Your subscriptions
          </Link>
        </p>
      )}
      {tiers.length > 0 && (
        <Tabs
          label="Subscriptions"
          current={view}
          onChange={setView}
          tabs={[
            { key: "own", label: "For you" },
            { key: "gift", label: "As a gift" },
          ]}
        >
          {view === "own" ? (
            <TierCards tiers={tiers} yours={yours} busy={busy} onChoose={(level) => order({ level })} />
          ) : (
            <GiftForm tiers={tiers} people={others} busy={leavingFor !== null} onGive={order} />
          )}
        </Tabs>
      )}
    </div>
  );
}
