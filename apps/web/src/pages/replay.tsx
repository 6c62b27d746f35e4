import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { hasCode } from "../features/api/api-error.ts";
import { QueryFault } from "../features/api/query-fault.tsx";
import { RecordingPicture } from "../features/recordings/recording-picture.tsx";
import { recordingQuery } from "../features/recordings/recording-queries.ts";
import { ReplayRoom } from "../features/replay/replay-room.tsx";
import { ReplayWaiting } from "../features/replay/replay-waiting.tsx";
import { replayStanding } from "../features/replay/replay-words.ts";
import { SubscribersOnly } from "../features/subscriptions/subscribers-only.tsx";
import { useTitle } from "../ui/hooks/use-title.ts";
import { Page } from "../ui/templates/page.tsx";
import { ReplayNotFound } from "./not-found.tsx";
import { StageSkeleton } from "./stage-skeleton.tsx";

const route = getRouteApi("/replay/$recording");

/** A recorded show, to be watched at any time. */
export function ReplayPage() {
  const { recording: id } = route.useParams();
  const query = useQuery(recordingQuery(id));
  const recording = query.data;
  useTitle(recording?.title);
  if (query.isPending) return <StageSkeleton what="the replay" />;
  // An id that is none is answered as a bad request: to a person it is the same.
  if (hasCode(query.error, "recording.not_found") || hasCode(query.error, "request.invalid")) {
    return <ReplayNotFound />;
  }
  if (!recording) {
    return (
      <Page>
        <h1 className="sr-only">Sameroom</h1>
        <QueryFault query={query} what="This replay" />
      </Page>
    );
  }
  if (recording.locked) {
    return (
      <SubscribersOnly
        {...{ room: recording.room.slug, title: recording.title, owner: recording.room.ownerName }}
        state="a replay"
        picture={<RecordingPicture recording={recording} className="absolute inset-0 opacity-60" />}
        onUnlocked={() => void query.refetch()}
      />
    );
  }
  const standing = replayStanding(recording);
  if (standing) return <ReplayWaiting recording={recording} standing={standing} />;
  return <ReplayRoom key={id} recording={recording} />;
}
