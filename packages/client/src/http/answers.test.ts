import { SeededRandom } from "@sameroom/base/testing";
import * as contract from "@sameroom/contract";
import { describe, expect, it } from "vitest";
import { errorOfResponse, isPassing, toClientError } from "../errors.ts";
import * as addresses from "./addresses.ts";
import { parseClock, parseMintedToken, parseProblem } from "./answers.ts";

const minted = {
  token: "a.b.c",
  expiresAt: "2026-01-02T03:04:05.000Z",
  participant: "guest:1",
  role: "viewer",
  grants: { publish: false, subscribe: true, moderate: false },
  mediaUrl: "http://media.test",
};

describe("addresses", () => {
  it("are the contract's", () => {
    expect(addresses.SDP_TYPE).toBe(contract.SDP_TYPE);
    expect(addresses.SDP_FRAGMENT_TYPE).toBe(contract.SDP_FRAGMENT_TYPE);
    expect(addresses.REALTIME_PATH).toBe(contract.REALTIME_PATH);
    expect(addresses.PATHS.clock).toBe(contract.MEDIA_PATHS.clock);
    expect(addresses.PATHS.whip("a-room")).toBe(contract.MEDIA_PATHS.whip("a-room"));
    expect(addresses.PATHS.whep("a-room")).toBe(contract.MEDIA_PATHS.whep("a-room"));
  });
});

describe("answers", () => {
  it("understands every problem of the contract's catalogue", () => {
    for (const code of Object.keys(contract.ERRORS) as contract.ErrorCode[]) {
      const more = { detail: "why", faults: [{ path: "a", message: "b" }], retryAfter: 2 };
      expect(parseProblem(contract.problem(code, more))).toEqual(contract.problem(code, more));
      expect(parseProblem(contract.problem(code))).toEqual(contract.problem(code));
    }
  });

  it("agrees with the contract's schemas on what is an answer, whatever comes", () => {
    const random = new SeededRandom(11);
    const values = [undefined, null, 0, -1, Number.NaN, "", "x", [], {}, true, { path: 1 }, [{ path: "a" }]];
    for (let round = 0; round < 3000; round++) {
      const base: Record<string, unknown> = random.pick([
        { ...contract.problem("room.not_found", { detail: "d", retryAfter: 1 }) },
        { ...minted },
        { unixMs: 1 },
      ]);
      for (let change = random.integer(0, 3); change > 0; change--) {
        base[random.pick(Object.keys(base))] = random.pick(values);
      }
      const value: unknown = random.pick([base, random.pick(values), JSON.stringify(base)]);
      // Ours may be more lenient, never stricter: a field that only informs must not make an answer useless.
      if (contract.problemSchema.safeParse(value).success) expect(parseProblem(value)).toBeDefined();
      if (contract.mintedTokenSchema.safeParse(value).success) expect(parseMintedToken(value)).toBe(value);
      if (contract.clockSchema.safeParse(value).success) expect(parseClock(value)).toBeDefined();
      const problem = parseProblem(value);
      if (problem !== undefined) {
        expect([typeof problem.title, typeof problem.code, typeof problem.status]).toEqual([
          "string",
          "string",
          "number",
        ]);
      }
      const token = parseMintedToken(value);
      if (token !== undefined) expect(Number.isNaN(Date.parse(token.expiresAt))).toBe(false);
    }
  });
});

describe("errors", () => {
  it("says what the server said, with its detail", async () => {
    const document = contract.problem("publish.room_busy", { detail: "Ada is live here" });
    const error = await errorOfResponse(Response.json(document, { status: 409 }));
    expect(error).toMatchObject({
      code: "publish.room_busy",
      message: "Somebody else is live in this room. (Ada is live here)",
      problem: document,
    });
    expect(isPassing(error)).toBe(false);
  });

  it("takes what a proxy in between says for a passing fault", async () => {
    const error = await errorOfResponse(new Response("<h1>Bad gateway</h1>", { status: 502 }));
    expect(error).toMatchObject({ code: "network.unreachable", message: "The server answered 502." });
    expect(isPassing(error)).toBe(true);
  });

  it("makes an error of whatever was thrown", () => {
    expect(toClientError(new TypeError("Failed to fetch")).code).toBe("network.unreachable");
    expect(toClientError("boom")).toMatchObject({ code: "media.connection_failed", message: "boom" });
  });
});
