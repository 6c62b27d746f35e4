import { formatIpAddress, parseIpAddress } from "@sameroom/base";
import { SeededRandom } from "@sameroom/base/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  candidatePriority,
  formatCandidate,
  hostCandidates,
  type IceCandidate,
  parseCandidate,
} from "./candidate.ts";
import { formatTransportAddress, parseTransportAddress } from "./transport-address.ts";

describe("transport addresses", () => {
  it("takes both families apart and puts them together", () => {
    expect(parseTransportAddress("192.0.2.1:5004")).toEqual({
      address: "192.0.2.1",
      port: 5004,
      family: 4,
      transport: "udp",
    });
    expect(parseTransportAddress("tcp:192.0.2.1:5004")).toMatchObject({ port: 5004, transport: "tcp" });
    expect(parseTransportAddress("tcp:[2001:db8::1]:5004")).toMatchObject({ family: 6, transport: "tcp" });
    expect(parseTransportAddress("[2001:db8::1]:65535")).toEqual({
      address: "2001:db8::1",
      port: 65_535,
      family: 6,
      transport: "udp",
    });
    expect(formatTransportAddress("192.0.2.1", 1)).toBe("192.0.2.1:1");
    expect(formatTransportAddress("::1", 1)).toBe("[::1]:1");
  });

  it.each([
    "",
    "192.0.2.1",
    "192.0.2.1:65536",
    "[192.0.2.1]:5",
    "::1:5",
    "[::1]",
    "256.0.0.1:5",
    "1.2.3:4",
    "[::1::2]:5",
    "tcp:192.0.2.1",
    "tcp:tcp:192.0.2.1:5",
    "tls:192.0.2.1:5",
  ])("refuses %j", (text) => {
    expect(parseTransportAddress(text)).toBeUndefined();
  });

  it("writes IPv6 in its canonical form (RFC 5952)", () => {
    const canonical: Record<string, string> = {
      "2001:0DB8:0:0:0:0:0:1": "2001:db8::1",
      "0:0:0:0:0:0:0:0": "::",
      "1:0:0:2:0:0:0:3": "1:0:0:2::3",
      "1:0:2:3:4:5:6:7": "1:0:2:3:4:5:6:7",
      "::ffff:192.0.2.1": "::ffff:c000:201",
      "fe80::": "fe80::",
    };
    for (const [text, expected] of Object.entries(canonical))
      expect(formatIpAddress(parseIpAddress(text)!)).toBe(expected);
  });

  it("reads what it writes, for any address bytes", () => {
    const random = new SeededRandom(5);
    for (let round = 0; round < 1000; round++) {
      const bytes = random.bytes(random.pick([4, 16])).map((byte) => (random.next() < 0.5 ? 0 : byte));
      expect(parseIpAddress(formatIpAddress(bytes))).toEqual(bytes);
    }
  });

  it("survives any text", () => {
    const text = fc.string({ unit: fc.constantFrom(..."0123456789abcdef:.[]%gtcp"), maxLength: 60 });
    fc.assert(
      fc.property(text, (given) => {
        parseIpAddress(given);
        parseTransportAddress(given);
      }),
      { seed: 3, numRuns: 3000 },
    );
  });
});

describe("candidates", () => {
  it("announces each address, the first preferred", () => {
    expect(
      hostCandidates([
        { address: "192.0.2.1", port: 8082 },
        { address: "2001:db8::1", port: 8082 },
      ]).map(formatCandidate),
    ).toEqual([
      "candidate:1 1 udp 2130706431 192.0.2.1 8082 typ host",
      "candidate:2 1 udp 2130706175 2001:db8::1 8082 typ host",
    ]);
  });

  it("waits for TCP at the same addresses, less preferred than any UDP (RFC 6544 section 4.2)", () => {
    const addresses = Array.from({ length: 40 }, (_, index) => ({ address: `192.0.2.${index}`, port: 8082 }));
    const all = hostCandidates([
      ...addresses,
      ...addresses.map((each) => ({ ...each, transport: "tcp" as const })),
    ]);
    expect(all.slice(40, 42).map(formatCandidate)).toEqual([
      "candidate:41 1 tcp 1520435199 192.0.2.0 8082 typ host tcptype passive",
      "candidate:42 1 tcp 1520434943 192.0.2.1 8082 typ host tcptype passive",
    ]);
    const priorities = all.map(({ priority }) => priority);
    expect(priorities).toEqual([...priorities].sort((a, b) => b - a));
    expect(new Set(priorities).size).toBe(80);
    expect(new Set(all.map(({ foundation }) => foundation)).size).toBe(80);
    expect(priorities.at(-1)).toBeGreaterThan(candidatePriority("relay", 65_535));
    for (const candidate of all) expect(parseCandidate(formatCandidate(candidate))).toEqual(candidate);
  });

  it("reads what browsers send", () => {
    const candidate = parseCandidate(
      "a=candidate:842163049 1 udp 1677729535 203.0.113.9 46154 typ srflx raddr 10.0.0.2 rport 46154 generation 0 ufrag EEtu network-id 3 network-cost 10",
    );
    expect(candidate).toEqual({
      foundation: "842163049",
      component: 1,
      transport: "udp",
      priority: 1_677_729_535,
      address: "203.0.113.9",
      port: 46_154,
      type: "srflx",
      relatedAddress: "10.0.0.2",
      relatedPort: 46_154,
    });
    expect(parseCandidate("candidate:1 1 TCP 1518280447 192.0.2.1 9 typ host tcptype active")).toMatchObject({
      transport: "tcp",
      tcpType: "active",
    });
    expect(
      parseCandidate(
        "a=candidate:9 1 tcp 1015021823 2001:db8::2 9 typ host tcptype active generation 0 network-id 1 network-cost 50",
      ),
    ).toMatchObject({ transport: "tcp", tcpType: "active", port: 9 });
    expect(parseCandidate("candidate:0 1 udp 1 4f3c1f2e-0000.local 9 typ host")?.address).toBe(
      "4f3c1f2e-0000.local",
    );
  });

  it.each([
    "",
    "candidate:",
    "candidate:1 1 udp 1 192.0.2.1 70000 typ host",
    "candidate:1 0 udp 1 192.0.2.1 7 typ host",
    "candidate:1 1 udp 99999999999 192.0.2.1 7 typ host",
    "candidate:1 1 sctp 1 192.0.2.1 7 typ host",
    "candidate:1 1 udp 1 192.0.2.1 7 typ other",
    "candidate:1 1 udp 1 <script> 7 typ host",
    "candidate:1 1 udp 1 192.0.2.1 7 typ srflx raddr <x> rport 1",
    "candidate:1 1 udp 1 192.0.2.1 7 typ srflx raddr 1.1.1.1 rport 99999",
    "candidate:1 1 tcp 1 192.0.2.1 7 typ host tcptype sideways",
    `candidate:1 1 udp 1 192.0.2.1 7 typ host${" a b".repeat(300)}`,
  ])("refuses %j", (line) => {
    expect(parseCandidate(line)).toBeUndefined();
  });

  it("reads what it writes", () => {
    const arbitrary: fc.Arbitrary<IceCandidate> = fc.record(
      {
        foundation: fc.stringMatching(/^[A-Za-z0-9+/]{1,32}$/),
        component: fc.integer({ min: 1, max: 256 }),
        transport: fc.constantFrom("udp", "tcp"),
        priority: fc.nat(0xffff_ffff),
        address: fc.ipV4(),
        port: fc.nat(65_535),
        type: fc.constantFrom("host", "srflx", "prflx", "relay"),
        tcpType: fc.constantFrom("active", "passive", "so"),
      },
      { requiredKeys: ["foundation", "component", "transport", "priority", "address", "port", "type"] },
    ) as fc.Arbitrary<IceCandidate>;
    fc.assert(
      fc.property(arbitrary, (candidate) => {
        expect(parseCandidate(formatCandidate(candidate))).toEqual(candidate);
      }),
      { seed: 4, numRuns: 300 },
    );
  });
});
