import type { RecordingView } from "@sameroom/contract";
import { Link } from "@tanstack/react-router";
import { Download, HeartPulse, Trash2 } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { IconButton } from "../../ui/atoms/icon-button.tsx";
import { formatBytes } from "../../ui/format/numbers.ts";
import { formatAgo, formatDate, formatElapsed } from "../../ui/format/time.ts";
import { KeptFindings } from "../doctor/kept-findings.tsx";
import { downloadAddress } from "./media-address.ts";
import { RecordingPicture } from "./recording-picture.tsx";
import { faultWords, fileNameOf, stateBadge } from "./recording-words.ts";
import { TitleEditor } from "./title-editor.tsx";
import { VisibilityMenu } from "./visibility-menu.tsx";

export interface RecordingRowProps {
  recording: RecordingView;
  nowMs: number;
  onDelete: (recording: RecordingView) => void;
}

/** One recording for its owner: what it is, who sees it, and what can be done with it. */
export function RecordingRow({ recording, nowMs, onDelete }: RecordingRowProps) {
  const { id, title, state, urls } = recording;
  const busy = state === "recording" || state === "suspended" || state === "finishing";
  return (
    <article
      aria-label={title}
      className="grid grid-cols-[7.5rem_minmax(0,1fr)] gap-x-4 gap-y-3 rounded-3xl border border-line bg-surface p-3 sm:grid-cols-[11rem_minmax(0,1fr)] lg:grid-cols-[11rem_minmax(0,1fr)_auto] lg:items-center"
    >
      <Link
        to="/replay/$recording"
        params={{ recording: id }}
        tabIndex={-1}
        aria-hidden="true"
        className="relative aspect-video self-start overflow-hidden rounded-2xl bg-stage"
      >
        <RecordingPicture recording={recording} />
        <span className="absolute right-2 bottom-2">
          <Badge tone="glass">{formatElapsed(recording.durationMs)}</Badge>
        </span>
      </Link>
      <div className="min-w-0">
        <TitleEditor recording={recording}>
          <h2 className="line-clamp-2 text-wrap text-lg font-semibold leading-snug break-words">
            <Link to="/replay/$recording" params={{ recording: id }} className="rounded hover:underline">
              {title}
            </Link>
          </h2>
        </TitleEditor>
        <p className="mt-0.5 text-sm text-ink-soft tabular">
          <time dateTime={recording.startedAt} title={formatDate(recording.startedAt)}>
            <span className="inline-block first-letter:uppercase">
              {formatAgo(recording.startedAt, nowMs)}
            </span>
          </time>
          {" · "}
          <span className="sr-only">length </span>
          {formatElapsed(recording.durationMs)}
          {" · "}
          {formatBytes(recording.bytes)}
          {recording.height > 0 && <span className="max-sm:hidden"> · {recording.height}p</span>}
        </p>
        <Standing recording={recording} nowMs={nowMs} />
      </div>
      <div className="col-span-2 flex items-center gap-1.5 lg:col-span-1">
        <VisibilityMenu recording={recording} size="sm" align="left" />
        <span className="flex-1" />
        {urls?.file && (
          <a
            href={downloadAddress(urls.file, fileNameOf(title))}
            download={fileNameOf(title)}
            aria-label={`Download ${title}`}
            title={recording.file ? `Download, ${formatBytes(recording.file.bytes)}` : "Download"}
            className="flex size-11 shrink-0 items-center justify-center rounded-xl text-ink-soft transition-colors hover:bg-sunken hover:text-ink"
          >
            <Download size={19} aria-hidden="true" />
          </a>
        )}
        <IconButton
          label={`Delete ${title}`}
          title={busy ? "It can be deleted when it is finished" : "Delete"}
          disabled={busy}
          icon={<Trash2 size={19} />}
          onClick={() => onDelete(recording)}
        />
      </div>
      {recording.broadcast !== null && <Findings recording={recording} broadcast={recording.broadcast} />}
    </article>
  );
}

/** What the stream doctor found in the show; asked for when it is opened. */
function Findings({ recording, broadcast }: { recording: RecordingView; broadcast: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details
      className="col-span-full"
      onToggle={(event) => {
        // Those inside tell it too.
        if (event.target === event.currentTarget) setOpen(event.currentTarget.open);
      }}
    >
      <summary className="inline-flex min-h-9 cursor-pointer items-center gap-2 rounded-lg px-2 text-sm font-semibold text-dusk hover:underline">
        <HeartPulse size={16} aria-hidden="true" />
        How the stream was
      </summary>
      {open && (
        <div className="mt-2">
          <KeptFindings room={recording.room.slug} broadcast={broadcast} startedAt={recording.startedAt} />
        </div>
      )}
    </details>
  );
}

/** What it is doing, what is wrong, and when it goes. */
function Standing({ recording, nowMs }: { recording: RecordingView; nowMs: number }) {
  const badge = stateBadge(recording.state);
  const fault = faultWords(recording.fault);
  const left = recording.expiresAt === null ? null : Date.parse(recording.expiresAt) - nowMs;
  if (badge === null && fault === null && left === null) return null;
  return (
    <p className="mt-1.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-ink-soft">
      {badge && <Badge tone={badge.tone}>{badge.label}</Badge>}
      {fault && (
        <span>
          {fault.headline}. {fault.advice}
        </span>
      )}
      {left !== null && <span>{left > 0 ? `Deleted in ${daysOf(left)}` : "Deleted shortly"}</span>}
    </p>
  );
}

function daysOf(ms: number): string {
  const days = Math.floor(ms / 86_400_000);
  if (days < 1) return "less than a day";
  return days === 1 ? "1 day" : `${days} days`;
}
