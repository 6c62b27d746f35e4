import type { HeldView, ReportView, RoomEvent } from "@sameroom/contract";
import { useQuery } from "@tanstack/react-query";
import { Check, ShieldCheck, X } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { Skeleton } from "../../ui/atoms/skeleton.tsx";
import { formatAgo } from "../../ui/format/time.ts";
import { useNow } from "../../ui/hooks/use-now.ts";
import { BlankState } from "../../ui/molecules/blank-state.tsx";
import { QueryFault } from "../api/query-fault.tsx";
import { FrameCard } from "./frame-card.tsx";
import { framesQuery, heldQuery, reportsQuery, useDeed } from "./moderation-queries.ts";
import { HELD_BECAUSE, REASONS } from "./moderation-words.ts";
import { SanctionDialog } from "./sanction-dialog.tsx";

/** Messages that wait and reports that are open: what somebody has to look at. */
export function QueuePanel({ room }: { room: string }) {
  const reports = useQuery(reportsQuery(room));
  const held = useQuery(heldQuery(room));
  const frames = useQuery(framesQuery(room));
  if (reports.error && !reports.data) return <QueryFault query={reports} what="Reports" />;
  if (held.error && !held.data) return <QueryFault query={held} what="Messages that wait" />;
  if (frames.error && !frames.data) return <QueryFault query={frames} what="Pictures" />;
  if (!reports.data || !held.data || !frames.data)
    return (
      <div role="status">
        <span className="sr-only">Loading</span>
        <Skeleton className="h-28 rounded-3xl" />
      </div>
    );
  const pictures = frames.data.frames.filter(({ state }) => state === "waiting");
  if (reports.data.open === 0 && held.data.total === 0 && pictures.length === 0)
    return (
      <BlankState
        picture={<ShieldCheck size={48} aria-hidden="true" className="text-ink-faint" />}
        title="All quiet"
      >
        Reports, messages that a filter stopped and pictures that looked wrong come here.
      </BlankState>
    );
  return (
    <ul className="flex flex-col gap-3">
      {pictures.map((frame) => (
        <li key={frame.id}>
          <FrameCard room={room} frame={frame} />
        </li>
      ))}
      {held.data.held.map((message) => (
        <li key={message.id}>
          <HeldCard room={room} message={message} />
        </li>
      ))}
      {reports.data.reports.map((report) => (
        <li key={report.id}>
          <ReportCard room={room} report={report} />
        </li>
      ))}
    </ul>
  );
}

const CARD = "flex flex-col gap-3 rounded-3xl border border-line bg-surface p-5";

function HeldCard({ room, message }: { room: string; message: HeldView }) {
  const deed = useDeed(room);
  const now = useNow(30_000);
  const decide = (approve: boolean) => deed.mutate({ kind: "decide-held", id: message.id, approve });
  return (
    <article className={CARD}>
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-soft">
        <Badge tone="warn">Waits</Badge>
        <b className="text-ink">{message.author.name}</b>
        <span>{formatAgo(message.at, now)}</span>
        <span className="break-all">
          because of {HELD_BECAUSE[message.why]}: {message.detail}
        </span>
      </header>
      <p className="whitespace-pre-line break-words">{message.text}</p>
      <div className="flex flex-wrap gap-3">
        <Button
          size="sm"
          variant="primary"
          busy={deed.isPending}
          icon={<Check size={16} aria-hidden="true" />}
          onClick={() => decide(true)}
        >
          Let it through
        </Button>
        <Button
          size="sm"
          busy={deed.isPending}
          icon={<X size={16} aria-hidden="true" />}
          onClick={() => decide(false)}
        >
          Do not
        </Button>
      </div>
    </article>
  );
}

function ReportCard({ room, report }: { room: string; report: ReportView }) {
  const deed = useDeed(room);
  const now = useNow(30_000);
  const [asking, setAsking] = useState<"mute" | "ban" | null>(null);
  const { id, subject, reporter } = report;
  const close = (state: "dismissed" | "acted") => deed.mutate({ kind: "decide-report", id, state });
  return (
    <article className={CARD}>
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-soft">
        <Badge tone="bad">{REASONS[report.reason]}</Badge>
        <b className="text-ink">{subject.name}</b>
        <span>
          reported by {reporter.name} {formatAgo(report.at, now)}
        </span>
      </header>
      {report.note !== "" && <p className="break-words">{report.note}</p>}
      <Context events={report.context} about={report.message} />
      <div className="flex flex-wrap gap-3">
        <Button size="sm" variant="danger" onClick={() => setAsking("mute")}>
          Mute
        </Button>
        <Button size="sm" variant="danger" onClick={() => setAsking("ban")}>
          Ban
        </Button>
        <Button size="sm" busy={deed.isPending} onClick={() => close("dismissed")}>
          Dismiss
        </Button>
      </div>
      {asking && (
        <SanctionDialog
          kind={asking}
          person={subject}
          onClose={() => setAsking(null)}
          onSend={(order) => {
            setAsking(null);
            deed.mutate(
              { kind: asking, participant: subject.participant, ...order },
              { onSuccess: () => close("acted") },
            );
          }}
        />
      )}
    </article>
  );
}

/** What was said around a message, as it was then. */
function Context({ events, about }: { events: readonly RoomEvent[]; about: number | null }) {
  if (events.length === 0) return null;
  return (
    <ol
      aria-label="What was said"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: who reads with the keyboard scrolls it
      tabIndex={0}
      className="max-h-60 overflow-y-auto rounded-2xl bg-sunken p-3 text-sm"
    >
      {events.map(({ sequence, actor, body }) => (
        <li
          key={sequence}
          aria-current={sequence === about || undefined}
          className={`break-words rounded-lg px-2 py-1 ${sequence === about ? "bg-bad-wash font-medium" : ""}`}
        >
          <b>{actor?.name}</b> {body.type === "message" ? body.text : ""}
        </li>
      ))}
    </ol>
  );
}
