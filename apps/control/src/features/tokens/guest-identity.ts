import { createHash, randomBytes } from "node:crypto";
import { signValue, unsignValue } from "../../secrets.ts";
import { guestName } from "./guest-names.ts";

/** A visitor without an account, recognised again by a signed cookie. */
export interface GuestIdentity {
  participant: string;
  name: string;
  /** What the cookie carries. */
  cookie: string;
}

const ID = /^[A-Za-z0-9_-]{16}$/;

/** The guest a cookie names, or a new one when there is none or it is not ours. */
export function guestIdentity(cookie: string | undefined, key: Buffer): GuestIdentity {
  const known = cookie === undefined || cookie.length > 200 ? null : unsignValue(cookie, key);
  const id = known !== null && ID.test(known) ? known : randomBytes(12).toString("base64url");
  return {
    participant: `guest:${id}`,
    name: nameOfGuest(id),
    cookie: signValue(id, key),
  };
}

/** What the guest with this id is called: always the same. */
export function nameOfGuest(id: string): string {
  return guestName(createHash("sha256").update(id).digest());
}
