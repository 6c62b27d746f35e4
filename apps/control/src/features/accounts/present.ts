import type { AccountView } from "@sameroom/contract";
import type { Account } from "../../db/schema.ts";

/** An account as its owner and admins see it. */
export function presentAccount(account: Account): AccountView {
  return {
    id: account.id,
    username: account.username,
    displayName: account.displayName,
    role: account.role,
    createdAt: account.createdAt.toISOString(),
  };
}
