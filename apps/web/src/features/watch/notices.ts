import type { HostNotice } from "@sameroom/contract";

/** What the host did, in a few words for viewers. */
export function noticeText(notice: HostNotice): string {
  switch (notice.kind) {
    case "microphone":
      return notice.muted ? "Host muted the microphone" : "Host is back on the microphone";
    case "camera":
      return notice.off ? "Host turned the camera off" : "Host turned the camera on";
    case "camera-switched":
      return "Host switched the camera";
    case "screen":
      return notice.sharing ? "Host is sharing the screen" : "Host stopped sharing the screen";
    case "break":
      return notice.on ? "Host takes a break" : "Host is back";
    case "title":
      return `New title: ${notice.title}`;
    case "cover":
      return "New cover picture";
  }
}
