import type { RoomView } from "@sameroom/contract";
import type { ReactNode } from "react";
import { Badge } from "../../ui/atoms/badge.tsx";

/** true while what is on air is being written. */
export function isRecording(recording: RoomView["recording"]): boolean {
  return recording?.state === "recording";
}

/** REC, for the host and for those who should know that they are recorded. */
export function RecBadge({ children }: { children?: ReactNode }) {
  return (
    <Badge
      tone="glass"
      icon={<span aria-hidden="true" className="size-2 animate-glow rounded-full bg-[oklch(0.65_0.22_25)]" />}
    >
      <span title="This show is being recorded">
        <span aria-hidden="true">REC</span>
        <span className="sr-only">Recording</span>
        {children && <> {children}</>}
      </span>
    </Badge>
  );
}
