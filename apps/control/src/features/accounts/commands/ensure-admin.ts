import { randomInt } from "node:crypto";
import type { Clock } from "@sameroom/base";
import { ProblemError } from "../../../problem-error.ts";
import type { Passwords } from "../passwords.ts";
import type { AccountStore } from "../store.ts";
import { signUp } from "./sign-up.ts";

/** Letters and digits nobody mistakes for one another. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";

/** Five groups of four characters, 99 bits. */
function generatePassword(): string {
  const group = () => Array.from({ length: 4 }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  return Array.from({ length: 5 }, group).join("-");
}

/**
 * On a server without an admin, makes one and returns how to log in: the only time the password exists in clear.
 * Otherwise null. When somebody already has the name `admin`, digits are added.
 */
export async function ensureAdmin(deps: {
  accounts: AccountStore;
  passwords: Passwords;
  clock: Clock;
}): Promise<{ username: string; password: string } | null> {
  if ((await deps.accounts.firstAdmin()) !== null) return null;
  const password = generatePassword();
  for (let attempt = 0; ; attempt++) {
    const username = attempt === 0 ? "admin" : `admin-${randomInt(1000, 10_000)}`;
    try {
      await signUp({ username, displayName: "Admin", password }, "admin", deps);
      return { username, password };
    } catch (error) {
      if (!(error instanceof ProblemError) || attempt >= 5) throw error;
    }
  }
}
