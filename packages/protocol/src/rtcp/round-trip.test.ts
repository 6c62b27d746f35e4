import { describe, expect, it } from "vitest";
import { compactNtp, ntpFromUnixMicros } from "../rtp/ntp.ts";
import { roundTripMs } from "./round-trip.ts";

const SENT_MICROS = 1_790_000_000_000_000;
const last = compactNtp(ntpFromUnixMicros(SENT_MICROS));
const ticks = (ms: number) => Math.round((ms * 65_536) / 1000);

describe("the round trip by an echo", () => {
  it("is the time since our stamp less what the peer held it", () => {
    expect(roundTripMs({ last, delay: ticks(300) }, SENT_MICROS + 350_000)).toBeCloseTo(50, 0);
  });

  it("is none before the peer has heard of us", () => {
    expect(roundTripMs({ last: 0, delay: 0 }, SENT_MICROS)).toBeUndefined();
  });

  it("is never below zero, whatever the peer's clock does", () => {
    expect(roundTripMs({ last, delay: ticks(400) }, SENT_MICROS + 350_000)).toBe(0);
  });

  it("is not believed beyond ten seconds", () => {
    expect(roundTripMs({ last, delay: 0 }, SENT_MICROS + 11_000_000)).toBeUndefined();
  });
});
