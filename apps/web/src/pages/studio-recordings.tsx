import { RecordingsList } from "../features/recordings/recordings-list.tsx";
import { useTitle } from "../ui/hooks/use-title.ts";
import { Page, PageHeading } from "../ui/templates/page.tsx";

/** The owner's recordings, of all rooms. */
export function StudioRecordingsPage() {
  useTitle("Recordings");
  return (
    <Page>
      <div className="mx-auto max-w-5xl">
        <PageHeading title="Recordings">
          What you have recorded, newest first. Each has a link of its own and decides for itself who sees it.
        </PageHeading>
        <RecordingsList />
      </div>
    </Page>
  );
}
