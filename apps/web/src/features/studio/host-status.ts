import type { HostNotice, HostStatus } from "@sameroom/contract";
import type { CaptureState } from "./capture-state.ts";

/** What viewers should know about the host's devices. */
export function hostStatusOf(capture: CaptureState): HostStatus {
  return {
    microphoneMuted:
      capture.muted || (capture.microphone.status !== "on" && capture.microphone.status !== "opening"),
    cameraOff: capture.camera.status !== "on" && capture.camera.status !== "opening",
    screenSharing: capture.screen.status === "on",
    onBreak: capture.onBreak,
  };
}

/** The notices that lead from one status to the other. */
export function noticesBetween(before: HostStatus, after: HostStatus): HostNotice[] {
  const notices: HostNotice[] = [];
  if (before.microphoneMuted !== after.microphoneMuted) {
    notices.push({ kind: "microphone", muted: after.microphoneMuted });
  }
  if (before.cameraOff !== after.cameraOff) notices.push({ kind: "camera", off: after.cameraOff });
  if (before.screenSharing !== after.screenSharing)
    notices.push({ kind: "screen", sharing: after.screenSharing });
  if (before.onBreak !== after.onBreak) notices.push({ kind: "break", on: after.onBreak });
  return notices;
}
