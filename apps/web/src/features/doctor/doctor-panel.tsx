import { type Finding, SEVERITIES } from "@sameroom/contract";
import { HeartPulse } from "lucide-react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { formatDuration } from "../../ui/format/time.ts";
import { useNow } from "../../ui/hooks/use-now.ts";
import { Panel } from "../../ui/molecules/panel.tsx";
import { FindingCard } from "./finding-card.tsx";

/** What could be better about the stream on air, worst first, while it is. */
export function DoctorPanel({
  findings,
  clockOffsetMs,
}: {
  findings: readonly Finding[];
  clockOffsetMs: number;
}) {
  const now = useNow(10_000);
  const sorted = SEVERITIES.flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity),
  );
  return (
    <Panel title="Stream doctor" aside={<Verdict findings={findings} />}>
      {sorted.length === 0 ? (
        <p className="flex items-center gap-3 text-ink-soft">
          <HeartPulse size={20} className="shrink-0 text-good" aria-hidden="true" />
          Nothing to improve: picture, sound and upload look as they should.
        </p>
      ) : (
        <ul aria-live="polite" className="flex flex-col gap-2">
          {sorted.map((finding, index) => (
            <li key={finding.code}>
              <FindingCard
                finding={finding}
                open={index === 0}
                when={`for ${formatDuration(now + clockOffsetMs - finding.sinceUnixMs)}`}
              />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Verdict({ findings }: { findings: readonly Finding[] }) {
  const worst = SEVERITIES.find((severity) => findings.some((finding) => finding.severity === severity));
  if (worst === "problem") return <Badge tone="bad">Needs you</Badge>;
  if (worst === "warning") return <Badge tone="warn">Could be better</Badge>;
  return <Badge tone="good">Healthy</Badge>;
}
