import { createHmac, randomBytes } from "node:crypto";
import { addressGroup } from "@sameroom/base";
import { signValue, unsignValue } from "../../secrets.ts";

/** By what somebody may be known again: salted hashes, from which neither device nor address can be read. */
export interface Signals {
  device: string;
  address: string;
}

const DEVICE = /^[A-Za-z0-9_-]{16}$/;

/** The device a cookie names, or a new one when there is none or it is not ours; `cookie` is to be set. */
export function deviceOf(cookie: string | undefined, key: Buffer): { id: string; cookie: string } {
  const known = cookie === undefined || cookie.length > 200 ? null : unsignValue(cookie, key);
  const id = known !== null && DEVICE.test(known) ? known : randomBytes(12).toString("base64url");
  return { id, cookie: signValue(id, key) };
}

/** Hashes with a salt of this server's, so that hashes of two servers, or of all addresses there are, tell nothing. */
export function signalsOf(device: string, address: string, salt: Buffer): Signals {
  const hash = (kind: string, value: string) =>
    createHmac("sha256", salt).update(`${kind} ${value}`).digest("base64url").slice(0, 32);
  return { device: hash("device", device), address: hash("address", addressGroup(address)) };
}
