import { getRouteApi } from "@tanstack/react-router";
import { SandboxCheckout } from "../features/wallet/sandbox-checkout.tsx";
import { useTitle } from "../ui/hooks/use-title.ts";
import { Page, PageHeading } from "../ui/templates/page.tsx";

const route = getRouteApi("/checkout/sandbox/$purchase");

/** Where coins are paid on a server without a payment provider. */
export function SandboxCheckoutPage() {
  const { purchase } = route.useParams();
  useTitle("Checkout");
  return (
    <Page>
      <div className="mx-auto max-w-lg">
        <PageHeading title="Checkout" />
        <SandboxCheckout id={purchase} />
      </div>
    </Page>
  );
}
