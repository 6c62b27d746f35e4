import { describe, expect, it } from "vitest";
import { isPublicAddress } from "./public-address.ts";

describe("an address", () => {
  it.each(["8.8.8.8", "142.250.74.142", "172.32.0.1", "2a00:1450:4001:82a::200e", "2606:4700::6810:85e5"])(
    "of the public internet is known as such: %s",
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    ...["127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
    ...["169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1"],
    ...["::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1"],
    ...["fe80::1", "fd00::1", "64:ff9b::a00:1", "2002:7f00:1::", "ff02::1", "fe80::1%eth0"],
    ...["", "localhost", "1.2.3", "0x7f000001", "2130706433"],
  ])("of anywhere else is refused: %s", (address) => expect(isPublicAddress(address)).toBe(false));
});
