import { SeededRandom } from "@sameroom/base/testing";
import { describe, expect, it } from "vitest";
import { answerWithFragment, fragmentOf } from "./sdp-fragment.ts";

const answer = [
  "v=0",
  "a=group:BUNDLE 0 1",
  "m=video 9 UDP/TLS/RTP/SAVPF 96",
  "a=mid:0",
  "a=ice-ufrag:old",
  "a=ice-pwd:oldpassword",
  "a=candidate:1 1 udp 1 127.0.0.1 8082 typ host",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "a=mid:1",
  "a=ice-ufrag:old",
  "a=ice-pwd:oldpassword",
  "",
].join("\r\n");

describe("SDP fragments", () => {
  it("carry the new credentials and name the first section", () => {
    expect(fragmentOf(answer)).toBe(
      "a=ice-ufrag:old\r\na=ice-pwd:oldpassword\r\nm=video 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n",
    );
  });

  it("replace the credentials of every section of an answer and nothing else", () => {
    const renewed = answerWithFragment(answer, "a=ice-ufrag:n+/w\r\na=ice-pwd:n+/wpass\r\n");
    expect(renewed).toBe(answer.replaceAll(":oldpassword", ":n+/wpass").replaceAll(":old\r", ":n+/w\r"));
  });

  it("do without carriage returns", () => {
    const renewed = answerWithFragment(answer.replaceAll("\r", ""), "a=ice-ufrag:n\na=ice-pwd:p\n");
    expect(renewed?.match(/^a=ice-(?:ufrag:n|pwd:p)$/gm)).toHaveLength(4);
  });

  it("are refused without credentials, and survive whatever comes", () => {
    expect(answerWithFragment(answer, "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n")).toBeUndefined();
    const random = new SeededRandom(5);
    const parts = ["a=ice-ufrag:", "a=ice-pwd:", "x", "$&", "\r\n", "\n", "m=", "a=mid:", "\\", "\u0000"];
    for (let round = 0; round < 2000; round++) {
      const text = Array.from({ length: random.integer(0, 12) }, () => random.pick(parts)).join("");
      const renewed = answerWithFragment(answer, text);
      expect(renewed === undefined || renewed.split("\n").length === answer.split("\n").length).toBe(true);
      expect(fragmentOf(text)).toContain("a=ice-ufrag:");
    }
  });
});
