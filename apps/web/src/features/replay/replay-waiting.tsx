import type { RecordingView } from "@sameroom/contract";
import { Link } from "@tanstack/react-router";
import { CircleAlert, HardDrive } from "lucide-react";
import { Announcement } from "../../ui/atoms/announcement.tsx";
import { buttonClass } from "../../ui/atoms/button.tsx";
import { Spinner } from "../../ui/atoms/spinner.tsx";
import { formatBytes } from "../../ui/format/numbers.ts";
import { formatDate, formatElapsed } from "../../ui/format/time.ts";
import { Page } from "../../ui/templates/page.tsx";
import { RecordingPicture } from "../recordings/recording-picture.tsx";
import type { ReplayStanding } from "./replay-words.ts";

/** Stands where a replay will be, or would have been: why it is not there, what there is of it, where to go. */
export function ReplayWaiting({
  recording,
  standing,
}: {
  recording: RecordingView;
  standing: ReplayStanding;
}) {
  const live = recording.state === "recording" || recording.state === "suspended";
  return (
    <Page>
      <Announcement text={`${standing.title}. ${standing.text}`} />
      <section className="relative overflow-hidden rounded-[2rem] bg-stage text-white">
        <div className="absolute inset-0 opacity-60">
          <RecordingPicture recording={recording} />
        </div>
        <div className="absolute inset-0 bg-[oklch(0.14_0.03_320/0.82)] md:bg-transparent md:bg-[linear-gradient(100deg,oklch(0.14_0.03_320/0.94)_45%,oklch(0.14_0.03_320/0.2))]" />
        <div className="relative flex max-w-2xl animate-rise flex-col items-start gap-5 px-6 py-14 sm:px-12 sm:py-20">
          <StandingPicture tone={standing.tone} />
          <h1 className="text-4xl font-bold leading-[1.05] sm:text-5xl">{standing.title}</h1>
          <p className="text-lg text-white/90">{standing.text}</p>
          <p className="text-white/80 tabular">
            <span className="font-semibold">{recording.title}</span>
            <br />
            {recording.room.ownerName}, {formatDate(recording.startedAt)}
            {recording.durationMs > 0 &&
              ` · ${formatElapsed(recording.durationMs)}${recording.mine ? ` · ${formatBytes(recording.bytes)}` : ""}`}
          </p>
          <div className="mt-2 flex flex-wrap gap-3">
            <Link
              to="/r/$room"
              params={{ room: recording.room.slug }}
              className={buttonClass(live ? "primary" : "glass", "lg")}
            >
              {live ? "Watch live" : "Go to the room"}
            </Link>
            {recording.mine && (
              <Link to="/studio/recordings" className={buttonClass("glass", "lg")}>
                All recordings
              </Link>
            )}
          </div>
        </div>
      </section>
    </Page>
  );
}

function StandingPicture({ tone }: { tone: ReplayStanding["tone"] }) {
  if (tone === "wait") return <Spinner size={36} />;
  const Icon = tone === "trouble" ? HardDrive : CircleAlert;
  return <Icon size={36} aria-hidden="true" />;
}
