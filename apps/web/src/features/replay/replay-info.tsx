import type { RecordingView } from "@sameroom/contract";
import { Link } from "@tanstack/react-router";
import { Clapperboard, Download, Link2 } from "lucide-react";
import { Avatar } from "../../ui/atoms/avatar.tsx";
import { Button, buttonClass } from "../../ui/atoms/button.tsx";
import { formatBytes } from "../../ui/format/numbers.ts";
import { formatAgo, formatDate, formatDuration } from "../../ui/format/time.ts";
import { useNow } from "../../ui/hooks/use-now.ts";
import { downloadAddress } from "../recordings/media-address.ts";
import { fileNameOf } from "../recordings/recording-words.ts";
import { VisibilityMenu } from "../recordings/visibility-menu.tsx";
import { replayLink } from "../rooms/share.ts";
import { useShare } from "../rooms/use-share.ts";

/** Title, host, when and how long; the ways to take it along, to pass it on and, for the owner, to show or hide it. */
export function ReplayInfo({ recording }: { recording: RecordingView }) {
  const { title, room, startedAt, durationMs, file, urls } = recording;
  const share = useShare({ title, url: replayLink(recording.id) });
  const now = useNow(60_000);
  return (
    <section aria-label="About this replay">
      <h1 className="text-2xl font-bold leading-tight break-words sm:text-3xl">{title}</h1>
      <div className="mt-4 flex flex-wrap items-center justify-between gap-4">
        <div className="flex min-w-0 items-center gap-3">
          <Avatar name={room.ownerName} size="lg" />
          <div className="min-w-0 leading-snug">
            <p className="truncate font-semibold">
              {room.ownerName}
              <span className="font-normal text-ink-soft"> in </span>
              <Link
                to="/r/$room"
                params={{ room: room.slug }}
                className="rounded text-dusk underline-offset-4 hover:underline"
              >
                {room.title}
              </Link>
            </p>
            <p className="text-sm text-ink-soft tabular">
              <time dateTime={startedAt} title={formatDate(startedAt)}>
                Live {formatAgo(startedAt, now)}
              </time>
              {" · "}
              {formatDuration(durationMs)}
            </p>
          </div>
        </div>
        <div className="flex flex-wrap gap-2.5 sm:gap-3">
          {recording.mine && <VisibilityMenu recording={recording} align="left" />}
          {urls?.file && (
            <a
              href={downloadAddress(urls.file, fileNameOf(title))}
              download={fileNameOf(title)}
              className={buttonClass("secondary")}
            >
              <Download size={18} aria-hidden="true" /> Download
              {file && <span className="font-normal text-ink-faint tabular">{formatBytes(file.bytes)}</span>}
            </a>
          )}
          <Button icon={<Link2 size={18} aria-hidden="true" />} onClick={share}>
            Share
          </Button>
          {recording.mine && (
            <Link to="/studio/recordings" className={buttonClass("quiet")}>
              <Clapperboard size={18} aria-hidden="true" /> All recordings
            </Link>
          )}
        </div>
      </div>
    </section>
  );
}
