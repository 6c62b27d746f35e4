import type { RecordingView } from "@sameroom/contract";
import { Link } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { formatAgo, formatElapsed } from "../../ui/format/time.ts";
import { VisibilityBadge } from "../rooms/visibility-badge.tsx";
import { RecordingPicture } from "./recording-picture.tsx";

/** One past show in a list: picture, length, title, when. */
export function RecordingCard({ recording, nowMs }: { recording: RecordingView; nowMs: number }) {
  return (
    <article className="group relative">
      <div className="relative aspect-video overflow-hidden rounded-2xl bg-stage shadow-card ring-ember transition-shadow duration-200 group-focus-within:ring-2 group-hover:ring-2">
        <RecordingPicture
          recording={recording}
          className="transition-transform duration-500 ease-out-soft group-hover:scale-[1.035]"
        />
        <span
          aria-hidden="true"
          className="absolute inset-0 m-auto flex size-12 items-center justify-center rounded-full bg-black/55 text-white opacity-0 backdrop-blur-md transition-opacity group-hover:opacity-100 group-focus-within:opacity-100"
        >
          <Play size={22} fill="currentColor" />
        </span>
        <div className="absolute inset-x-3 bottom-3 flex gap-1.5">
          <VisibilityBadge visibility={recording.visibility} glass />
          <span className="flex-1" />
          <Badge tone="glass">
            <span className="sr-only">Length </span>
            {formatElapsed(recording.durationMs)}
          </Badge>
        </div>
      </div>
      <h3 className="mt-3 line-clamp-2 text-[1.05rem] font-semibold leading-snug">
        <Link
          to="/replay/$recording"
          params={{ recording: recording.id }}
          className="after:absolute after:inset-0 after:rounded-2xl focus-visible:outline-none"
        >
          {recording.title}
        </Link>
      </h3>
      <p className="mt-0.5 text-sm text-ink-soft first-letter:uppercase">
        {formatAgo(recording.startedAt, nowMs)}
      </p>
    </article>
  );
}
