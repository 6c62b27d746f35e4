import { SeededRandom } from "@sameroom/base/testing";
import {
  deriveSrtpKeys,
  SRTP_PROFILES,
  type SrtpProfileName,
  SrtpSession,
  serializeRtp,
} from "@sameroom/protocol";
import { fromHex, SRTP_TEST_VECTORS, type SrtpPacketVector, toHex } from "@sameroom/protocol/testing";
import { describe, expect, it } from "vitest";
import { binding, type NativeSrtpEndpoint } from "./binding.ts";

const { SrtpEndpoint } = binding.testing;
const PROFILES: readonly SrtpProfileName[] = ["AEAD_AES_128_GCM", "AES128_CM_HMAC_SHA1_80"];
const numberOf = (profile: SrtpProfileName) => PROFILES.indexOf(profile) as 0 | 1;

function endpointOf(vector: SrtpPacketVector): NativeSrtpEndpoint {
  const { key, salt } = (vector.master ?? vector.session)!;
  return new SrtpEndpoint(
    numberOf(vector.profile),
    fromHex(key),
    fromHex(salt),
    vector.session === undefined ? undefined : new Uint8Array(0),
  );
}

function randomPacket(random: SeededRandom, sequenceNumber: number, ssrc = 0x1234_5678): Uint8Array {
  return serializeRtp({
    payloadType: 96,
    marker: random.next() < 0.5,
    sequenceNumber,
    timestamp: Math.floor(random.next() * 0xffff_ffff),
    ssrc,
    extensions: random.next() < 0.5 ? [] : [{ id: 3, data: random.bytes(2) }],
    payload: random.bytes(Math.floor(random.next() * 1200)),
  });
}

function randomRtcp(random: SeededRandom): Uint8Array {
  const words = 1 + Math.floor(random.next() * 20);
  const packet = random.bytes(4 + words * 4);
  packet.set([0x80, 201, words >> 8, words, 1, 2, 3, Math.floor(random.next() * 4)]);
  return packet;
}

function pairOf(profile: SrtpProfileName, random: SeededRandom) {
  const { keyBytes, saltBytes } = SRTP_PROFILES[profile];
  const key = random.bytes(keyBytes);
  const salt = random.bytes(saltBytes);
  const keys = deriveSrtpKeys(profile, key, salt);
  return {
    native: new SrtpEndpoint(numberOf(profile), key, salt),
    sender: new SrtpSession(keys),
    receiver: new SrtpSession(keys),
  };
}

describe("SRTP in the wire", () => {
  it.each(SRTP_TEST_VECTORS.packets)("reproduces $name", (vector) => {
    const plain = fromHex(vector.plain);
    const sealed = fromHex(vector.protected);
    const endpoint = endpointOf(vector);
    if (vector.kind === "rtp") {
      expect(toHex(endpoint.protectRtp(plain, vector.index, 0)!)).toBe(toHex(sealed));
      expect(toHex(endpoint.unprotectRtp(sealed) as Uint8Array)).toBe(toHex(plain));
      return;
    }
    // The wire itself always encrypts; it reads packets that are only authenticated.
    if (vector.encrypted) expect(toHex(endpoint.protectRtcp(plain, vector.index))).toBe(toHex(sealed));
    expect(toHex(endpoint.unprotectRtcp(sealed) as Uint8Array)).toBe(toHex(plain));
  });

  describe.each(PROFILES)("%s against the reference", (profile) => {
    it("gives the same bytes for random packets, across sequence number wraps, both ways", () => {
      const random = new SeededRandom(11);
      const { native, sender, receiver } = pairOf(profile, random);
      let index = 32_000;
      for (let count = 0; count < 200; count += 1) {
        index += 1 + Math.floor(random.next() * 1000);
        const packet = randomPacket(random, index & 0xffff);
        const sealed = native.protectRtp(packet, Math.floor(index / 65_536), 0)!;
        const reference = sender.protectRtp(packet);
        expect(reference).toEqual({ ok: true, value: sealed });
        expect(native.unprotectRtp(sealed)).toEqual(packet);
        expect(receiver.unprotectRtp(sealed)).toEqual({ ok: true, value: packet });
      }
      expect(index).toBeGreaterThan(65_536);
    });

    it("gives the same SRTCP bytes", () => {
      const random = new SeededRandom(12);
      const { native, sender, receiver } = pairOf(profile, random);
      for (let index = 1; index <= 200; index += 1) {
        const packet = randomRtcp(random);
        const sealed = native.protectRtcp(packet, index);
        expect(sender.protectRtcp(packet, { index })).toEqual({ ok: true, value: sealed });
        expect(receiver.unprotectRtcp(sealed)).toEqual({ ok: true, value: packet });
        expect(native.unprotectRtcp(sealed)).toEqual(packet);
      }
    });

    it("adds RTP padding that the reference takes off as padding", () => {
      const random = new SeededRandom(13);
      const { native, receiver } = pairOf(profile, random);
      const packet = randomPacket(random, 5);
      packet[0]! |= 0x20;
      const opened = receiver.unprotectRtp(native.protectRtp(packet, 0, 9)!);
      const padding = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 9);
      expect(opened).toEqual({ ok: true, value: Uint8Array.of(...packet, ...padding) });
    });

    it("refuses what was altered anywhere and what was seen before", () => {
      const random = new SeededRandom(14);
      const { native } = pairOf(profile, random);
      const packet = randomPacket(random, 77);
      const sealed = native.protectRtp(packet, 0, 0)!;
      for (let at = 12; at < sealed.length; at += 1) {
        const altered = sealed.slice();
        altered[at]! ^= 1 << (at % 8);
        expect(native.unprotectRtp(altered)).not.toBeInstanceOf(Uint8Array);
      }
      expect(native.unprotectRtp(sealed)).toEqual(packet);
      expect(native.unprotectRtp(sealed)).toBe("replayed");
    });

    it("accepts reordering of 1024 packets and refuses what is older than its window", () => {
      const random = new SeededRandom(15);
      const { native } = pairOf(profile, random);
      const sealed = (sequenceNumber: number) =>
        native.protectRtp(randomPacket(random, sequenceNumber), 0, 0)!;
      const late = sealed(10_000 - 1024);
      const tooLate = sealed(10_000 - 5000);
      expect(native.unprotectRtp(sealed(10_000))).toBeInstanceOf(Uint8Array);
      expect(native.unprotectRtp(late)).toBeInstanceOf(Uint8Array);
      expect(native.unprotectRtp(late)).toBe("replayed");
      expect(native.unprotectRtp(tooLate)).toBe("replayed");
    });

    it("survives random and cut bytes", () => {
      const random = new SeededRandom(16);
      const { native } = pairOf(profile, random);
      for (let count = 0; count < 3000; count += 1) {
        const bytes = random.bytes(Math.floor(random.next() * 80));
        if (bytes.length > 0) bytes[0] = 0x80 | (bytes[0]! & 0x3f);
        expect(native.unprotectRtp(bytes)).not.toBeInstanceOf(Uint8Array);
        expect(native.unprotectRtcp(bytes)).not.toBeInstanceOf(Uint8Array);
      }
    });
  });
});
