import { describe, expect, test } from "vitest";
import type { Sanction } from "../../db/schema.ts";
import { judgeNewcomer } from "./rules.ts";
import { deviceOf, signalsOf } from "./signals.ts";

const ban = { id: "b", createdAt: new Date(1000) } as Sanction;
const at = (ms: number) => new Date(ms);

describe("somebody at the door", () => {
  test("with a banned person's device is that person, however long they are known", () => {
    for (const firstSeen of [at(1), at(2000)])
      expect(
        judgeNewcomer({ firstSeen, accountSince: at(1) }, [
          { ban, signal: "address" },
          { ban, signal: "device" },
        ]),
      ).toEqual({ ban, signal: "device", kind: "ban" });
  });

  test("from a banned person's address is suspicious only when they are newer than the ban", () => {
    const matches = [{ ban, signal: "address" as const }];
    expect(judgeNewcomer({ firstSeen: at(1001), accountSince: null }, matches)?.kind).toBe("mute");
    expect(judgeNewcomer({ firstSeen: at(999), accountSince: null }, matches)).toBeNull();
    expect(judgeNewcomer({ firstSeen: at(2000), accountSince: at(999) }, matches)).toBeNull();
    expect(judgeNewcomer({ firstSeen: at(2000), accountSince: at(1500) }, matches)?.kind).toBe("mute");
    expect(judgeNewcomer({ firstSeen: at(2000), accountSince: null }, [])).toBeNull();
  });
});

describe("signals", () => {
  const salt = Buffer.alloc(32, 1);
  const addressOf = (address: string) => signalsOf("device", address, salt).address;

  test("tell neither device nor address, and nothing to another server", () => {
    const { device, address } = signalsOf("device", "192.0.2.7", salt);
    expect(`${device} ${address}`).not.toMatch(/192|device /);
    expect(signalsOf("device", "192.0.2.7", Buffer.alloc(32, 2))).not.toEqual({ device, address });
    expect(signalsOf("192.0.2.7", "device", salt).device).not.toBe(address);
  });

  test("take an IPv6 customer's addresses for one, and an IPv4 address in any form", () => {
    expect(addressOf("2001:db8:1:2:aaaa::1")).toBe(addressOf("2001:db8:1:2:bbbb:1:2:3"));
    expect(addressOf("2001:db8:1:2::1")).not.toBe(addressOf("2001:db8:1:3::1"));
    expect(addressOf("::ffff:192.0.2.7")).toBe(addressOf("192.0.2.7"));
    expect(addressOf("192.0.2.8")).not.toBe(addressOf("192.0.2.7"));
  });

  test("know a device by the cookie we signed, and by no other", () => {
    const key = Buffer.alloc(32, 3);
    const first = deviceOf(undefined, key);
    expect(deviceOf(first.cookie, key)).toEqual(first);
    for (const cookie of ["", "x", `${first.cookie}x`, first.id, deviceOf(undefined, salt).cookie])
      expect(deviceOf(cookie, key).id).not.toBe(first.id);
  });
});
