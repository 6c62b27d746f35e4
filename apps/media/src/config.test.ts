import { describe, expect, it } from "vitest";
import { ConfigError, readConfig } from "./config.ts";

const NEEDED = {
  SAMEROOM_NODE_SECRET_FILE: "/tmp/secret",
  SAMEROOM_TOKEN_JWKS_FILE: "/tmp/jwks",
};

describe("media's configuration", () => {
  it("has defaults for everything but its secrets", () => {
    const config = readConfig(NEEDED);
    expect(config).toMatchObject({
      httpPort: 8081,
      udpPort: 8082,
      iceTcp: true,
      controlLinkUrl: "ws://127.0.0.1:8080/internal/link",
      worker: "media-1",
      trustProxy: false,
    });
    expect(config.bind[0]).toBe("0.0.0.0");
    expect(config.withoutIpv6).toBe(!config.bind.includes("::"));
    expect(config.announce.at(-1)).toEqual({ host: "127.0.0.1", port: undefined });
  });

  it("announces exactly what it is told, or what it is bound to", () => {
    const announced = (environment: Record<string, string>) =>
      readConfig({ ...NEEDED, ...environment }).announce.map(({ host, port }) => [host, port]);
    expect(announced({ SAMEROOM_ANNOUNCE: "203.0.113.5:9082, 2001:db8::1,live.example.org" })).toEqual([
      ["203.0.113.5", 9082],
      ["2001:db8::1", undefined],
      ["live.example.org", undefined],
    ]);
    expect(announced({ SAMEROOM_BIND: "127.0.0.1" })).toEqual([["127.0.0.1", undefined]]);
  });

  it("names every fault, and takes empty variables for absent ones", () => {
    const read = () =>
      readConfig({
        SAMEROOM_NODE_SECRET_FILE: "",
        SAMEROOM_TOKEN_JWKS_FILE: "/tmp/jwks",
        SAMEROOM_MEDIA_UDP_PORT: "many",
        SAMEROOM_BIND: "example.org",
        SAMEROOM_CONTROL_LINK_URL: "http://control",
        SAMEROOM_MEDIA_HTTP_PORT: "",
      });
    expect(read).toThrow(ConfigError);
    try {
      read();
    } catch (error) {
      expect((error as ConfigError).faults.map((fault) => fault.split(":")[0]).sort()).toEqual([
        "SAMEROOM_BIND",
        "SAMEROOM_CONTROL_LINK_URL",
        "SAMEROOM_MEDIA_UDP_PORT",
        "SAMEROOM_NODE_SECRET_FILE",
      ]);
    }
  });
});
