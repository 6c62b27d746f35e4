import { expect, test } from "vitest";
import { addressGroup } from "./address-group.ts";

test("an IPv4 address counts for itself, however it is written", () => {
  expect(addressGroup("192.0.2.1")).toBe("192.0.2.1");
  expect(addressGroup("::ffff:192.0.2.1")).toBe("192.0.2.1");
  expect(addressGroup("::ffff:192.0.2.2")).not.toBe(addressGroup("::ffff:192.0.2.1"));
});

test("an IPv6 address counts with its network of 64 bits", () => {
  expect(addressGroup("2001:db8:0:1::2")).toBe(addressGroup("2001:db8:0:1:ffff::9"));
  expect(addressGroup("2001:db8:0:1::2")).not.toBe(addressGroup("2001:db8:0:2::2"));
  expect(addressGroup("2001:0db8::1")).toBe(addressGroup("2001:db8:0:0:1::"));
  expect(addressGroup("fe80::1%eth0")).toBe(addressGroup("fe80::2%eth1"));
  expect(addressGroup("fe80::1")).not.toBe(addressGroup("::1"));
});

test("what is no address is left as it is", () => {
  for (const text of ["", "unknown", "1:2:3", ":::"]) expect(addressGroup(text)).toBe(text);
});
