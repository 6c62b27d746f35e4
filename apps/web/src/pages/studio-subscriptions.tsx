import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Radio } from "lucide-react";
import { QueryFault } from "../features/api/query-fault.tsx";
import { Subscribers } from "../features/subscriptions/subscribers.tsx";
import { channelTiersQuery } from "../features/subscriptions/subscription-queries.ts";
import { TierForm } from "../features/subscriptions/tier-form.tsx";
import { SandboxNotice } from "../features/wallet/sandbox-notice.tsx";
import { buttonClass } from "../ui/atoms/button.tsx";
import { Skeleton } from "../ui/atoms/skeleton.tsx";
import { useTitle } from "../ui/hooks/use-title.ts";
import { Notice } from "../ui/molecules/notice.tsx";
import { Page, PageHeading } from "../ui/templates/page.tsx";

const LEVELS = [1, 2, 3] as const;

/** What the caller's channel sells by the month, and who subscribes. */
export function StudioSubscriptionsPage() {
  const query = useQuery(channelTiersQuery);
  useTitle("Subscriptions");
  const { tiers, currency, provider, commissionPercent } = query.data ?? {};
  return (
    <Page>
      <div className="mx-auto max-w-3xl">
        <PageHeading
          title="Subscriptions"
          actions={
            <Link to="/studio" className={buttonClass("secondary")}>
              <Radio size={18} aria-hidden="true" /> Your rooms
            </Link>
          }
        >
          People support you by the month, in all of your rooms.
          {commissionPercent !== undefined &&
            ` This server keeps ${commissionPercent} per cent; the rest is earnings in your wallet.`}
        </PageHeading>
        {query.isPending && <Skeleton className="h-80 rounded-3xl" />}
        {query.error && !query.data && <QueryFault query={query} what="Your tiers" />}
        {tiers !== undefined && currency !== undefined && (
          <div className="flex flex-col gap-5">
            {provider === "sandbox" && <SandboxNotice />}
            {provider === "off" && (
              <Notice tone="warn" title="Nothing is sold on this server">
                You can prepare tiers; nobody can subscribe until payments are turned on.
              </Notice>
            )}
            <Subscribers />
            {LEVELS.map((level) => (
              <TierForm
                key={level}
                level={level}
                tier={tiers.find((one) => one.level === level) ?? null}
                currency={currency}
              />
            ))}
          </div>
        )}
      </div>
    </Page>
  );
}
