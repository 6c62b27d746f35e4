import { resolve } from "node:path";
import { expect, test } from "vitest";
import { childrenEnvironment } from "./children-environment.ts";
import { ConfigError, hostPort, ownAddress, readConfig } from "./config.ts";

const secrets = {
  nodeSecretFile: "/s/node",
  tokenKeyFile: "/s/key",
  credentialKeyFile: "/s/credentials",
  tokenJwksFile: "/s/jwks",
};

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
    iceTcp: true,
  });
  expect(config.bind[0]).toBe("0.0.0.0");
  expect(config.dataDir).toBe(resolve("data"));
  expect(config.announce.at(-1)).toEqual({ host: "127.0.0.1", port: undefined });
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

test("two listeners on one TCP port are a fault; WebRTC is one unless it is UDP alone", () => {
  expect(faultsOf({ SAMEROOM_HTTP_PORT: "8081" })).toEqual([
    expect.stringContaining("SAMEROOM_MEDIA_HTTP_PORT"),
  ]);
  expect(faultsOf({ SAMEROOM_MEDIA_UDP_PORT: "8081" })).toEqual([
    expect.stringContaining("SAMEROOM_MEDIA_UDP_PORT"),
  ]);
  expect(faultsOf({ SAMEROOM_MEDIA_UDP_PORT: "8081", SAMEROOM_ICE_TCP: "false" })).toEqual([]);
});

test("RTMP has a port of its own, can be off, and is known as a default", () => {
  expect(readConfig({}).rtmpPort).toEqual({ port: 1935, isDefault: true });
  expect(readConfig({}).rtmpsPort).toBeUndefined();
  expect(readConfig({ SAMEROOM_RTMP_PORT: "1935" }).rtmpPort).toEqual({ port: 1935, isDefault: false });
  expect(readConfig({ SAMEROOM_RTMP_PORT: "off" }).rtmpPort).toBeUndefined();
  for (const port of ["8080", "8081", "8082"]) {
    expect(faultsOf({ SAMEROOM_RTMP_PORT: port })).toEqual([expect.stringContaining("SAMEROOM_RTMP_PORT")]);
  }
  expect(faultsOf({ SAMEROOM_RTMP_PORT: "on" })).toEqual([expect.stringContaining("SAMEROOM_RTMP_PORT")]);
});

test("RTMPS needs a port of its own, a certificate and its key", () => {
  const tls = { SAMEROOM_TLS_CERT_FILE: "/tls/cert.pem", SAMEROOM_TLS_KEY_FILE: "/tls/key.pem" };
  expect(readConfig({ SAMEROOM_RTMPS_PORT: "1936", ...tls }).rtmpsPort).toBe(1936);
  expect(faultsOf({ SAMEROOM_RTMPS_PORT: "1935", ...tls })).toHaveLength(1);
  expect(faultsOf({ SAMEROOM_RTMPS_PORT: "1936", SAMEROOM_TLS_KEY_FILE: "/tls/key.pem" })).toEqual([
    expect.stringContaining("SAMEROOM_TLS_CERT_FILE"),
  ]);
});

test("SRT has a UDP port of its own, can be off, and is known as a default", () => {
  expect(readConfig({}).srtPort).toEqual({ port: 9000, isDefault: true });
  expect(readConfig({ SAMEROOM_SRT_PORT: "9000" }).srtPort).toEqual({ port: 9000, isDefault: false });
  expect(readConfig({ SAMEROOM_SRT_PORT: "off" }).srtPort).toBeUndefined();
  // TCP is another matter.
  expect(readConfig({ SAMEROOM_SRT_PORT: "8080" }).srtPort?.port).toBe(8080);
  expect(faultsOf({ SAMEROOM_SRT_PORT: "8082" })).toEqual([expect.stringContaining("SAMEROOM_SRT_PORT")]);
  expect(faultsOf({ SAMEROOM_SRT_PASSPHRASE: "too short" })).toHaveLength(1);
  expect(faultsOf({ SAMEROOM_SRT_LATENCY_MS: "8001" })).toHaveLength(1);
});

test("a misspelt setting is pointed out", () => {
  expect(readConfig({ SAMEROOM_HTTPPORT: "80" }).warnings[0]).toContain("did you mean SAMEROOM_HTTP_PORT?");
});

test("children are told everything they share, in json, and nothing that is not theirs", () => {
  const config = readConfig({
    SAMEROOM_HTTP_PORT: "9000",
    SAMEROOM_MEDIA_HTTP_PORT: "9001",
    SAMEROOM_BIND: "192.0.2.7",
    SAMEROOM_ANNOUNCE: "203.0.113.5:9082, [2001:db8::1]:9082,live.example.org",
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
    SAMEROOM_ANNOUNCE: "203.0.113.5:9082,[2001:db8::1]:9082,live.example.org",
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
