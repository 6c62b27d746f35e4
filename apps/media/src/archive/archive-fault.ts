import type { RecordingFault } from "@sameroom/contract";

/** Why the disk does not take what is to be kept. */
export type ArchiveFault = Extract<RecordingFault, "disk-full" | "disk-slow" | "not-writable">;

/** The system's name of an error (`ENOSPC`), if it is one of the system's. */
export function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}

/** What an error of the file system means for somebody who waits for a recording. */
export function faultOf(error: unknown): ArchiveFault {
  switch (codeOf(error)) {
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return "disk-full";
    default:
      return "not-writable";
  }
}
