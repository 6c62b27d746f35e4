import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { serializeRtp } from "../rtp/serialize-rtp.ts";
import { fromHex, SRTP_TEST_VECTORS, type SrtpPacketVector, toHex } from "../testing/srtp-vectors.ts";
import {
  aesCounterKeystream,
  deriveSrtpKeys,
  type SrtpSessionKeys,
  splitDtlsKeyingMaterial,
} from "./key-derivation.ts";
import { SRTP_PROFILES, type SrtpProfileName } from "./profile.ts";
import { SrtpSession } from "./srtp-session.ts";

const PROFILES = Object.keys(SRTP_PROFILES) as SrtpProfileName[];

function keysOf(vector: SrtpPacketVector): SrtpSessionKeys {
  if (vector.master !== undefined) {
    return deriveSrtpKeys(vector.profile, fromHex(vector.master.key), fromHex(vector.master.salt));
  }
  const { key, salt, authKey } = vector.session!;
  const keys = { key: fromHex(key), salt: fromHex(salt), authKey: fromHex(authKey) };
  return { profile: vector.profile, rtp: keys, rtcp: keys };
}

function pair(profile: SrtpProfileName): { sender: SrtpSession; receiver: SrtpSession } {
  const { keyBytes, saltBytes } = SRTP_PROFILES[profile];
  const material = new SeededRandom(1).bytes(2 * (keyBytes + saltBytes));
  const { client } = splitDtlsKeyingMaterial(profile, material);
  return { sender: new SrtpSession(client), receiver: new SrtpSession(client) };
}

function rtp(sequenceNumber: number, ssrc = 7): Uint8Array {
  return serializeRtp({
    payloadType: 96,
    sequenceNumber: sequenceNumber & 0xffff,
    timestamp: 1000,
    ssrc,
    extensions: [{ id: 1, data: Uint8Array.of(1, 2) }],
    payload: Uint8Array.of(1, 2, 3, 4, 5),
  });
}

describe("published vectors", () => {
  it("reproduces the key stream of RFC 3711 B.2", () => {
    const { key, blocks } = SRTP_TEST_VECTORS.keystream;
    for (const { counter, block } of blocks) {
      expect(toHex(aesCounterKeystream(fromHex(key), fromHex(counter), 16))).toBe(block);
    }
  });

  it("derives the session keys of RFC 3711 B.3", () => {
    const vector = SRTP_TEST_VECTORS.keyDerivation;
    const keys = deriveSrtpKeys(
      "AES128_CM_HMAC_SHA1_80",
      fromHex(vector.masterKey),
      fromHex(vector.masterSalt),
    );
    expect(toHex(keys.rtp.key)).toBe(vector.cipherKey);
    expect(toHex(keys.rtp.salt)).toBe(vector.cipherSalt);
    expect(toHex(keys.rtp.authKey)).toBe(vector.authKey);
  });

  it.each(SRTP_TEST_VECTORS.packets)("protects and unprotects: $name", (vector) => {
    const plain = fromHex(vector.plain);
    const wire = fromHex(vector.protected);
    const isRtp = vector.kind === "rtp";
    const options = isRtp ? { initialRoc: vector.index } : {};
    const sender = new SrtpSession(keysOf(vector), options);
    const receiver = new SrtpSession(keysOf(vector), options);
    const sealed = isRtp
      ? sender.protectRtp(plain)
      : sender.protectRtcp(plain, { index: vector.index, encrypted: vector.encrypted });
    expect(sealed.ok && toHex(sealed.value)).toBe(toHex(wire));
    const opened = isRtp ? receiver.unprotectRtp(wire) : receiver.unprotectRtcp(wire);
    expect(opened.ok && toHex(opened.value)).toBe(toHex(plain));
  });
});

describe.each(PROFILES)("%s", (profile) => {
  it("carries packets over many rollovers, also when some are lost or reordered", () => {
    const { sender, receiver } = pair(profile);
    let wires: Uint8Array[] = [];
    for (let sequence = 64_000; sequence < 64_000 + 3 * 65_536; sequence += 331) {
      const sealed = sender.protectRtp(rtp(sequence));
      if (!sealed.ok) throw new Error(sealed.error);
      wires.push(sealed.value);
      if (wires.length < 3) continue;
      for (const wire of wires.reverse()) expect(receiver.unprotectRtp(wire).ok).toBe(true);
      wires = [];
    }
  });

  it("refuses a packet that comes twice", () => {
    const { sender, receiver } = pair(profile);
    const sealed = sender.protectRtp(rtp(1));
    const control = sender.protectRtcp(fromHex("80c90001 00000007"));
    if (!sealed.ok || !control.ok) throw new Error("protect failed");
    expect(receiver.unprotectRtp(sealed.value).ok).toBe(true);
    expect(receiver.unprotectRtp(sealed.value)).toEqual({ ok: false, error: "replay" });
    expect(receiver.unprotectRtcp(control.value).ok).toBe(true);
    expect(receiver.unprotectRtcp(control.value)).toEqual({ ok: false, error: "replay" });
  });

  it("refuses a packet with any one bit changed, and still takes the true one", () => {
    const { sender, receiver } = pair(profile);
    const sealed = sender.protectRtp(rtp(5));
    if (!sealed.ok) throw new Error("protect failed");
    for (let bit = 0; bit < sealed.value.length * 8; bit++) {
      const forged = sealed.value.slice();
      forged[bit >> 3]! ^= 1 << (bit & 7);
      expect(receiver.unprotectRtp(forged).ok).toBe(false);
    }
    expect(receiver.unprotectRtp(sealed.value).ok).toBe(true);
  });

  it("keeps a bounded number of SSRCs", () => {
    const { keyBytes, saltBytes } = SRTP_PROFILES[profile];
    const keys = deriveSrtpKeys(profile, new Uint8Array(keyBytes), new Uint8Array(saltBytes));
    const sender = new SrtpSession(keys);
    const receiver = new SrtpSession(keys, { maxSsrcs: 2 });
    const results = [1, 2, 3, 1].map((ssrc, index) => {
      const sealed = sender.protectRtp(rtp(index, ssrc));
      return sealed.ok && receiver.unprotectRtp(sealed.value).ok;
    });
    expect(results).toEqual([true, true, false, true]);
  });

  it("survives any bytes", () => {
    const { receiver } = pair(profile);
    const random = new SeededRandom(2);
    for (let round = 0; round < 2000; round++) {
      const bytes = random.bytes(random.integer(0, 80));
      if (bytes.length > 0 && random.next() < 0.8) bytes[0] = 0x80 | (bytes[0]! & 0x3f);
      expect(receiver.unprotectRtp(bytes).ok).toBe(false);
      expect(receiver.unprotectRtcp(bytes).ok).toBe(false);
    }
  });
});
