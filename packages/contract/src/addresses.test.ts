import { describe, expect, it } from "vitest";
import {
  addressEnvironment,
  announcedByDefault,
  everyAddress,
  formatAnnouncedHost,
  type MachineAddress,
  parseAnnouncedHost,
} from "./addresses.ts";

const MACHINE: readonly MachineAddress[] = [
  { address: "127.0.0.1", internal: true },
  { address: "::1", internal: true },
  { address: "fd00::7", internal: false },
  { address: "2001:db8::7", internal: false },
  { address: "fe80::7", internal: false },
  { address: "169.254.3.4", internal: false },
  { address: "192.0.2.7", internal: false },
  { address: "198.51.100.7", internal: false },
];
const hosts = (bind: readonly string[], machine = MACHINE) =>
  announcedByDefault(bind, machine).map(({ host }) => host);

describe("addresses to announce", () => {
  it.each<[string, string, number | undefined]>([
    ["203.0.113.5", "203.0.113.5", undefined],
    ["203.0.113.5:9082", "203.0.113.5", 9082],
    ["2001:db8::1", "2001:db8::1", undefined],
    ["[2001:db8::1]:9082", "2001:db8::1", 9082],
    ["live.example.org", "live.example.org", undefined],
    ["live.example.org:9082", "live.example.org", 9082],
    ["media-0", "media-0", undefined],
  ])("are written %s", (text, host, port) => {
    expect(parseAnnouncedHost(text)).toEqual({ host, port });
    expect(formatAnnouncedHost({ host, port })).toBe(text);
  });

  it.each([
    "",
    "203.0.113.5:0",
    "203.0.113.5:70000",
    "203.0.113",
    "203.0.113.256",
    "[203.0.113.5]:9082",
    "[2001:db8::1",
    "2001:db8::1:::",
    "http://live.example.org",
    "live.example.org/",
    "-live",
    "a b",
    "fe80::1%eth0",
    `${"a".repeat(64)}.org:1:2`,
  ])("are not %j", (text) => {
    expect(parseAnnouncedHost(text)).toBeUndefined();
    expect(addressEnvironment.SAMEROOM_ANNOUNCE.safeParse(`192.0.2.1,x ,${text || " "}!`).success).toBe(
      false,
    );
  });

  it("are, of themselves, all that are listened on: IPv4, global and local IPv6, loopback last, link-local never", () => {
    expect(hosts(["0.0.0.0", "::"])).toEqual([
      "192.0.2.7",
      "198.51.100.7",
      "2001:db8::7",
      "fd00::7",
      "127.0.0.1",
    ]);
    expect(hosts(["0.0.0.0"])).toEqual(["192.0.2.7", "198.51.100.7", "127.0.0.1"]);
    expect(hosts(["::"])).toEqual(["2001:db8::7", "fd00::7", "::1"]);
    expect(hosts(["198.51.100.7", "2001:db8::7"])).toEqual(["198.51.100.7", "2001:db8::7"]);
    expect(hosts(["127.0.0.1"])).toEqual(["127.0.0.1"]);
    expect(hosts(["203.0.113.1"])).toEqual(["203.0.113.1"]);
  });
});

describe("addresses to listen on", () => {
  it("are all, and all of IPv6 only where there is any", () => {
    expect(everyAddress(MACHINE)).toEqual(["0.0.0.0", "::"]);
    expect(everyAddress(MACHINE.filter(({ address }) => !address.includes(":")))).toEqual(["0.0.0.0"]);
  });

  it("are IP addresses", () => {
    const { SAMEROOM_BIND } = addressEnvironment;
    expect(SAMEROOM_BIND.parse("127.0.0.1, ::1,127.0.0.1")).toEqual(["127.0.0.1", "::1"]);
    for (const wrong of ["", ",", "localhost", "10.0.0.1:80"])
      expect(SAMEROOM_BIND.safeParse(wrong).success).toBe(false);
  });
});
