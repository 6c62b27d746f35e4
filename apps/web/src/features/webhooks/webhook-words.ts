import type { EventType, Webhook } from "@sameroom/contract";
import type { Tone } from "../../ui/atoms/badge.tsx";
import { formatAgo, formatDuration } from "../../ui/format/time.ts";

/** What a webhook gets, in a few words. */
export function typesText(types: readonly EventType[]): string {
  return types.length === 0 ? "Everything" : types.map(typeWord).join(", ");
}

/** `message-deleted` as people say it: `message deleted`. */
export function typeWord(type: string): string {
  return type.replaceAll("-", " ");
}

/** How a webhook is doing: a word for its badge and, where there is something to say, a sentence. */
export function webhookWords(
  { enabled, failing }: Webhook,
  nowMs: number,
): { tone: Tone; label: string; text: string } {
  if (failing === null)
    return enabled ? { tone: "good", label: "On", text: "" } : { tone: "neutral", label: "Off", text: "" };
  const since = `It has failed ${failing.attempts === 1 ? "once" : `${failing.attempts} times`} since ${formatAgo(failing.since, nowMs)}: ${failing.fault}.`;
  if (!enabled)
    return {
      ...{ tone: "bad", label: "Given up" },
      text: `${since} Switch it on again, and it goes on where it stopped.`,
    };
  const waitMs = failing.nextAt === null ? 0 : Date.parse(failing.nextAt) - nowMs;
  const next =
    waitMs > 1_000 ? `The next attempt is in ${formatDuration(waitMs)}.` : "It is being tried again.";
  return { tone: "warn", label: "Failing", text: `${since} ${next} Nothing is lost.` };
}
