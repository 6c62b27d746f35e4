import type { Source } from "./capture-state.ts";

export interface DeviceHelp {
  title: string;
  todo: string;
}

/** What to tell the host about a camera or a microphone that does not work; null when it does. */
export function deviceHelp(kind: "camera" | "microphone", source: Source): DeviceHelp | null {
  if (source.status === "lost") {
    return {
      title: `The ${kind} was disconnected`,
      todo: "Plug it in again, or choose another one below. The show goes on without it.",
    };
  }
  if (source.status !== "failed" || !source.failure) return null;
  switch (source.failure.code) {
    case "device.permission_denied":
      return {
        title: `Your browser does not allow the ${kind}`,
        todo: "Click the icon at the left of the address bar, allow it, then try again.",
      };
    case "device.not_found":
      return {
        title: `No ${kind} was found`,
        todo: "Connect one and try again. You can go live without it.",
      };
    case "device.in_use":
      return {
        title: `Another program uses the ${kind}`,
        todo: "Close video calls and other tabs that use it, then try again.",
      };
    case "device.insecure_context":
      return {
        title: "This address is not secure",
        todo: "Browsers give cameras and microphones only to https:// pages and to localhost.",
      };
    default:
      return { title: `The ${kind} does not start`, todo: source.failure.message };
  }
}
