import { AUDITED, type AuditEntry } from "@sameroom/contract";
import { describe, expect, test } from "vitest";
import { auditDetail, auditSentence } from "./moderation-words.ts";

const entry = (changes: Partial<AuditEntry>): AuditEntry => ({
  ...{
    id: "1",
    at: "2026-01-01T00:00:00Z",
    action: "people.ban",
    detail: {},
    undo: "possible",
    undoneBy: null,
  },
  actor: { participant: "user:a", name: "Ada" },
  subject: { participant: "guest:b", name: "Brave Fox" },
  ...changes,
});

describe("the audit log in words", () => {
  test("says who did what to whom", () => {
    expect(auditSentence(entry({}))).toBe("Ada banned Brave Fox");
    expect(auditSentence(entry({ action: "people.flag", actor: null }))).toBe("Sameroom noticed Brave Fox");
    expect(auditSentence(entry({ action: "chat.mode", subject: null }))).toBe("Ada changed who may write");
  });

  test("has words for everything that is audited, and says no more than is known", () => {
    for (const action of AUDITED) {
      expect(auditSentence(entry({ action }))).not.toContain("undefined");
      expect(auditDetail(entry({ action }))).not.toMatch(/undefined|null/);
    }
    expect(auditDetail(entry({ detail: { reason: "Enough." } }))).toBe("Enough.");
    expect(
      auditDetail(
        entry({ action: "people.flag", detail: { signal: "address", evades: "Max", consequence: "mute" } }),
      ),
    ).toBe("Same address as Max; muted until you have looked.");
  });
});
