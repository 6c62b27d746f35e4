import type { RoomView } from "@sameroom/contract";
import { Link } from "@tanstack/react-router";
import { Circle, Square } from "lucide-react";
import { Badge } from "../../ui/atoms/badge.tsx";
import { Button } from "../../ui/atoms/button.tsx";
import { Notice } from "../../ui/molecules/notice.tsx";
import { Panel } from "../../ui/molecules/panel.tsx";
import { useToast } from "../../ui/molecules/toaster.tsx";
import { messageOf } from "../api/api-error.ts";
import { RecBadge } from "../recordings/rec-badge.tsx";
import { useRecord } from "../recordings/recording-queries.ts";
import { recordingStanding } from "./recording-standing.ts";
import { RecordingTime } from "./recording-time.tsx";

/** Whether the show is kept: how it stands, the switch for it, and what is wrong in plain words. */
export function RecordingPanel({ room, clockOffsetMs }: { room: RoomView; clockOffsetMs: number }) {
  const onAir = room.state === "live" || room.state === "interrupted";
  const standing = recordingStanding({ mode: room.recordingMode, onAir, recording: room.recording });
  const record = useRecord(room.slug);
  const toast = useToast();
  const press = (begin: boolean) =>
    record.mutate(begin, { onError: (error) => toast({ text: messageOf(error), tone: "bad" }) });
  // The answer comes before the room says so; until then the button keeps turning.
  const asked = record.isSuccess && record.variables === (standing.action === "begin");
  const busy = record.isPending || (asked && standing.action !== null && !standing.fault);
  return (
    <Panel
      title="Recording"
      aside={
        <Link
          to="/studio/recordings"
          target="_blank"
          className="inline-flex min-h-6 items-center rounded text-sm font-semibold text-dusk hover:underline"
        >
          All recordings<span className="sr-only"> in a new tab</span>
        </Link>
      }
    >
      <div className="flex flex-col gap-3">
        <div className="flex flex-wrap items-center gap-3">
          <div className="min-w-0 flex-1 basis-44">
            <p className="flex items-center gap-2 font-semibold">
              {standing.headline}
              {standing.tone === "on" && room.recording && (
                <RecordingTime id={room.recording.id} clockOffsetMs={clockOffsetMs} />
              )}
            </p>
            <p className="text-sm text-ink-soft">{standing.text}</p>
          </div>
          {standing.action === "begin" && (
            <Button
              busy={busy}
              icon={<Circle size={14} fill="currentColor" className="text-bad" aria-hidden="true" />}
              onClick={() => press(true)}
            >
              Record
            </Button>
          )}
          {standing.action === "end" && (
            <Button
              busy={busy}
              icon={<Square size={14} fill="currentColor" aria-hidden="true" />}
              onClick={() => press(false)}
            >
              Stop recording
            </Button>
          )}
        </div>
        {standing.fault && (
          <Notice tone="warn" title={standing.fault.headline}>
            {standing.fault.advice}
          </Notice>
        )}
      </div>
    </Panel>
  );
}

/** REC with its time, over the host's own picture; or that there is none although there should be. */
export function RecordingChip({ room, clockOffsetMs }: { room: RoomView; clockOffsetMs: number }) {
  if (room.recording?.state === "suspended") return <Badge tone="warn">Not recording</Badge>;
  if (room.recording?.state !== "recording") return null;
  return (
    <RecBadge>
      <RecordingTime id={room.recording.id} clockOffsetMs={clockOffsetMs} />
    </RecBadge>
  );
}
