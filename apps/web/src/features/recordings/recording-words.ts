import { type RecordingFault, type RecordingState, recordingFaultSchema } from "@sameroom/contract";
import type { Tone } from "../../ui/atoms/badge.tsx";

export interface FaultWords {
  headline: string;
  /** What it means and what can be done. */
  advice: string;
}

const FAULTS: Record<RecordingFault, FaultWords> = {
  "disk-full": {
    headline: "The server's disk is full",
    advice: "Delete recordings you no longer need, or ask the person who runs this server for more space.",
  },
  "disk-slow": {
    headline: "The server's disk is too slow",
    advice: "Something else keeps it busy. Ask the person who runs this server.",
  },
  "not-writable": {
    headline: "The server cannot write recordings",
    advice: "The person who runs this server must allow it to write to its data directory.",
  },
  "no-media": {
    headline: "Nothing came to record",
    advice: "The show ended before there was a picture or a sound.",
  },
  damaged: {
    headline: "The recording is damaged",
    advice: "Its files cannot be read any more.",
  },
};

/** Why a recording stopped, for a person; `fault` as the server names it. null when nothing is wrong. */
export function faultWords(fault: string | null): FaultWords | null {
  if (fault === null) return null;
  const known = recordingFaultSchema.safeParse(fault);
  if (known.success) return FAULTS[known.data];
  return {
    headline: "The recording stopped",
    advice: "The person who runs this server finds why in its log.",
  };
}

/** A recording's state as a badge; null for `ready`, which needs none. */
export function stateBadge(state: RecordingState): { label: string; tone: Tone } | null {
  switch (state) {
    case "recording":
      return { label: "Recording", tone: "bad" };
    case "suspended":
      return { label: "Waiting", tone: "warn" };
    case "finishing":
      return { label: "Being prepared", tone: "dusk" };
    case "failed":
      return { label: "Failed", tone: "bad" };
    case "ready":
      return null;
  }
}

/** `12 recordings, 8.4 GB`. */
export function totalOf(
  recordings: readonly { bytes: number }[],
  more: boolean,
  size: (bytes: number) => string,
): string {
  const bytes = recordings.reduce((sum, each) => sum + each.bytes, 0);
  const count =
    recordings.length === 1 && !more ? "1 recording" : `${recordings.length}${more ? "+" : ""} recordings`;
  return `${count}, ${size(bytes)}${more ? " and more" : ""}`;
}

/** A file name for a download: the title with what file systems dislike left out. */
export function fileNameOf(title: string): string {
  const plain = title
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cf}"*/:<>?\\|]+/gu, " ")
    .replace(/\s+/g, " ")
    .replace(/^[\s.]+|[\s.]+$/g, "");
  return `${plain.slice(0, 80).trim() || "recording"}.mp4`;
}
