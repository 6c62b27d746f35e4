import type { Clock } from "@sameroom/base";
import type { SignUp } from "@sameroom/contract";
import type { Account } from "../../../db/schema.ts";
import { newId } from "../../../ids.ts";
import { ProblemError } from "../../../problem-error.ts";
import type { Passwords } from "../passwords.ts";
import { type AccountStore, nameKeyOf } from "../store.ts";

/** Makes an account. Throws `account.name_taken`. */
export async function signUp(
  wanted: SignUp,
  role: Account["role"],
  deps: { accounts: AccountStore; passwords: Passwords; clock: Clock },
): Promise<Account> {
  const taken = new ProblemError("account.name_taken");
  if ((await deps.accounts.byUsername(wanted.username)) !== null) throw taken;
  const nowMs = deps.clock.unixMs();
  const account: Account = {
    id: newId(nowMs),
    username: wanted.username,
    nameKey: nameKeyOf(wanted.username),
    displayName: wanted.displayName,
    passwordHash: await deps.passwords.hash(wanted.password),
    role,
    disabled: false,
    createdAt: new Date(nowMs),
  };
  if (!(await deps.accounts.insert(account))) throw taken;
  return account;
}
