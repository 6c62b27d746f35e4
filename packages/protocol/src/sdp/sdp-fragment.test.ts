import { describe, expect, it } from "vitest";
import { parseSdpFragment, serializeSdpFragment } from "./sdp-fragment.ts";

const RESTART = `a=ice-ufrag:ysXw
a=ice-pwd:vw5LmwG4y/e6dPP/zAP9Gp5k
m=audio 9 UDP/TLS/RTP/SAVPF 111
a=mid:0
a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1
a=candidate:3471623853 1 udp 2122194687 7c7d3a9c-1b2e-4a53-9a11-0b5a3b2d1e0f.local 61765 typ host
a=candidate:broken
a=end-of-candidates
`;

describe("SDP fragments", () => {
  it("reads credentials, candidates and their end (RFC 9725 section 4.3.3)", () => {
    const fragment = parseSdpFragment(RESTART.replaceAll("\n", "\r\n"));
    expect(fragment).toEqual(parseSdpFragment(RESTART));
    expect(fragment.ok && fragment.value).toMatchObject({
      ice: { ufrag: "ysXw", password: "vw5LmwG4y/e6dPP/zAP9Gp5k" },
      endOfCandidates: true,
      mids: ["0"],
    });
    expect(fragment.ok && fragment.value.candidates.map((candidate) => candidate.address)).toEqual([
      "192.0.2.1",
      "7c7d3a9c-1b2e-4a53-9a11-0b5a3b2d1e0f.local",
    ]);
  });

  it("reads what it writes", () => {
    const local = {
      iceUfrag: "abcd",
      icePassword: "p".repeat(24),
      candidates: [
        { address: "192.0.2.9", port: 8082 },
        { address: "2001:db8::9", port: 8082 },
        { address: "192.0.2.9", port: 8082, transport: "tcp" as const },
      ],
    };
    const text = serializeSdpFragment(local, { kind: "video", mid: "v" });
    const fragment = parseSdpFragment(text);
    expect(fragment.ok && fragment.value).toMatchObject({
      ice: { ufrag: "abcd", password: "p".repeat(24) },
      endOfCandidates: true,
      mids: ["v"],
    });
    expect(fragment.ok && fragment.value.candidates.map(({ address, port }) => [address, port])).toEqual([
      ["192.0.2.9", 8082],
      ["2001:db8::9", 8082],
      ["192.0.2.9", 8082],
    ]);
    expect(fragment.ok && fragment.value.candidates.at(-1)).toMatchObject({
      transport: "tcp",
      tcpType: "passive",
    });
    expect(serializeSdpFragment(local, { kind: "audio", mid: "" })).not.toContain("a=mid");
  });

  it.each([
    ["nothing", ""],
    ["half of the credentials", "a=ice-ufrag:abcd\n"],
    ["a malformed password", "a=ice-ufrag:abcd\na=ice-pwd:x\n"],
    ["something else", "m=audio 9 UDP/TLS/RTP/SAVPF 0\na=mid:0\n"],
    ["no SDP", '{"candidate":""}'],
    ["too much", "a=x\n".repeat(20_000)],
  ])("refuses %s", (_what, text) => {
    expect(parseSdpFragment(text)).toMatchObject({ ok: false, error: { code: "sdp.bad_fragment" } });
  });
});
