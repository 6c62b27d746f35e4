import { SeededRandom } from "@sameroom/base/testing";
import * as contract from "@sameroom/contract";
import { describe, expect, it } from "vitest";
import { errorOfResponse, isPassing, toClientError } from "../errors.ts";
import * as addresses from "./addresses.ts";
import {
  iceServersOf,
  parseClock,
  parseLayersEvent,
  parseMintedToken,
  parseProblem,
  parseSlots,
} from "./answers.ts";

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
    expect(addresses.PATHS.recorder).toBe(contract.RECORDER_PATH);
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

describe("slots and events", () => {
  const slots: contract.SlotsResponse = {
    paused: false,
    slots: [
      {
        mid: "0",
        kind: "video",
        source: "acc:ada",
        reason: "shown",
        layers: [
          { id: "q", width: 320, height: 180, framesPerSecond: 30, bitrate: 180_000, active: true },
          { id: "h", width: 640, height: 360, framesPerSecond: 30, bitrate: 0, active: false },
        ],
        layer: "q",
        target: null,
        choice: "auto",
      },
    ],
    path: { estimate: 1e6, roundTripMs: null, lossRatio: 0.1, transport: "tcp" },
  };
  const layers: contract.LayersEvent = {
    sections: [{ mid: "0", layers: [{ rid: "q", wanted: true }] }],
  };

  it("are understood wherever the contract's schemas understand them, and safe wherever not", () => {
    const random = new SeededRandom(12);
    const values = [undefined, null, 0, Number.NaN, "", "x", [], {}, [{}], [null], true];
    expect(parseSlots(slots)).toEqual(slots);
    expect(parseLayersEvent(JSON.stringify(layers))).toEqual(layers);
    for (let round = 0; round < 3000; round++) {
      const value = structuredClone(random.pick([slots, layers])) as unknown;
      for (let change = random.integer(0, 2); change > 0; change--) {
        let at = value as Record<string, unknown>;
        for (let depth = random.integer(0, 5); depth > 0; depth--) {
          const inner = random.pick(Object.values(at).filter((each) => typeof each === "object" && each));
          if (inner === undefined) break;
          at = inner as Record<string, unknown>;
        }
        const keys = Object.keys(at);
        if (keys.length > 0) at[random.pick(keys)] = structuredClone(random.pick(values));
      }
      const parsed = parseSlots(value);
      if (contract.slotsResponseSchema.safeParse(value).success) expect(parsed).toEqual(value);
      for (const slot of parsed?.slots ?? [])
        for (const { id } of slot.layers) expect(typeof id).toBe("string");
      const event = parseLayersEvent(JSON.stringify(value) ?? "");
      const sent: unknown = JSON.parse(JSON.stringify(value) ?? "null");
      if (contract.layersEventSchema.safeParse(sent).success) expect(event).toEqual(sent);
      for (const section of event?.sections ?? [])
        for (const { rid, wanted } of section.layers)
          expect([typeof rid, typeof wanted]).toEqual(["string", "boolean"]);
    }
    for (const text of ["", "{", "[]", '"x"', "null"]) expect(parseLayersEvent(text)).toBeUndefined();
  });
});

describe("ICE servers", () => {
  it("are taken when a browser can use them: one bad entry would take the connection with it", () => {
    const stun = { urls: ["stun:stun.test:3478"] };
    const turn = { urls: ["turn:turn.test", "turns:turn.test"], username: "1:a", credential: "b" };
    const bad = [
      null,
      7,
      "x",
      {},
      { urls: [] },
      { urls: [1] },
      { urls: ["https://x"] },
      { ...turn, username: 1 },
    ];
    const given = [stun, ...bad, turn, { urls: ["turn:turn.test"] }];
    expect(iceServersOf({ iceServers: given as never })).toEqual([stun, turn]);
    expect(iceServersOf({})).toEqual([]);
    expect(iceServersOf({ iceServers: "x" as never })).toEqual([]);
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
