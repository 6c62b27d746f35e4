import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  type IceServerPlan,
  iceServerEnvironment,
  iceServerLinks,
  iceServersFor,
  planIceServers,
  TURN_CREDENTIAL_TTL_S,
} from "./ice-servers.ts";

const schema = z.object(iceServerEnvironment);
const files: Record<string, string> = { "/secret": " hush \n", "/password": "pass\n", "/empty": "\n" };
const read = (file: string) => {
  const text = files[file];
  if (text === undefined) throw new Error(`${file}: no such file`);
  return text;
};
const hmacSha1 = (key: string, text: string) => createHmac("sha1", key).update(text).digest("base64");
const bearer = { participant: "guest:ada", nowUnixS: 1_700_000_000.7, hmacSha1 };

function planOf(variables: Record<string, string>): { plan: IceServerPlan; faults: string[] } {
  const faults: string[] = [];
  return { plan: planIceServers(schema.parse(variables), read, faults), faults };
}

describe("the environment", () => {
  test.each([
    "stun:stun.example.org",
    "turn:turn.example.org:3478, turns:turn.example.org:443?transport=tcp",
    "turn:[2001:db8::1]:3478?transport=udp",
  ])("%s is a list of servers", (urls) => {
    expect(schema.safeParse({ SAMEROOM_ICE_SERVERS: urls }).success).toBe(true);
  });

  test.each([
    "http://turn.example.org",
    "turn:",
    "turn:a b",
    "turn:a?transport=sctp",
    "stun:a?transport=udp",
  ])("%s is refused", (urls) => {
    expect(schema.safeParse({ SAMEROOM_ICE_SERVERS: urls }).success).toBe(false);
  });

  test("nothing said: no servers, no faults", () => {
    expect(planOf({})).toEqual({ plan: { urls: [], credential: { kind: "none" } }, faults: [] });
  });

  test("a shared secret comes before a fixed login", () => {
    const { plan, faults } = planOf({
      SAMEROOM_ICE_SERVERS: "turn:t",
      SAMEROOM_TURN_SECRET_FILE: "/secret",
      SAMEROOM_TURN_USERNAME: "u",
      SAMEROOM_TURN_PASSWORD_FILE: "/password",
    });
    expect(faults).toEqual([]);
    expect(plan.credential).toEqual({ kind: "time-limited", secret: "hush" });
  });

  test.each([
    [{ SAMEROOM_ICE_SERVERS: "turn:t" }, /TURN server needs/],
    [{ SAMEROOM_ICE_SERVERS: "turn:t", SAMEROOM_TURN_USERNAME: "u" }, /TURN server needs/],
    [{ SAMEROOM_TURN_SECRET_FILE: "/gone" }, /^SAMEROOM_TURN_SECRET_FILE: .*no such file/],
    [{ SAMEROOM_TURN_SECRET_FILE: "/empty" }, /empty/],
  ])("%j has a fault", (variables, fault) => {
    expect(planOf(variables as Record<string, string>).faults).toEqual([expect.stringMatching(fault)]);
  });
});

describe("what a client gets", () => {
  test("time-limited credentials: expiry and name, signed as coturn checks it", () => {
    const { plan } = planOf({
      SAMEROOM_ICE_SERVERS: "stun:s,turn:t,turns:t",
      SAMEROOM_TURN_SECRET_FILE: "/secret",
    });
    const username = `${1_700_000_000 + TURN_CREDENTIAL_TTL_S}:guest:ada`;
    expect(iceServersFor(plan, bearer)).toEqual([
      { urls: ["stun:s"] },
      { urls: ["turn:t", "turns:t"], username, credential: hmacSha1("hush", username) },
    ]);
  });

  test("a fixed login as it is", () => {
    const { plan } = planOf({
      SAMEROOM_ICE_SERVERS: "turn:t",
      SAMEROOM_TURN_USERNAME: "u",
      SAMEROOM_TURN_PASSWORD_FILE: "/password",
    });
    expect(iceServersFor(plan, bearer)).toEqual([{ urls: ["turn:t"], username: "u", credential: "pass" }]);
  });

  test("as Link headers, quotes escaped", () => {
    expect(
      iceServerLinks([{ urls: ["stun:s"] }, { urls: ["turn:t"], username: 'a"b', credential: "c\\d" }]),
    ).toEqual([
      '<stun:s>; rel="ice-server"',
      '<turn:t>; rel="ice-server"; username="a\\"b"; credential="c\\\\d"; credential-type="password"',
    ]);
  });
});
