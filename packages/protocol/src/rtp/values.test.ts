import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { extensionNameOf, RTP_EXTENSION_URIS } from "./extension-uris.ts";
import * as values from "./extension-values.ts";
import { compactNtp, ntpFromUnixMicros, unixMicrosFromNtp } from "./ntp.ts";
import { isNewer, SequenceUnwrapper, sequenceDelta, TimestampUnwrapper, timestampDelta } from "./sequence.ts";

describe("extension values", () => {
  it("reads what it writes", () => {
    expect(values.readMid(values.writeSdesText("video0"))).toBe("video0");
    expect(values.readRid(values.writeSdesText("h"))).toBe("h");
    for (const level of [
      { voiceActivity: true, level: 0 },
      { voiceActivity: false, level: 127 },
    ]) {
      expect(values.readAudioLevel(values.writeAudioLevel(level))).toEqual(level);
    }
    expect(values.readTransportSequence(values.writeTransportSequence(0xfffe))).toBe(0xfffe);
    expect(values.readAbsSendTime(values.writeAbsSendTime(0xabcdef))).toBe(0xabcdef);
    for (const time of [
      { ntpSeconds: 0xffff_fffe, ntpFraction: 1 },
      { ntpSeconds: 3, ntpFraction: 0xffff_ffff, clockOffset: -5n },
    ]) {
      expect(values.readAbsCaptureTime(values.writeAbsCaptureTime(time))).toEqual(time);
    }
    for (const rotation of [0, 90, 180, 270] as const) {
      const orientation = { backCamera: rotation > 90, flip: rotation < 180, rotation };
      expect(values.readVideoOrientation(values.writeVideoOrientation(orientation))).toEqual(orientation);
    }
    const delay = { minMs: 100, maxMs: 40_950 };
    expect(values.readPlayoutDelay(values.writePlayoutDelay(delay))).toEqual(delay);
  });

  it("reads nothing from data of the wrong size", () => {
    const readers = [
      values.readMid,
      values.readAudioLevel,
      values.readTransportSequence,
      values.readAbsSendTime,
      values.readAbsCaptureTime,
      values.readVideoOrientation,
      values.readPlayoutDelay,
    ];
    for (const read of readers) expect(read(new Uint8Array(0))).toBeUndefined();
    expect(values.readAbsCaptureTime(new Uint8Array(9))).toBeUndefined();
    expect(values.readMid(Uint8Array.of(0x41, 0xff))).toBeUndefined();
    expect(() => values.writeSdesText("")).toThrow(RangeError);
    expect(() => values.writeSdesText("a b")).toThrow(RangeError);
  });

  it("counts send time in 2^-18 s, around after 64 s", () => {
    expect(values.absSendTimeOf(1_000_000)).toBe(1 << 18);
    expect(values.absSendTimeOf(64_000_000)).toBe(0);
    expect(values.absSendTimeOf(63_999_999)).toBe(0xff_ffff);
  });

  it("knows its URIs by name", () => {
    for (const [name, uri] of Object.entries(RTP_EXTENSION_URIS)) expect(extensionNameOf(uri)).toBe(name);
    expect(extensionNameOf("urn:other")).toBeUndefined();
    expect(extensionNameOf("constructor")).toBeUndefined();
  });
});

describe("sequence numbers", () => {
  it("compare modulo 2^16", () => {
    expect([isNewer(1, 0), isNewer(0, 1), isNewer(0, 0xffff), isNewer(5, 5), isNewer(0x8000, 0)]).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
    expect([sequenceDelta(2, 0xffff), sequenceDelta(0xffff, 2)]).toEqual([3, -3]);
    expect([timestampDelta(1, 0xffff_ffff), timestampDelta(0xffff_ffff, 1)]).toEqual([2, -2]);
  });

  it("unwrap over many rounds, whatever is lost or late", () => {
    const random = new SeededRandom(1);
    const sequences = new SequenceUnwrapper();
    const timestamps = new TimestampUnwrapper();
    expect([sequences.highest, timestamps.highest]).toEqual([undefined, undefined]);
    let true16 = 60_000;
    let true32 = 4_000_000_000;
    sequences.unwrap(true16);
    timestamps.unwrap(true32);
    for (let round = 0; round < 5000; round++) {
      true16 += random.integer(-100, 400);
      true32 += random.integer(-100_000, 10_000_000);
      expect(sequences.unwrap(true16 & 0xffff)).toBe(true16);
      expect(timestamps.unwrap(true32 % 2 ** 32)).toBe(true32);
    }
    expect(sequences.highest).toBeGreaterThan(65_536 * 5);
    expect(timestamps.highest).toBeGreaterThan(2 ** 33);
  });

  it("go below zero for what came before the first", () => {
    const unwrapper = new SequenceUnwrapper();
    unwrapper.unwrap(2);
    expect(unwrapper.unwrap(0xffff)).toBe(-1);
    expect(unwrapper.unwrap(3)).toBe(3);
  });
});

describe("NTP time", () => {
  it("goes there and back within a microsecond, in both eras", () => {
    for (const micros of [0, 1_700_000_000_123_456, 2_085_978_496_000_000, 2_500_000_000_999_999]) {
      expect(Math.abs(unixMicrosFromNtp(ntpFromUnixMicros(micros)) - micros)).toBeLessThanOrEqual(1);
    }
    expect(ntpFromUnixMicros(0)).toEqual({ ntpSeconds: 2_208_988_800, ntpFraction: 0 });
    expect(ntpFromUnixMicros(500_000).ntpFraction).toBe(0x8000_0000);
  });

  it("has a compact form", () => {
    expect(compactNtp({ ntpSeconds: 0x1234abcd, ntpFraction: 0xef015678 })).toBe(0xabcdef01);
  });
});
