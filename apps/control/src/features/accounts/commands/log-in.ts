import type { LogIn } from "@sameroom/contract";
import type { Account } from "../../../db/schema.ts";
import { ProblemError } from "../../../problem-error.ts";
import type { Passwords } from "../passwords.ts";
import type { AccountStore } from "../store.ts";

/** Whose name and password these are. Throws `auth.bad_credentials`; `account.disabled` only to who knows the password. */
export async function logIn(
  given: LogIn,
  deps: { accounts: AccountStore; passwords: Passwords },
): Promise<Account> {
  const account = await deps.accounts.byUsername(given.username);
  const right = await deps.passwords.matches(given.password, account?.passwordHash ?? null);
  if (account === null || !right) throw new ProblemError("auth.bad_credentials");
  if (account.disabled) throw new ProblemError("account.disabled");
  return account;
}
