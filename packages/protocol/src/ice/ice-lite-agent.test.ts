import { encodeUtf8 } from "@sameroom/base";
import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { type BindingRequestOptions, createBindingRequest } from "./binding-request.ts";
import { HmacSha1 } from "./hmac-sha1.ts";
import { IceLiteAgent } from "./ice-lite-agent.ts";
import { parseStun } from "./parse-stun.ts";
import { serializeStun } from "./serialize-stun.ts";
import type { IceAnswer, StunMessage } from "./types.ts";
import { usernameOf } from "./username-of.ts";
import { verifyIntegrity } from "./verify-integrity.ts";

const PASSWORD = "agentPassword0123456789";
const FROM = "198.51.100.7:50000";
const random = new SeededRandom(1);

function newAgent(): IceLiteAgent {
  return new IceLiteAgent({ localUfrag: "agnt", localPassword: PASSWORD, remoteUfrag: "peer" });
}

function check(options: Partial<BindingRequestOptions> = {}): Uint8Array {
  return createBindingRequest({
    transactionId: random.bytes(12),
    localUfrag: "peer",
    remoteUfrag: "agnt",
    remotePassword: PASSWORD,
    ...options,
  });
}

function ask(
  agent: IceLiteAgent,
  datagram: Uint8Array,
  nowMs = 0,
  from = FROM,
): IceAnswer & { message: StunMessage } {
  const answer = agent.handleRequest(nowMs, parseStun(datagram)!, datagram, from);
  return { ...answer!, message: parseStun(answer!.response)! };
}

describe("IceLiteAgent", () => {
  it("answers a check with the address it came from, signed, in the same transaction", () => {
    const datagram = check();
    const answer = ask(newAgent(), datagram);
    expect(answer).toMatchObject({ validated: true, nominated: false, restarted: false });
    expect(answer.message).toMatchObject({
      class: "success",
      transactionId: parseStun(datagram)!.transactionId,
      attributes: { xorMappedAddress: FROM },
      fingerprint: true,
    });
    const key = new HmacSha1(encodeUtf8(PASSWORD));
    expect(verifyIntegrity(answer.response, answer.message, key)).toBe(true);
  });

  it("remembers the nominated address, and a later one when the peer moves", () => {
    const agent = newAgent();
    expect(ask(agent, check()).nominated).toBe(false);
    expect(agent.selectedAddress).toBeUndefined();
    expect(ask(agent, check({ useCandidate: true })).nominated).toBe(true);
    expect(agent.selectedAddress).toBe(FROM);
    ask(agent, check({ useCandidate: true }), 1, "[2001:db8::7]:50001");
    expect(agent.selectedAddress).toBe("[2001:db8::7]:50001");
  });

  it("takes a connection's far end for an address, and tells it as what it is", () => {
    const agent = newAgent();
    const answer = ask(agent, check({ useCandidate: true }), 1, "tcp:[2001:db8::7]:50001");
    expect(answer.message.attributes.xorMappedAddress).toBe("[2001:db8::7]:50001");
    expect(agent.selectedAddress).toBe("tcp:[2001:db8::7]:50001");
  });

  it("goes from new to connected, disconnected and failed, and back when consent returns", () => {
    const agent = newAgent();
    expect(agent.state(0)).toBe("new");
    ask(agent, check({ remotePassword: "wrong" }), 10);
    expect(agent.state(10)).toBe("checking");
    ask(agent, check(), 100);
    expect([5099, 5100, 30_099, 30_100].map((nowMs) => agent.state(nowMs))).toEqual([
      "connected",
      "disconnected",
      "disconnected",
      "failed",
    ]);
    ask(agent, check(), 40_000);
    expect(agent.state(40_001)).toBe("connected");
  });

  it.each([
    ["no credentials", serializeStun({ class: "request", transactionId: random.bytes(12) }), 400],
    ["a wrong password", check({ remotePassword: "someOtherPassword" }), 401],
    ["another agent's ufrag", check({ remoteUfrag: "other" }), 401],
    ["a wrong peer ufrag", check({ localUfrag: "stranger" }), 401],
    ["the controlled role", check({ controlled: 5n }), 487],
  ])("refuses %s and learns nothing from it", (_what, datagram, code) => {
    const agent = newAgent();
    const answer = ask(agent, datagram);
    expect(answer).toMatchObject({ validated: false, nominated: false, errorCode: code });
    expect(answer.message).toMatchObject({ class: "error", attributes: { errorCode: { code } } });
    expect(agent.state(0)).toBe("checking");
  });

  it("names the attributes it does not understand", () => {
    const plain = parseStun(check())!;
    // REALM, retyped to a comprehension-required type nobody knows.
    const bytes = serializeStun(
      {
        class: "request",
        transactionId: plain.transactionId,
        attributes: { username: "agnt:peer", realm: "abcd" },
      },
      { fingerprint: false },
    );
    bytes[20 + 4 + 12] = 0x70;
    bytes[20 + 4 + 12 + 1] = 0x01;
    const mac = new HmacSha1(encodeUtf8(PASSWORD));
    const signed = new Uint8Array(bytes.length + 24);
    signed.set(bytes);
    signed[3] = bytes.length + 24 - 20;
    signed.set([0, 8, 0, 20], bytes.length);
    signed.set(mac.digest(signed.subarray(0, bytes.length)), bytes.length + 4);
    const answer = ask(newAgent(), signed);
    expect(answer.errorCode).toBe(420);
    expect(answer.message.attributes.unknownAttributes).toEqual([0x7001]);
  });

  it("does not answer indications, responses or other methods", () => {
    const agent = newAgent();
    for (const message of [
      { class: "indication", method: 1 },
      { class: "success", method: 1 },
      { class: "request", method: 3 },
    ] as const) {
      const datagram = serializeStun({ ...message, transactionId: random.bytes(12) });
      expect(agent.handleRequest(0, parseStun(datagram)!, datagram, FROM)).toBeUndefined();
    }
    expect(agent.state(0)).toBe("new");
  });

  it("keeps answering the old credentials through a restart, until the new ones are used", () => {
    const agent = newAgent();
    ask(agent, check({ useCandidate: true }));
    const fresh = { localUfrag: "agn2", localPassword: "newPassword0123456789ab", remoteUfrag: "per2" };
    agent.restart(fresh);
    expect(agent.localUfrags).toEqual(["agn2", "agnt"]);
    expect(ask(agent, check({ useCandidate: true }), 5)).toMatchObject({ validated: true, nominated: false });
    const renewed = {
      localUfrag: "per2",
      remoteUfrag: "agn2",
      remotePassword: fresh.localPassword,
      useCandidate: true,
    };
    expect(ask(agent, check(renewed), 10)).toMatchObject({
      validated: true,
      nominated: true,
      restarted: true,
    });
    expect(agent.localUfrags).toEqual(["agn2"]);
    expect(ask(agent, check(renewed), 11).restarted).toBe(false);
    expect(ask(agent, check(), 12).errorCode).toBe(401);
  });

  it("answers the credentials in use even when two restarts follow each other", () => {
    const agent = newAgent();
    agent.restart({ localUfrag: "two2", localPassword: PASSWORD, remoteUfrag: "peer" });
    agent.restart({ localUfrag: "tri3", localPassword: PASSWORD, remoteUfrag: "peer" });
    expect(agent.localUfrags).toEqual(["tri3", "agnt"]);
    expect(ask(agent, check()).validated).toBe(true);
    expect(ask(agent, check({ remoteUfrag: "two2" })).errorCode).toBe(401);
  });
});

describe("usernameOf", () => {
  it("finds the receiver's ufrag without reading the rest", () => {
    expect(usernameOf(check())).toBe("agnt");
    expect(usernameOf(serializeStun({ class: "request", transactionId: random.bytes(12) }))).toBeUndefined();
  });

  it("survives any bytes, and finds nothing in truncated checks", () => {
    const datagram = check();
    for (let length = 0; length < 33; length++)
      expect(usernameOf(datagram.subarray(0, length))).toBeUndefined();
    for (let round = 0; round < 2000; round++) usernameOf(random.bytes(random.integer(0, 100)));
  });
});
