import { resolve } from "node:path";
import { expect, test } from "vitest";
import { announcedAddresses, machineAddresses } from "./addresses.ts";
import { childrenEnvironment } from "./children-environment.ts";
import { ConfigError, hostPort, ownAddress, readConfig } from "./config.ts";

const secrets = { nodeSecretFile: "/s/node", tokenKeyFile: "/s/key", tokenJwksFile: "/s/jwks" };

function faultsOf(variables: Record<string, string>): readonly string[] {
  try {
    readConfig(variables);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
  }
  return [];
}

test("an empty environment is a working configuration, and an empty variable counts as absent", () => {
  const config = readConfig({ SAMEROOM_HTTP_PORT: "" });
  expect(config).toMatchObject({
    httpPort: 8080,
    mediaHttpPort: 8081,
    mediaUdpPort: 8082,
    bind: ["0.0.0.0"],
  });
  expect(config.dataDir).toBe(resolve("data"));
  expect(config.announce).toContain("127.0.0.1");
  expect(config.warnings).toEqual([]);
});

test("all faults are told at once, each with its variable", () => {
  const faults = faultsOf({
    SAMEROOM_HTTP_PORT: "http",
    SAMEROOM_BIND: "localhost",
    SAMEROOM_GRACE_S: "0",
    DATABASE_URL: "mysql://x",
    SAMEROOM_LOG_LEVEL: "loud",
  });
  for (const name of [
    "SAMEROOM_HTTP_PORT",
    "SAMEROOM_BIND",
    "SAMEROOM_GRACE_S",
    "DATABASE_URL",
    "SAMEROOM_LOG_LEVEL",
  ]) {
    expect(faults.filter((fault) => fault.startsWith(`${name}: `))).toHaveLength(1);
  }
});

test("two listeners on one TCP port are a fault, TCP and UDP on one number are not", () => {
  expect(faultsOf({ SAMEROOM_HTTP_PORT: "8081" })).toEqual([
    expect.stringContaining("SAMEROOM_MEDIA_HTTP_PORT"),
  ]);
  expect(faultsOf({ SAMEROOM_MEDIA_UDP_PORT: "8081" })).toEqual([]);
});

test("a misspelt setting is pointed out", () => {
  expect(readConfig({ SAMEROOM_HTTPPORT: "80" }).warnings[0]).toContain("did you mean SAMEROOM_HTTP_PORT?");
});

test("announced are all outside addresses that are listened on, then the own machine", () => {
  const machine = [
    { address: "127.0.0.1", internal: true },
    { address: "::1", internal: true },
    { address: "192.0.2.7", internal: false },
    { address: "2001:db8::7", internal: false },
  ];
  expect(announcedAddresses(["0.0.0.0"], machine)).toEqual(["192.0.2.7", "127.0.0.1"]);
  expect(announcedAddresses(["::"], machine)).toEqual(["192.0.2.7", "2001:db8::7", "127.0.0.1"]);
  expect(announcedAddresses(["127.0.0.1"], machine)).toEqual(["127.0.0.1"]);
  expect(announcedAddresses(["198.51.100.1"], machine)).toEqual(["198.51.100.1"]);
});

test("link-local addresses need a zone and are left out", () => {
  const entry = { netmask: "", mac: "", cidr: null, internal: false } as const;
  const interfaces = {
    eth0: [
      { ...entry, family: "IPv6" as const, address: "fe80::1", scopeid: 2 },
      { ...entry, family: "IPv4" as const, address: "192.0.2.7" },
    ],
  };
  expect(machineAddresses(interfaces)).toEqual([{ address: "192.0.2.7", internal: false }]);
});

test("children are told everything they share, in json, and nothing that is not theirs", () => {
  const config = readConfig({
    SAMEROOM_HTTP_PORT: "9000",
    SAMEROOM_MEDIA_HTTP_PORT: "9001",
    SAMEROOM_BIND: "192.0.2.7",
  });
  const environment = childrenEnvironment(config, secrets, {
    PATH: "/bin",
    SAMEROOM_GRACE_S: "5",
    AWS_SECRET: "x",
  });
  expect(environment).toMatchObject({
    PATH: "/bin",
    SAMEROOM_GRACE_S: "5",
    SAMEROOM_MEDIA_PUBLIC_URL: ":9001",
    SAMEROOM_CONTROL_LINK_URL: "ws://192.0.2.7:9000/internal/link",
    SAMEROOM_NODE_SECRET_FILE: "/s/node",
    SAMEROOM_LOG_FORMAT: "json",
  });
  expect(environment).not.toHaveProperty("AWS_SECRET");
});

test("the own machine is reached where it listens", () => {
  expect(ownAddress(["0.0.0.0"])).toBe("127.0.0.1");
  expect(ownAddress(["::"])).toBe("::1");
  expect(hostPort(ownAddress(["2001:db8::1"]), 80)).toBe("[2001:db8::1]:80");
});
