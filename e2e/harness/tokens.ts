import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import type { App } from "./app.ts";

/** A token's header and claims, some of them changed, not signed yet. */
export interface ChangedToken {
  header: object;
  claims: object;
  /** What somebody without the server's key can make of it. */
  forgeries(): Record<"signedBySomebodyElse" | "unsigned" | "withTheOldSignature", string>;
}

export function changeClaims(token: string, changes: object): ChangedToken {
  const [header, claims, signature] = token.split(".") as [string, string, string];
  const changed = { header: decode(header), claims: { ...decode(claims), ...changes } };
  return {
    ...changed,
    forgeries: () => ({
      signedBySomebodyElse: signed(changed.header, changed.claims, generateKeyPairSync("ed25519").privateKey),
      unsigned: `${encode({ ...changed.header, alg: "none" })}.${encode(changed.claims)}.`,
      withTheOldSignature: `${header}.${encode(changed.claims)}.${signature}`,
    }),
  };
}

/** The token as the server would have signed it: with its own key, from its data directory. */
export function signAsServer(app: App, { header, claims }: ChangedToken): string {
  const jwk = JSON.parse(readFileSync(app.secretFile("token-key.json"), "utf8")) as Record<string, string>;
  return signed(header, claims, createPrivateKey({ key: jwk, format: "jwk" }));
}

function signed(header: object, claims: object, key: KeyObject): string {
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${sign(null, Buffer.from(text), key).toString("base64url")}`;
}

function decode(part: string): object {
  return JSON.parse(Buffer.from(part, "base64url").toString()) as object;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
