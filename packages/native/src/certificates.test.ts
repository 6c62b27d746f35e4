import { execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Rig } from "./rig.fixture.ts";

type Algorithm = Parameters<Rig["wire"]["addPeer"]>[0]["remoteFingerprint"]["algorithm"];

/** Options of `openssl req -newkey`. */
const KINDS = {
  "P-256": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
  "P-384": ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
  RSA: ["rsa:2048"],
  Ed25519: ["ed25519"],
};
/** The wire's choices are tried in turn. */
const CIPHERS = [
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-ECDSA-AES128-SHA",
];

/** A UDP port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4").bind(0, "127.0.0.1", () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

describe("a peer that is OpenSSL's own client", () => {
  let rig: Rig;
  let directory: string;
  beforeEach(() => {
    rig = new Rig();
    directory = mkdtempSync(join(tmpdir(), "sameroom-certificates-"));
  });
  afterEach(() => {
    rig.close();
    rmSync(directory, { recursive: true, force: true });
  });

  async function handshake(
    kind: keyof typeof KINDS,
    options: readonly string[],
    algorithm: Algorithm = "sha-256",
  ) {
    const files = ["-keyout", join(directory, "key.pem"), "-out", join(directory, "cert.pem")];
    execFileSync(
      "openssl",
      ["req", "-x509", "-newkey", ...KINDS[kind], "-nodes", ...files, "-subj", "/CN=peer", "-days", "2"],
      { stdio: "ignore" },
    );
    const shown = execFileSync(
      "openssl",
      [
        "x509",
        "-in",
        join(directory, "cert.pem"),
        "-noout",
        "-fingerprint",
        `-${algorithm.replace("-", "")}`,
      ],
      { encoding: "utf8" },
    );
    const peer = rig.wire.addPeer({
      remoteFingerprint: { algorithm, value: shown.split("=")[1]!.trim() },
      cname: "peer@test",
    });
    const address = `127.0.0.1:${await freePort()}`;
    rig.wire.allowAddress(peer, address);
    await rig.settle(() => rig.wire.stats().addresses > 0);
    const client = spawn(
      "openssl",
      [
        ...["s_client", "-dtls1_2", "-bind", address, "-connect", `127.0.0.1:${rig.wire.port}`],
        ...["-cert", join(directory, "cert.pem"), "-key", join(directory, "key.pem")],
        ...["-use_srtp", "SRTP_AEAD_AES_128_GCM", ...options],
      ],
      { stdio: ["pipe", "ignore", "ignore"] },
    );
    try {
      await rig.settle(() => rig.heard.dtls.length > 0);
    } finally {
      client.kill();
    }
    return rig.heard.dtls[0];
  }

  const connected = expect.objectContaining({ state: "connected", profile: "AEAD_AES_128_GCM" });

  it.each(Object.keys(KINDS) as (keyof typeof KINDS)[])(
    "agrees on keys with a certificate of %s",
    async (kind) => {
      expect(await handshake(kind, [])).toEqual(connected);
    },
  );

  it.each(CIPHERS)("agrees on keys by %s", async (cipher) => {
    expect(await handshake("P-256", ["-cipher", cipher])).toEqual(connected);
  });

  it.each(["sha-1", "sha-384", "sha-512"] as const)("is told by a fingerprint of %s", async (algorithm) => {
    expect(await handshake("P-256", [], algorithm)).toEqual(connected);
  });
});
