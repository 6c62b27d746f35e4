import type { BroadcastView } from "@sameroom/contract";
import { formatAgo, formatDuration } from "../../ui/format/time.ts";
import { useNow } from "../../ui/hooks/use-now.ts";
import { Panel } from "../../ui/molecules/panel.tsx";
import { KeptFindings } from "../doctor/kept-findings.tsx";

/** How the room's last show went, for the next one to be better. */
export function LastShowPanel({ room, broadcast }: { room: string; broadcast: BroadcastView }) {
  const now = useNow(60_000);
  const { id, startedAt, endedAt } = broadcast;
  const lengthMs = Date.parse(endedAt ?? startedAt) - Date.parse(startedAt);
  return (
    <Panel title="Your last show">
      <p className="mb-3 text-sm text-ink-soft first-letter:uppercase">
        {formatAgo(startedAt, now)}, {formatDuration(lengthMs)} long. What the stream doctor found:
      </p>
      <KeptFindings room={room} broadcast={id} startedAt={startedAt} />
    </Panel>
  );
}
