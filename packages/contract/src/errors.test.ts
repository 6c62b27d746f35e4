import { describe, expect, test } from "vitest";
import guide from "../../../docs/guide/errors.md?raw";
import { ERRORS, type ErrorCode, problem, problemSchema } from "./errors.ts";

/** Rows of the guide's table: `| code | status | message | ... |`. */
const documented = [...guide.matchAll(/^\| `([a-z_.]+)` \| (\d{3}) \| ([^|]+) \|/gm)].map(
  ([, code, status, message]) => ({ code, status: Number(status), message: message?.trim() }),
);

describe("the catalogue of errors", () => {
  test("is what the guide says, in the same order", () => {
    expect(documented).toEqual(
      Object.entries(ERRORS).map(([code, { status, message }]) => ({ code, status, message })),
    );
  });

  test("has statuses of failures and messages for people", () => {
    for (const [code, { status, message }] of Object.entries(ERRORS)) {
      expect(code).toMatch(/^[a-z_]+\.[a-z_]+$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
      expect(message).toMatch(/^[A-Z].*\.$/);
    }
  });

  test("makes problem documents that fit their schema", () => {
    for (const code of Object.keys(ERRORS) as ErrorCode[]) {
      const document = problem(code, { detail: "so", retryAfter: 1, faults: [{ path: "a", message: "b" }] });
      expect(problemSchema.parse(document)).toEqual(document);
      expect(document).toMatchObject({
        type: `urn:sameroom:error:${code}`,
        code,
        status: ERRORS[code].status,
      });
    }
  });
});
