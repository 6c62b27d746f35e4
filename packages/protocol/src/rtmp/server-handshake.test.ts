import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { RtmpServerHandshake } from "./server-handshake.ts";

const PART = 1536;
const CLIENT = Uint8Array.from(Buffer.from("Genuine Adobe Flash Player 001"));
const SERVER = Uint8Array.from(Buffer.from("Genuine Adobe Flash Media Server 001"));

const sum = (bytes: Uint8Array, at: number) => bytes[at]! + bytes[at + 1]! + bytes[at + 2]! + bytes[at + 3]!;
const placeOf = (bytes: Uint8Array, layout: 8 | 772) => (sum(bytes, layout) % 728) + layout + 4;
const digest = (bytes: Uint8Array, at: number, key: Uint8Array) =>
  hmac(sha256, key, Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 32)]));

function begin(prepare: (c1: Uint8Array) => void): Uint8Array {
  const bytes = Uint8Array.of(3, ...new SeededRandom(7).bytes(PART));
  prepare(bytes.subarray(1));
  return bytes;
}

describe("the handshake", () => {
  it("of a client without digest is an echo, and takes what comes in pieces", () => {
    const handshake = new RtmpServerHandshake(new SeededRandom(1));
    const start = begin((c1) => c1.fill(0, 4, 8));
    expect(handshake.take(start.subarray(0, 700))).toEqual({ taken: 700, answer: undefined });
    const { answer } = handshake.take(start.subarray(700));
    expect(answer).toHaveLength(1 + 2 * PART);
    expect(answer![0]).toBe(3);
    expect(answer!.subarray(5, 9)).toEqual(new Uint8Array(4));
    expect(answer!.subarray(1 + PART)).toEqual(start.subarray(1));
    expect(handshake.isDone).toBe(false);
    // What follows belongs to the messages.
    expect(handshake.take(new Uint8Array(PART + 20))).toEqual({ taken: PART, answer: undefined });
    expect(handshake.isDone).toBe(true);
  });

  it.each([8, 772] as const)("of a client with a digest in layout %i is signed as Flash does", (layout) => {
    const start = begin((c1) => {
      const at = placeOf(c1, layout);
      c1.set(digest(c1, at, CLIENT), at);
    });
    const { answer } = new RtmpServerHandshake(new SeededRandom(2)).take(start);
    const [s1, s2] = [answer!.subarray(1, 1 + PART), answer!.subarray(1 + PART)];
    const at = placeOf(s1, layout);
    expect(s1.subarray(at, at + 32)).toEqual(digest(s1, at, SERVER));
    expect(s1[4]).toBeGreaterThanOrEqual(3);
    expect(s2).not.toEqual(start.subarray(1));
  });

  it("with something else is none, and says with what", () => {
    const take = (first: number) => () =>
      new RtmpServerHandshake(new SeededRandom(3)).take(Uint8Array.of(first));
    expect(take(0x16)).toThrow("TLS");
    expect(take(0x47)).toThrow("not RTMP");
    expect(take(6)).toThrow("not RTMP");
  });
});
