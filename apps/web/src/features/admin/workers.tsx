import type { WorkerView } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { Badge } from "../../ui/atoms/badge.tsx";
import { formatBitrate, formatBytes, formatCount } from "../../ui/format/numbers.ts";
import { formatAgo } from "../../ui/format/time.ts";
import { useNow } from "../../ui/hooks/use-now.ts";
import { Panel } from "../../ui/molecules/panel.tsx";
import { Stat } from "../../ui/molecules/stat.tsx";
import { AdminList } from "./admin-list.tsx";
import { workersQuery } from "./admin-queries.ts";

/** The media workers, how busy they are and who publishes on them. */
export function Workers() {
  const workers = useQuery(workersQuery);
  const now = useNow(10_000);
  return (
    <AdminList
      query={workers}
      empty={workers.data?.workers.length === 0}
      emptyText="No media worker has connected. Without one nobody can go live; look at the server's log."
    >
      {workers.data?.workers.map((worker) => (
        <Worker key={worker.worker} worker={worker} nowMs={now} />
      ))}
    </AdminList>
  );
}

function Worker({ worker, nowMs }: { worker: WorkerView; nowMs: number }) {
  const { load } = worker;
  return (
    <Panel
      title={worker.worker}
      aside={
        worker.connected ? <Badge tone="good">Connected</Badge> : <Badge tone="bad">Not connected</Badge>
      }
    >
      <p className="-mt-2 mb-4 break-words text-sm text-ink-faint">
        {worker.publicUrl}, version {worker.version}, {worker.connected ? "connected" : "last seen"}{" "}
        {formatAgo(worker.connectedAt, nowMs)}
      </p>
      {load && (
        <dl className="grid grid-cols-2 gap-2 sm:grid-cols-3 xl:grid-cols-6">
          <Stat name="Processor" value={Math.round(load.cpu * 100)} unit="% of a core" />
          <Stat name="Memory" value={formatBytes(load.memoryBytes)} />
          <Stat
            name="Publishers, viewers"
            value={`${formatCount(load.publishers)}, ${formatCount(load.viewers)}`}
          />
          <Stat name={`In, ${formatCount(load.packetsIn)} packets/s`} value={formatBitrate(load.bitsIn)} />
          <Stat name={`Out, ${formatCount(load.packetsOut)} packets/s`} value={formatBitrate(load.bitsOut)} />
          <Stat name="Send path" value={load.sendPath} />
        </dl>
      )}
      {worker.publishers.length > 0 && (
        <ul aria-label={`Publishers on ${worker.worker}`} className="mt-4 flex flex-col divide-y divide-line">
          {worker.publishers.map((publisher) => (
            <li key={publisher.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
              <span className="min-w-0 flex-1 truncate font-medium">
                {publisher.room} <span className="font-normal text-ink-soft">by {publisher.name}</span>
              </span>
              <span className="text-sm text-ink-soft">
                {[
                  publisher.protocol.toUpperCase(),
                  publisher.video && `${publisher.video.codec}, ${layers(publisher.video.layers)}`,
                  publisher.audio?.codec,
                ]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
              <Badge tone={publisher.state === "flowing" ? "good" : "warn"}>{publisher.state}</Badge>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function layers(count: number): string {
  return count === 1 ? "1 layer" : `${count} layers`;
}
