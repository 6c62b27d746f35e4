import { problem } from "@sameroom/contract";
import { describe, expect, it } from "vitest";
import type { ClientFailure } from "../types.ts";
import { Failover } from "./failover.ts";

const failure = (code: string, more: Partial<ClientFailure> = {}): ClientFailure => {
  return { code, message: code, retrying: true, ...more };
};
const LOST = failure("media.connection_failed");

describe("leaving WebRTC", () => {
  it("takes two failed connections without a picture between them", () => {
    const failover = new Failover(() => 0.5);
    expect(failover.take(LOST, false)).toBeUndefined();
    failover.flows(1000);
    expect(failover.take(LOST, false)).toBeUndefined();
    expect(failover.take(LOST, false)).toBe("blocked");
  });

  it("does not help where the server itself is away, unless LL-HLS comes from another", () => {
    const away = failure("network.unreachable");
    const failover = new Failover(() => 0.5);
    for (let time = 0; time < 5; time++) expect(failover.take(away, false)).toBeUndefined();
    expect(failover.take(away, true)).toBeUndefined();
    expect(failover.take(away, true)).toBe("blocked");
  });

  it("is at once when the worker is full or the codec cannot be played, and never when access is refused", () => {
    const failover = new Failover(() => 0.5);
    const full = problem("media.full");
    expect(failover.take(failure("media.full", { problem: full }), false)).toBe("full");
    expect(failover.take(failure("media.codec_unsupported"), false)).toBe("codec");
    expect(failover.take(failure("media.no_common_codec", { retrying: false }), false)).toBe("codec");
    const refused = failure("auth.forbidden", { problem: problem("auth.forbidden"), retrying: false });
    for (let time = 0; time < 3; time++) expect(failover.take(refused, false)).toBeUndefined();
  });
});

describe("trying WebRTC again", () => {
  it("pauses 30 s, then longer and longer, five minutes at most, each spread by a quarter", () => {
    const failover = new Failover(() => 0.5);
    const pauses = Array.from({ length: 6 }, () => failover.nextPauseMs("blocked"));
    expect(pauses).toEqual([30_000, 60_000, 120_000, 240_000, 300_000, 300_000]);
    expect(new Failover(() => 0).nextPauseMs("blocked")).toBe(22_500);
    expect(new Failover(() => 0.999_999).nextPauseMs("blocked")).toBeCloseTo(37_500, 0);
  });

  it("begins with short pauses again after a good minute, not after a short glimpse", () => {
    const failover = new Failover(() => 0.5);
    failover.nextPauseMs("blocked");
    failover.flows(0);
    failover.stops(5000);
    expect(failover.nextPauseMs("blocked")).toBe(60_000);
    failover.flows(100_000);
    failover.stops(161_000);
    expect(failover.nextPauseMs("blocked")).toBe(30_000);
  });

  it("makes no sense where it was not asked for, and is rare where the server prefers LL-HLS", () => {
    const failover = new Failover(() => 0.5);
    expect(failover.nextPauseMs("chosen")).toBeUndefined();
    expect(failover.nextPauseMs("unsupported")).toBeUndefined();
    expect(failover.nextPauseMs("past")).toBeUndefined();
    expect(failover.nextPauseMs("preferred")).toBe(300_000);
    expect(failover.nextPauseMs("codec")).toBe(300_000);
  });
});
