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
      bind: ["0.0.0.0"],
      controlLinkUrl: "ws://127.0.0.1:8080/internal/link",
      worker: "media-1",
      trustProxy: false,
    });
    expect(config.announce.at(-1)).toBe("127.0.0.1");
    expect(new Set(config.announce).size).toBe(config.announce.length);
  });

  it("announces exactly what it is told, or what it is bound to", () => {
    expect(readConfig({ ...NEEDED, SAMEROOM_ANNOUNCE: "203.0.113.5, 2001:db8::1" }).announce).toEqual([
      "203.0.113.5",
      "2001:db8::1",
    ]);
    expect(readConfig({ ...NEEDED, SAMEROOM_BIND: "127.0.0.1" }).announce).toEqual(["127.0.0.1"]);
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
