import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";

/** Ed25519 key pair that signs room tokens; media knows the public half by `kid`. */
export interface TokenKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** RFC 8037 section 2: an octet key pair with its private part. */
const privateJwkSchema = z.object({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: z.string().min(1),
  d: z.string().min(1),
  kid: z.string().min(1).max(100),
});

/** Reads a private Ed25519 JWK with a `kid`. Throws with a message that never quotes the file's content. */
export function readTokenKey(file: string): TokenKey {
  const text = readFileSync(file, "utf8");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error("the file is not JSON");
  }
  const parsed = privateJwkSchema.safeParse(json);
  if (!parsed.success) throw new Error("the file is not a private Ed25519 JWK with a kid");
  const { kid, ...key } = parsed.data;
  try {
    const privateKey = createPrivateKey({ key, format: "jwk" });
    return { kid, privateKey, publicKey: createPublicKey(privateKey) };
  } catch {
    throw new Error("the file is not a usable Ed25519 key");
  }
}
