import { randomBytes } from "node:crypto";
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from "jose";
import type { Config } from "../config/config.ts";

/** Where the secrets lie that control and media share. */
export interface SecretFiles {
  /** Bearer of the link between media and control. */
  readonly nodeSecretFile: string;
  /** Key that encrypts credentials of other platforms in the database; control only. */
  readonly credentialKeyFile: string;
  /** Private Ed25519 JWK with `kid` (RFC 8037); control only. */
  readonly tokenKeyFile: string;
  /** Public JWK set (RFC 7517 section 5); media. */
  readonly tokenJwksFile: string;
}

/**
 * The files named in the environment, the others made once under `<data>/secrets` (directory 0700, files 0600). An
 * existing file is never overwritten; a missing public half is derived from the private key again.
 */
export async function ensureSecrets(config: Config): Promise<SecretFiles> {
  const directory = join(config.dataDir, "secrets");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  const named = config.environment;
  const files = {
    nodeSecretFile: resolve(named.SAMEROOM_NODE_SECRET_FILE ?? join(directory, "node-secret")),
    credentialKeyFile: resolve(named.SAMEROOM_CREDENTIAL_KEY_FILE ?? join(directory, "credential-key")),
    tokenKeyFile: resolve(named.SAMEROOM_TOKEN_KEY_FILE ?? join(directory, "token-key.json")),
    tokenJwksFile: resolve(named.SAMEROOM_TOKEN_JWKS_FILE ?? join(directory, "token-jwks.json")),
  };
  for (const file of [files.nodeSecretFile, files.credentialKeyFile])
    if ((await contentOf(file)) === undefined)
      await writePrivately(file, `${randomBytes(32).toString("base64url")}\n`);
  const key = await ensureTokenKey(files.tokenKeyFile);
  if ((await contentOf(files.tokenJwksFile)) === undefined) {
    await writePrivately(files.tokenJwksFile, `${JSON.stringify({ keys: [publicHalf(key)] })}\n`);
  }
  return files;
}

async function ensureTokenKey(file: string): Promise<JWK> {
  const content = await contentOf(file);
  if (content !== undefined) return parseKey(content, file);
  const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const jwk = await exportJWK(privateKey);
  const key: JWK = {
    ...jwk,
    alg: "EdDSA",
    use: "sig",
    kid: (await calculateJwkThumbprint(jwk)).slice(0, 16),
  };
  await writePrivately(file, `${JSON.stringify(key)}\n`);
  return key;
}

/** Never quotes the content: it is a private key. */
function parseKey(content: string, file: string): JWK {
  try {
    const key = JSON.parse(content) as JWK;
    if (key.kty === "OKP" && typeof key.x === "string" && typeof key.kid === "string") return key;
  } catch {
    // Said below.
  }
  throw new Error(`${file} is not an Ed25519 JWK with a kid; move it away to have a new one made`);
}

function publicHalf({ d: _private, ...rest }: JWK): JWK {
  return rest;
}

async function contentOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Whole or not at all, readable by the owner alone. */
async function writePrivately(file: string, content: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}.new`;
  await writeFile(fresh, content, { mode: 0o600, flush: true });
  await rename(fresh, file);
}
