import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { FakeClock } from "@sameroom/base/testing";
import { chatRulesSchema } from "@sameroom/contract";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createJudge } from "./rules.ts";
import { createTextScreen } from "./text-screen.ts";

const rules = (changes: object) => chatRulesSchema.parse(changes);
const judge = createJudge((text) => (text.includes("damn") ? "damn" : null));

describe("a room's rules", () => {
  test.each([
    ["hello", {}, "pass"],
    ["damn", {}, "refuse"],
    ["damn", { profanity: "hold" }, "hold"],
    ["damn", { profanity: "off" }, "pass"],
    ["spoiler", { words: ["spoiler"] }, "refuse"],
    ["spoiler", { words: ["spoiler"], ownWords: "hold" }, "hold"],
    ["spoiler", { words: ["spoiler"], ownWords: "off" }, "pass"],
    // What is refused is not held besides.
    ["damn spoiler", { words: ["spoiler"], ownWords: "hold" }, "refuse"],
    ["see example.com", {}, "pass"],
    ["see example.com", { links: "nobody" }, "refuse"],
    ["see www.example.com", { links: "listed", linkHosts: ["example.com"] }, "pass"],
    ["see example.com and evil.example.org", { links: "listed", linkHosts: ["example.com"] }, "refuse"],
  ])("%j with %j: %s", (text, changes, verdict) => {
    expect(judge(text, rules(changes)).verdict).toBe(verdict);
  });

  test("are checked before they are kept", () => {
    for (const bad of [
      { links: "x" },
      { words: ["a"] },
      { linkHosts: ["http://x.com"] },
      { linkHosts: ["x"] },
      { words: Array(501).fill("ab") },
    ])
      expect(chatRulesSchema.safeParse(bad).success, JSON.stringify(bad)).toBe(false);
  });
});

describe("the moderation service", () => {
  let server: Server;
  let asked: { authorization: string | undefined; body: unknown }[] = [];
  let answer: (input: string) => { status?: number; body?: unknown; never?: boolean } = () => ({});
  beforeAll(async () => {
    server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => {
        const body = JSON.parse(text) as { input: string };
        asked.push({ authorization: request.headers.authorization, body });
        const { status = 200, body: out, never } = answer(body.input);
        if (never === true) return;
        response.writeHead(request.url === "/v1/moderations" ? status : 404, {
          "content-type": "application/json",
        });
        response.end(typeof out === "string" ? out : JSON.stringify(out));
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(() => {
    asked = [];
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  const flagged = (categories: object) => ({
    body: { id: "modr-1", model: "m", results: [{ flagged: true, categories, category_scores: {} }] },
  });
  const make = (more: { answerWithinMs?: number } = {}) => {
    const clock = new FakeClock();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    return { clock, screen: createTextScreen({ ...{ url, key: "sk-1", model: "m", clock, log }, ...more }) };
  };

  test("is asked as OpenAI's is, and names what it found", async () => {
    answer = (input) =>
      input === "bad"
        ? flagged({ hate: true, violence: false })
        : { body: { results: [{ flagged: false }] } };
    const { screen } = make();
    expect(await screen("good")).toEqual([]);
    expect(await screen("bad")).toEqual(["hate"]);
    expect(asked[1]).toEqual({ authorization: "Bearer sk-1", body: { model: "m", input: "bad" } });
  });

  test.each([
    ["an error", () => ({ status: 500, body: {} })],
    ["no JSON", () => ({ body: "<html>" })],
    ["another form", () => ({ body: { results: [] } })],
    ["too much", () => ({ body: "x".repeat(100_000) })],
    ["nothing in time", () => ({ never: true })],
  ])("that answers with %s lets messages through", async (_what, bad) => {
    answer = bad;
    expect(await make({ answerWithinMs: 50 }).screen("bad")).toEqual([]);
  });

  test("that fails on and on is left alone for a while", async () => {
    answer = () => ({ status: 503, body: {} });
    const { screen, clock } = make();
    for (let run = 0; run < 8; run++) await screen("again");
    // Questions of the tests before may still come in.
    expect(asked.filter(({ body }) => (body as { input: string }).input === "again").length).toBe(5);
    answer = () => flagged({ spam: true });
    clock.advance(30_001);
    expect(await screen("x")).toEqual(["spam"]);
    expect(await screen("x")).toEqual(["spam"]);
  });
});
