import type { RestreamReason, RestreamStatus } from "@sameroom/contract";
import type { Tone } from "../../ui/atoms/badge.tsx";
import { formatBitrate } from "../../ui/format/numbers.ts";

/** What went wrong and what to do, for the host. */
const REASONS: Record<RestreamReason, string> = {
  "name-unknown": "This address does not exist. Check the spelling of the server.",
  "private-address": "This server does not send into private networks. The operator can allow it.",
  unreachable: "Nobody answers at this address. Check the server and its port.",
  certificate: "The platform's certificate cannot be trusted, so nothing was sent.",
  refused: "The platform answered but does not take the stream. Mostly the key is wrong or has expired.",
  lost: "The connection to the platform broke.",
  "too-slow": "The platform takes less than your show has: parts of it are left out there.",
  unsupported: "Your picture cannot be sent there as it is, and this server does not convert it.",
  failed: "It did not work.",
};

export interface RestreamWords {
  label: string;
  tone: Tone;
  /** What is the matter; empty when nothing is. */
  text: string;
}

/** How a target is doing, in words. `nowUnixMs` on the server's clock. */
export function restreamWords(
  status: RestreamStatus,
  { enabled, nowUnixMs }: { enabled: boolean; nowUnixMs: number },
): RestreamWords {
  if (!enabled) return { label: "Off", tone: "neutral", text: "" };
  const reason = status.reason === null ? "" : reasonWords(status);
  switch (status.state) {
    case "off":
      return { label: "Ready", tone: "neutral", text: reason };
    case "connecting":
      return { label: "Connecting", tone: "dusk", text: reason };
    case "live": {
      const rate = status.bitrate > 0 ? formatBitrate(status.bitrate) : "";
      if (reason === "") return { label: "Live", tone: "good", text: rate };
      return { label: "Live", tone: "warn", text: [reason, rate].filter(Boolean).join(" ") };
    }
    case "retrying":
      return { label: "Retrying", tone: "bad", text: `${reason} ${nextTry(status, nowUnixMs)}`.trim() };
  }
}

function reasonWords({ reason, detail }: RestreamStatus): string {
  if (reason === null) return "";
  const told = reason === "refused" || reason === "failed" || reason === "certificate";
  return told && detail ? `${REASONS[reason]} It said: “${detail}”` : REASONS[reason];
}

function nextTry({ attempt, retryAtUnixMs }: RestreamStatus, nowUnixMs: number): string {
  const tries = attempt === 1 ? "1 try" : `${attempt} tries`;
  const seconds = retryAtUnixMs === null ? 0 : Math.ceil((retryAtUnixMs - nowUnixMs) / 1000);
  return seconds > 0 ? `After ${tries}, again in ${seconds} s.` : `After ${tries}, again now.`;
}
