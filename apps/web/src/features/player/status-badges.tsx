import type { WatchStats } from "@sameroom/client";
import { Badge } from "../../ui/atoms/badge.tsx";
import { formatLatency } from "../../ui/format/numbers.ts";

/** How sharp a live picture is and how far from the host's camera; the latter not for who has gone back on purpose. */
export function StatusBadges({ stats, behind }: { stats: WatchStats | null; behind: boolean }) {
  if (!stats) return null;
  return (
    <span className="flex gap-1.5">
      {stats.height > 0 && <Badge tone="glass">{stats.height}p</Badge>}
      {stats.latencyMs !== null && !behind && (
        <Badge tone="glass">
          <span title="From the host's camera to your screen">
            <span className="sr-only">Latency </span>
            {formatLatency(stats.latencyMs)}
          </span>
        </Badge>
      )}
    </span>
  );
}
