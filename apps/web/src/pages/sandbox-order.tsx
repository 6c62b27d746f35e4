import { getRouteApi } from "@tanstack/react-router";
import { SandboxOrder } from "../features/subscriptions/sandbox-order.tsx";
import { useTitle } from "../ui/hooks/use-title.ts";
import { Page, PageHeading } from "../ui/templates/page.tsx";

const route = getRouteApi("/checkout/sandbox/subscription/$order");

/** Where subscriptions are paid on a server without a payment provider. */
export function SandboxOrderPage() {
  const { order } = route.useParams();
  useTitle("Checkout");
  return (
    <Page>
      <div className="mx-auto max-w-lg">
        <PageHeading title="Checkout" />
        <SandboxOrder id={order} />
      </div>
    </Page>
  );
}
