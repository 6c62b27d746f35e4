import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { AuditPanel } from "../features/moderation/audit-panel.tsx";
import { framesQuery, heldQuery, reportsQuery } from "../features/moderation/moderation-queries.ts";
import { ModeratorsPanel } from "../features/moderation/moderators-panel.tsx";
import { QueuePanel } from "../features/moderation/queue-panel.tsx";
import { RulesPanel } from "../features/moderation/rules-panel.tsx";
import { SanctionsPanel } from "../features/moderation/sanctions-panel.tsx";
import { ScreeningPanel } from "../features/moderation/screening-panel.tsx";
import { roomQuery } from "../features/rooms/room-queries.ts";
import { sessionQuery } from "../features/session/session-queries.ts";
import { buttonClass } from "../ui/atoms/button.tsx";
import { useTitle } from "../ui/hooks/use-title.ts";
import { Tabs } from "../ui/molecules/tabs.tsx";
import { Page, PageHeading } from "../ui/templates/page.tsx";

type View = "queue" | "people" | "rules" | "moderators" | "audit";
const route = getRouteApi("/studio/$room/moderation");

/** Order in a room: what waits, who is muted or banned, what may be said, who helps, what was done. */
export function ModerationPage() {
  const { room } = route.useParams();
  const detail = useQuery(roomQuery(room)).data;
  const account = useQuery(sessionQuery).data?.account;
  const reports = useQuery(reportsQuery(room));
  const held = useQuery(heldQuery(room));
  const frames = useQuery(framesQuery(room));
  const [view, setView] = useState<View>("queue");
  useTitle("Moderation");
  const waiting = (reports.data?.open ?? 0) + (held.data?.total ?? 0) + (frames.data?.waiting ?? 0);
  const mayAppoint = detail?.owner.id === account?.id || account?.role === "admin";
  return (
    <Page>
      <div className="mx-auto max-w-5xl">
        <PageHeading
          title="Moderation"
          actions={
            <Link
              to={detail?.canPublish ? "/studio/$room" : "/r/$room"}
              params={{ room }}
              className={buttonClass("secondary")}
            >
              {detail?.canPublish ? "To the studio" : "To the room"}
            </Link>
          }
        >
          {detail?.title ?? room}
        </PageHeading>
        <Tabs
          label="Moderation"
          current={view}
          onChange={setView}
          tabs={[
            { key: "queue", label: "Queue", count: waiting || undefined },
            { key: "people", label: "Muted and banned" },
            { key: "rules", label: "Words and pictures" },
            { key: "moderators", label: "Moderators" },
            { key: "audit", label: "Audit log" },
          ]}
        >
          {view === "queue" && <QueuePanel room={room} />}
          {view === "people" && <SanctionsPanel room={room} />}
          {view === "rules" && (
            <div className="flex flex-col gap-5">
              <RulesPanel room={room} />
              <ScreeningPanel room={room} mayChange={mayAppoint} isAdmin={account?.role === "admin"} />
            </div>
          )}
          {view === "moderators" && <ModeratorsPanel room={room} mayAppoint={mayAppoint} />}
          {view === "audit" && <AuditPanel room={room} />}
        </Tabs>
      </div>
    </Page>
  );
}
