import { DrizzleQueryError } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { createLogger } from "./log.ts";

/** What a line reads when these fields are logged. */
function line(fields: object): string {
  let text = "";
  const logger = createLogger({
    level: "info",
    format: "json",
    destination: {
      write(chunk) {
        text += chunk;
      },
    },
  });
  logger.info(fields, "message");
  return text;
}

describe("the log", () => {
  test("hides what must stay secret, also a level or two down", () => {
    const text = line({
      token: "s3cret",
      headers: { authorization: "s3cret", cookie: "s3cret" },
      a: { b: { password: "s3cret" } },
    });
    expect(text).not.toContain("s3cret");
    expect(text).toContain("[hidden]");
  });

  test("tells why a query failed, never what it was about", () => {
    const cause = Object.assign(new Error("duplicate key"), { code: "23505" });
    const text = line({ err: new DrizzleQueryError("insert into accounts", ["hash-of-a-password"], cause) });
    expect(text).toContain("duplicate key");
    expect(text).not.toContain("hash-of-a-password");
  });

  test("keeps other errors whole", () => expect(line({ err: new Error("boom") })).toContain("log.test.ts"));
});
