import { type Finding, findingWords, type Severity } from "@sameroom/contract";
import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

const LOOKS: Record<Severity, { tone: string; name: string; Icon: typeof Info }> = {
  problem: { tone: "text-bad", name: "Problem", Icon: CircleAlert },
  warning: { tone: "text-warn", name: "Warning", Icon: TriangleAlert },
  info: { tone: "text-dusk", name: "Note", Icon: Info },
};

/** One thing the doctor found: what viewers notice, what is done about it, what the host can do. */
export function FindingCard(props: {
  finding: Pick<Finding, "code" | "severity" | "repaired" | "values">;
  /** When it was there. */
  when?: ReactNode;
  /** Shown without a click. */
  open?: boolean;
}) {
  const { tone, name, Icon } = LOOKS[props.finding.severity];
  const { title, viewers, repair, advice } = findingWords(props.finding);
  return (
    <details open={props.open} className="group rounded-2xl bg-sunken">
      <summary className="flex min-h-11 cursor-pointer list-none items-start gap-3 rounded-2xl px-4 py-3 [&::-webkit-details-marker]:hidden">
        <Icon size={20} className={`mt-0.5 shrink-0 ${tone}`} aria-hidden="true" />
        <span className="min-w-0 flex-1">
          <span className="sr-only">{name}: </span>
          <span className="font-semibold">{title}</span>
          {props.when && <span className="block text-sm text-ink-soft">{props.when}</span>}
        </span>
        <span aria-hidden="true" className="mt-1 text-ink-faint transition-transform group-open:rotate-90">
          ›
        </span>
      </summary>
      <dl className="flex flex-col gap-2.5 px-4 pb-4 pl-12 text-sm">
        <Line name="Viewers notice">{viewers}</Line>
        {repair && <Line name="Done for you">{repair}</Line>}
        <Line name="What to change">{advice}</Line>
      </dl>
    </details>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs font-medium text-ink-faint">{name}</dt>
      <dd className="text-ink">{children}</dd>
    </div>
  );
}
