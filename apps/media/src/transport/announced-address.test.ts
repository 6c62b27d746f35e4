import { describe, expect, it } from "vitest";
import { hostAddresses, resolveAnnounced } from "./announced-address.ts";

describe("announced addresses", () => {
  it("are taken as they are, names by all their addresses, each once", async () => {
    const resolved = await resolveAnnounced([
      { host: "203.0.113.5", port: 9082 },
      { host: "2001:db8::1", port: undefined },
      { host: "localhost", port: undefined },
      { host: "127.0.0.1", port: undefined },
    ]);
    expect(resolved.slice(0, 3)).toEqual([
      { address: "203.0.113.5", port: 9082 },
      { address: "2001:db8::1", port: undefined },
      { address: "127.0.0.1", port: undefined },
    ]);
    expect(resolved.filter(({ address }) => address === "127.0.0.1")).toHaveLength(1);
  });

  it("are refused by name when they cannot be resolved", async () => {
    await expect(resolveAnnounced([{ host: "no-such-host.invalid", port: undefined }])).rejects.toThrow(
      /SAMEROOM_ANNOUNCE: "no-such-host\.invalid" cannot be resolved/,
    );
  });

  it("become candidates by UDP and by TCP, with the wire's port where none is mapped", () => {
    const announced = [
      { address: "203.0.113.5", port: 9082 },
      { address: "192.0.2.7", port: undefined },
    ];
    expect(hostAddresses(announced, { port: 8082, tcp: true })).toEqual([
      { address: "203.0.113.5", port: 9082, transport: "udp" },
      { address: "192.0.2.7", port: 8082, transport: "udp" },
      { address: "203.0.113.5", port: 9082, transport: "tcp" },
      { address: "192.0.2.7", port: 8082, transport: "tcp" },
    ]);
    expect(hostAddresses(announced, { port: 8082, tcp: false })).toHaveLength(2);
  });
});
