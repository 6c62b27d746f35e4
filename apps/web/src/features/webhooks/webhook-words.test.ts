import type { Webhook } from "@sameroom/contract";
import { expect, test } from "vitest";
import { typesText, webhookWords } from "./webhook-words.ts";

const NOW = Date.parse("2026-01-01T12:00:00.000Z");
const webhook: Webhook = {
  ...{ id: "1", url: "https://example.com", types: [], enabled: true },
  ...{ createdAt: "2026-01-01T10:00:00.000Z", failing: null },
};
const failing = {
  since: "2026-01-01T11:00:00.000Z",
  attempts: 3,
  fault: "answered 500",
  nextAt: "2026-01-01T12:00:40.000Z",
};

test("a webhook says what it gets", () => {
  expect(typesText([])).toBe("Everything");
  expect(typesText(["gift", "message-deleted"])).toBe("gift, message deleted");
});

test("one that is taken needs no words, one that fails says since when and what comes next", () => {
  expect(webhookWords(webhook, NOW)).toEqual({ tone: "good", label: "On", text: "" });
  expect(webhookWords({ ...webhook, enabled: false }, NOW).label).toBe("Off");
  expect(webhookWords({ ...webhook, failing }, NOW).text).toBe(
    "It has failed 3 times since 1 hour ago: answered 500. The next attempt is in 40 s. Nothing is lost.",
  );
  const over = { ...failing, nextAt: "2026-01-01T11:59:59.000Z" };
  expect(webhookWords({ ...webhook, failing: over }, NOW).text).toContain("It is being tried again.");
});

test("one that was given up says how it goes on", () => {
  const words = webhookWords({ ...webhook, enabled: false, failing: { ...failing, nextAt: null } }, NOW);
  expect(words.label).toBe("Given up");
  expect(words.text).toMatch(/goes on where it stopped\.$/);
});
