import type { AuditEntry, HoldReason, REPORT_REASONS } from "@sameroom/contract";

export type ReportReason = (typeof REPORT_REASONS)[number];

export const REASONS: Record<ReportReason, string> = {
  spam: "Spam or advertising",
  harassment: "Harassment",
  hate: "Hate",
  sexual: "Sexual content",
  violence: "Violence or threats",
  "self-harm": "Self-harm",
  other: "Something else",
};

export const HELD_BECAUSE: Record<HoldReason, string> = {
  profanity: "a bad word",
  words: "one of your words",
  service: "the moderation service",
};

/** Time-outs that are offered, seconds; null: until it is lifted. */
export const TERMS: readonly { seconds: number | null; words: string }[] = [
  { seconds: 60, words: "One minute" },
  { seconds: 600, words: "10 minutes" },
  { seconds: 3_600, words: "One hour" },
  { seconds: 86_400, words: "One day" },
  { seconds: 604_800, words: "One week" },
  { seconds: null, words: "Until it is lifted" },
];

const DID: Record<AuditEntry["action"], string> = {
  "people.mute": "muted",
  "people.unmute": "unmuted",
  "people.ban": "banned",
  "people.unban": "lifted the ban of",
  "people.appoint": "made a moderator of",
  "people.dismiss": "dismissed as moderator",
  "people.flag": "noticed",
  "rules.edit": "changed what may be said",
  "held.decide": "decided about a message of",
  "report.decide": "closed a report about",
  "chat.delete": "deleted a message",
  "chat.pin": "changed the pinned message",
  "chat.mode": "changed who may write",
  "stage.remove": "took somebody off the stage",
  "stage.mute": "silenced somebody on stage, or let them speak",
  "room.end": "ended the show",
  "frame.flag": "did not like a picture of the show",
  "frame.decide": "decided about a picture of the show",
  "screening.edit": "changed what is done when a picture looks wrong",
  "stage.hand-over": "handed the room to somebody, or took it back",
};

/** What somebody did, as a sentence. */
export function auditSentence({ actor, action, subject }: AuditEntry): string {
  return [actor?.name ?? "Sameroom", DID[action], subject?.name].filter(Boolean).join(" ");
}

/** What else an entry of the audit log knows, in words; empty: nothing. */
export function auditDetail({ action, detail }: AuditEntry): string {
  const text = (name: string) => {
    const value = detail[name];
    return value === null || value === undefined || value === "" ? null : String(value);
  };
  switch (action) {
    case "people.flag":
      return `Same ${text("signal") ?? "device"} as ${text("evades") ?? "somebody banned"}; ${text("consequence") === "ban" ? "banned" : "muted"} until you have looked.`;
    case "held.decide":
      if (detail.waits === true) return `Waits again: ${text("text") ?? ""}`;
      return `${detail.approved === true ? "Let through" : "Not let through"}: ${text("text") ?? ""}`;
    case "report.decide":
      if (detail.decision === "reopened") return "Open again.";
      return detail.decision === "acted" ? "Something was done about it." : "Dismissed.";
    case "rules.edit":
      return `Changed: ${text("changed") ?? ""}`;
    case "frame.flag":
      return `${text("found") ?? ""}${detail.action === "flag" ? "" : `; ${text("action") === "pause" ? "paused" : "blurred"} until somebody has looked`}`;
    case "frame.decide":
      return detail.harmless === true ? "Harmless." : "Not for everybody.";
    case "screening.edit":
      return `Now: ${text("policy") ?? "as the house has it"}`;
    case "chat.pin":
      return detail.message === null ? "Nothing is pinned." : `Message ${text("message") ?? ""}`;
    case "stage.mute":
      return detail.silenced === true ? "Silenced." : "May speak.";
    case "stage.remove":
      return detail.mayComeBack === true ? "May come back." : "";
    case "stage.hand-over":
      return detail.participant === null ? "Taken back." : "Handed over.";
    default:
      return text("reason") ?? "";
  }
}
