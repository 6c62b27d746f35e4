import { WebhookList } from "../features/webhooks/webhook-list.tsx";
import { useTitle } from "../ui/hooks/use-title.ts";
import { Page, PageHeading } from "../ui/templates/page.tsx";

/** Where the owner's rooms are told of. */
export function WebhooksPage() {
  useTitle("Webhooks");
  return (
    <Page>
      <div className="mx-auto max-w-3xl">
        <PageHeading title="Webhooks">What happens in your rooms, sent to your own server.</PageHeading>
        <WebhookList />
      </div>
    </Page>
  );
}
