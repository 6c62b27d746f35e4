import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Clapperboard, Gem, Plus } from "lucide-react";
import { useState } from "react";
import { QueryFault } from "../features/api/query-fault.tsx";
import { myRoomsQuery } from "../features/rooms/room-queries.ts";
import { NewRoomForm } from "../features/studio/new-room-form.tsx";
import { RoomChooser } from "../features/studio/room-chooser.tsx";
import { Button, buttonClass } from "../ui/atoms/button.tsx";
import { Skeleton } from "../ui/atoms/skeleton.tsx";
import { Dialog } from "../ui/molecules/dialog.tsx";
import { Panel } from "../ui/molecules/panel.tsx";
import { Page, PageHeading } from "../ui/templates/page.tsx";

/** Which room to go live in, or a new one. */
export function StudioRoomsPage() {
  const rooms = useQuery(myRoomsQuery);
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const enter = (room: string) => void navigate({ to: "/studio/$room", params: { room } });
  const none = rooms.data?.rooms.length === 0;
  return (
    <Page>
      <div className="mx-auto max-w-3xl">
        <PageHeading
          title={none ? "Your first room" : "Where do you go live?"}
          actions={
            rooms.data &&
            !none && (
              <>
                <Link to="/studio/recordings" className={buttonClass("secondary")}>
                  <Clapperboard size={18} aria-hidden="true" /> Recordings
                </Link>
                <Link to="/studio/subscriptions" className={buttonClass("secondary")}>
                  <Gem size={18} aria-hidden="true" /> Subscriptions
                </Link>
                <Button icon={<Plus size={18} aria-hidden="true" />} onClick={() => setMaking(true)}>
                  New room
                </Button>
              </>
            )
          }
        >
          {none
            ? "A room has an address that stays. Give it a name; you go live in the next step."
            : "A room keeps its address: people who know the link find the next show there too."}
        </PageHeading>
        {rooms.isPending && (
          <div role="status" className="flex flex-col gap-3">
            <span className="sr-only">Loading your rooms</span>
            <Skeleton className="h-30 rounded-3xl" />
            <Skeleton className="h-30 rounded-3xl" />
          </div>
        )}
        {rooms.error && !rooms.data && <QueryFault query={rooms} what="Your rooms" />}
        {none && (
          <Panel title="New room">
            <NewRoomForm onDone={enter} />
          </Panel>
        )}
        {rooms.data && !none && <RoomChooser rooms={rooms.data.rooms} />}
        <Dialog open={making} title="New room" onClose={() => setMaking(false)}>
          <NewRoomForm onDone={enter} />
        </Dialog>
      </div>
    </Page>
  );
}
