import type { Environment } from "../environment.ts";
import { ClientError } from "../errors.ts";

type Device = "camera" | "microphone" | "screen";

/** Turns what `getUserMedia` threw into words that say what to do. */
export function deviceError(thrown: unknown, device: Device): ClientError {
  const name = thrown instanceof Error ? thrown.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") {
    if (thrown instanceof Error && /system/i.test(thrown.message)) {
      return new ClientError(
        "device.permission_denied",
        `The operating system does not let the browser use the ${device}. Allow it in the system's privacy settings.`,
      );
    }
    return new ClientError(
      "device.permission_denied",
      device === "screen"
        ? "Screen sharing was not allowed. Choose a screen or window and press Share."
        : `The browser may not use the ${device}. Allow it in the address bar's site settings and try again.`,
    );
  }
  if (name === "NotFoundError" || name === "OverconstrainedError" || name === "DevicesNotFoundError") {
    return new ClientError("device.not_found", `No ${device} was found. Plug one in, or choose another.`);
  }
  if (name === "NotReadableError" || name === "AbortError" || name === "TrackStartError") {
    return new ClientError(
      "device.in_use",
      `The ${device} does not start. Close other programs that use it and try again.`,
    );
  }
  const detail = thrown instanceof Error && thrown.message !== "" ? ` (${thrown.message})` : "";
  return new ClientError("device.failed", `The ${device} could not be opened${detail}.`);
}

/** The browser's media devices; throws when the page was not loaded securely. */
export function requireMediaDevices({ mediaDevices }: Pick<Environment, "mediaDevices">): MediaDevices {
  if (mediaDevices !== undefined) return mediaDevices;
  throw new ClientError(
    "device.insecure_context",
    "Browsers give cameras and microphones only to pages on https:// or localhost. Open this page that way.",
  );
}
