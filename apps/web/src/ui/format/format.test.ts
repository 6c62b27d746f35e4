import { describe, expect, it } from "vitest";
import {
  formatBitrate,
  formatBytes,
  formatCount,
  formatLatency,
  formatShare,
  formatViewers,
} from "./numbers.ts";
import { formatAgo, formatDate, formatDuration, formatElapsed } from "./time.ts";

describe("numbers", () => {
  it("stay short", () => {
    expect(formatCount(0)).toBe("0");
    expect(formatCount(1_284)).toBe("1.3K");
    expect(formatViewers(1)).toBe("1 viewer");
    expect(formatViewers(2)).toBe("2 viewers");
  });
  it("change the unit before they grow a digit too many", () => {
    expect(formatBitrate(0)).toBe("0 kbit/s");
    expect(formatBitrate(640_400)).toBe("640 kbit/s");
    expect(formatBitrate(999_499)).toBe("999 kbit/s");
    expect(formatBitrate(999_500)).toBe("1.0 Mbit/s");
    expect(formatBitrate(3_900_000_000)).toBe("3.9 Gbit/s");
    expect(formatBytes(182_000_000)).toBe("182 MB");
    expect(formatBytes(2_500_000_000)).toBe("2.5 GB");
  });
  it("show latency in seconds with two digits while they matter", () => {
    expect(formatLatency(212)).toBe("0.21 s");
    expect(formatLatency(-3)).toBe("0.00 s");
    expect(formatLatency(12_400)).toBe("12 s");
  });
  it("show small shares exactly and never hide a loss", () => {
    expect(formatShare(0)).toBe("0 %");
    expect(formatShare(0.004)).toBe("0.4 %");
    expect(formatShare(0.12)).toBe("12 %");
  });
});

describe("times", () => {
  it("count up like a clock", () => {
    expect(formatElapsed(-5_000)).toBe("0:00");
    expect(formatElapsed(245_999)).toBe("4:05");
    expect(formatElapsed(3_723_000)).toBe("1:02:03");
  });
  it("tell a duration in words", () => {
    expect(formatDuration(45_000)).toBe("45 s");
    expect(formatDuration(12 * 60_000)).toBe("12 min");
    expect(formatDuration(3_600_000)).toBe("1 h");
    expect(formatDuration(80 * 60_000)).toBe("1 h 20 min");
  });
  it("name a day and its time", () => {
    const text = formatDate("2026-11-21T14:05:00Z", "UTC").replace(/\s/g, " ");
    expect(text).toBe("November 21, 2026 at 2:05 PM");
  });
  it("tell how long ago something was", () => {
    const now = Date.parse("2026-03-02T12:00:00Z");
    expect(formatAgo("2026-03-02T11:59:30Z", now)).toBe("just now");
    expect(formatAgo("2026-03-02T11:55:00Z", now)).toBe("5 minutes ago");
    expect(formatAgo("2026-03-01T11:00:00Z", now)).toBe("yesterday");
    expect(formatAgo("2026-03-02T12:10:00Z", now)).toBe("just now");
  });
});
