import type { KeptFinding } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { formatElapsed } from "../../ui/format/time.ts";
import { messageOf } from "../api/api-error.ts";
import { findingsQuery } from "./doctor-queries.ts";
import { FindingCard } from "./finding-card.tsx";

/** What the doctor found in a past show. `startedAt`: of the show. */
export function KeptFindings(props: { room: string; broadcast: string; startedAt: string }) {
  const query = useQuery(findingsQuery(props.room, props.broadcast));
  if (query.isPending) return <Skeleton className="h-12 rounded-2xl" />;
  if (!query.data) return <p className="text-sm text-ink-soft">{messageOf(query.error)}</p>;
  const { findings } = query.data;
  if (findings.length === 0)
    return <p className="text-sm text-ink-soft">Nothing was found: picture, sound and upload were fine.</p>;
  return (
    <ul className="flex flex-col gap-2">
      {findings.map((finding) => (
        <li key={finding.code}>
          <FindingCard finding={finding} when={whenOf(finding, Date.parse(props.startedAt))} />
        </li>
      ))}
    </ul>
  );
}

/** When in the show it was there: `at 0:12 for 3:40, 2 times`. */
export function whenOf(
  finding: Pick<KeptFinding, "firstAt" | "lastAt" | "times">,
  startedMs: number,
): string {
  const { firstAt, lastAt, times } = finding;
  const from = `from ${formatElapsed(Math.max(0, Date.parse(firstAt) - startedMs))}`;
  const to =
    lastAt === null ? "until now" : `to ${formatElapsed(Math.max(0, Date.parse(lastAt) - startedMs))}`;
  return times > 1 ? `${from} ${to}, ${times} times` : `${from} ${to}`;
}
