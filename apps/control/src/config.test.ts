import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { ConfigError, readConfig } from "./config.ts";
import { TOKEN_KEY } from "./testing/control.fixture.ts";

let directory: string;
let needed: Record<string, string>;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sameroom-config-"));
  needed = {
    SAMEROOM_NODE_SECRET_FILE: join(directory, "secret"),
    SAMEROOM_TOKEN_KEY_FILE: join(directory, "key.json"),
    SAMEROOM_CREDENTIAL_KEY_FILE: join(directory, "credentials"),
  };
  writeFileSync(join(directory, "credentials"), Buffer.alloc(32, 7).toString("base64url"));
  writeFileSync(join(directory, "secret"), "0123456789abcdef\n");
  const jwk = TOKEN_KEY.privateKey.export({ format: "jwk" });
  writeFileSync(join(directory, "key.json"), JSON.stringify({ ...jwk, kid: "k" }));
  return () => rmSync(directory, { recursive: true });
});

describe("the configuration", () => {
  test("has defaults for everything but the secrets", () => {
    expect(readConfig({ ...needed, SAMEROOM_BIND: "" })).toMatchObject({
      ...{ port: 8080, mediaPublicUrl: ":8081", nodeSecret: "0123456789abcdef" },
      ...{ databaseUrl: null, graceMs: 30_000, signUpOpen: true, logFormat: "json", trustProxy: false },
      ...{ passiveViewers: "webrtc", recordings: { keepMs: null, maxBytes: null } },
    });
  });

  test("is read from the environment", () => {
    const config = readConfig({
      ...needed,
      ...{ SAMEROOM_BIND: "127.0.0.1, ::1,127.0.0.1", SAMEROOM_MEDIA_PUBLIC_URL: "https://media.test/" },
      ...{ SAMEROOM_GRACE_S: "5", SAMEROOM_SIGN_UP: "closed", SAMEROOM_TRUST_PROXY: "true" },
      ...{ SAMEROOM_PASSIVE_VIEWERS: "hls", SAMEROOM_RECORDING_KEEP_DAYS: "0.5" },
      SAMEROOM_RECORDING_MAX_GB: "20",
    });
    expect(config).toMatchObject({
      ...{ bind: ["127.0.0.1", "::1"], mediaPublicUrl: "https://media.test", graceMs: 5000 },
      ...{ signUpOpen: false, trustProxy: true, passiveViewers: "hls" },
      recordings: { keepMs: 43_200_000, maxBytes: 20_000_000_000 },
    });
  });

  test("reports all its faults at once", () => {
    writeFileSync(join(directory, "secret"), "short");
    writeFileSync(join(directory, "credentials"), "short");
    const faulty = {
      ...{ SAMEROOM_NODE_SECRET_FILE: join(directory, "secret"), SAMEROOM_HTTP_PORT: "70000" },
      SAMEROOM_CREDENTIAL_KEY_FILE: join(directory, "credentials"),
      ...{ SAMEROOM_GRACE_S: "soon", DATABASE_URL: "mysql://x", SAMEROOM_SIGN_UP: "maybe" },
      ...{ SAMEROOM_MEDIA_PUBLIC_URL: "media.test", SAMEROOM_PASSIVE_VIEWERS: "radio" },
      ...{ SAMEROOM_RECORDING_KEEP_DAYS: "-1", SAMEROOM_RECORDING_MAX_GB: "much" },
    };
    const fault = (() => {
      try {
        readConfig(faulty);
      } catch (error) {
        return error as ConfigError;
      }
      return null;
    })();
    expect(fault).toBeInstanceOf(ConfigError);
    expect(fault?.faults.map((line) => line.split(":")[0]).sort()).toEqual([
      "DATABASE_URL",
      "SAMEROOM_CREDENTIAL_KEY_FILE",
      "SAMEROOM_GRACE_S",
      "SAMEROOM_HTTP_PORT",
      "SAMEROOM_MEDIA_PUBLIC_URL",
      "SAMEROOM_NODE_SECRET_FILE",
      "SAMEROOM_PASSIVE_VIEWERS",
      "SAMEROOM_RECORDING_KEEP_DAYS",
      "SAMEROOM_RECORDING_MAX_GB",
      "SAMEROOM_SIGN_UP",
      "SAMEROOM_TOKEN_KEY_FILE",
    ]);
  });
});
