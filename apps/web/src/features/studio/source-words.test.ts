import { describe, expect, it } from "vitest";
import { bridgeWords, codecWords, sourceName } from "./source-words.ts";

describe("what is on air", () => {
  it("is named by how it comes", () => {
    expect(sourceName({ protocol: "rtmp" })).toBe("Encoder, RTMP");
    expect(sourceName({ protocol: "whip" })).toBe("Another device, WebRTC");
  });

  it("says what it sends", () => {
    expect(codecWords({ video: { codec: "hevc", layers: 1 }, audio: { codec: "aac" } })).toBe(
      "HEVC picture, AAC sound.",
    );
    expect(codecWords({ video: null, audio: { codec: "opus" } })).toBe("No picture, Opus sound.");
  });
});

describe("what is made of an encoder's stream", () => {
  it("is said with its reason", () => {
    expect(bridgeWords({ audio: null, video: null, cpuMsPerSecond: 0 })).toBeNull();
    expect(bridgeWords({ audio: { from: "aac" }, video: null, cpuMsPerSecond: 20 })).toBe(
      "For live viewers the server makes Opus of the AAC sound.",
    );
    expect(
      bridgeWords({ audio: { from: "aac" }, video: { from: "hevc", why: "codec" }, cpuMsPerSecond: 400 }),
    ).toContain("and encodes the HEVC picture anew, because browsers cannot play it live");
  });
});
