import { Link } from "@tanstack/react-router";
import { ExternalLink } from "lucide-react";
import { CopyField } from "../../ui/molecules/copy-field.tsx";
import { Panel } from "../../ui/molecules/panel.tsx";
import { roomLink } from "../rooms/share.ts";

/** The link to send to people. */
export function SharePanel({ room }: { room: string }) {
  return (
    <Panel
      title="Invite people"
      aside={
        <Link
          to="/r/$room"
          params={{ room }}
          target="_blank"
          className="inline-flex min-h-6 items-center gap-1.5 rounded text-sm font-semibold text-dusk hover:underline"
        >
          Open <ExternalLink size={14} aria-hidden="true" />
          <span className="sr-only">the room in a new tab</span>
        </Link>
      }
    >
      <CopyField label="room link" value={roomLink(room)} />
    </Panel>
  );
}
