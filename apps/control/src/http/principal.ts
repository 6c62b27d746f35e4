import type { FastifyRequest } from "fastify";
import type { Account } from "../db/schema.ts";
import { ProblemError } from "../problem-error.ts";

/** Somebody who proved to be an account, by session cookie or by API key. */
export interface AccountPrincipal {
  readonly kind: "account";
  readonly account: Account;
  readonly via: "session" | "api-key";
}

/** Who is asking. */
export type Principal = AccountPrincipal | { readonly kind: "visitor" };

export const VISITOR: Principal = { kind: "visitor" };

/** The account behind a request. Throws `auth.required` for visitors. */
export function requireAccount(request: Pick<FastifyRequest, "principal">): AccountPrincipal {
  if (request.principal.kind === "visitor") throw new ProblemError("auth.required");
  return request.principal;
}

/** Like {@link requireAccount} for what no API key may do (`auth.forbidden`): a leaked key must not breed. */
export function requireSession(request: Pick<FastifyRequest, "principal">): AccountPrincipal {
  const principal = requireAccount(request);
  if (principal.via !== "session")
    throw new ProblemError("auth.forbidden", { detail: "An API key cannot do this. Log in." });
  return principal;
}

/** Throws `auth.required` or `auth.forbidden` unless an admin asks. */
export function requireAdmin(request: Pick<FastifyRequest, "principal">): AccountPrincipal {
  const principal = requireAccount(request);
  if (principal.account.role !== "admin") throw new ProblemError("auth.forbidden");
  return principal;
}

/** As an `onRequest` hook: refuses visitors before a body is read. */
export async function onlyAccounts(request: Pick<FastifyRequest, "principal">): Promise<void> {
  requireAccount(request);
}

/** As an `onRequest` hook: refuses visitors and API keys before a body is read. */
export async function onlySessions(request: Pick<FastifyRequest, "principal">): Promise<void> {
  requireSession(request);
}

/** As an `onRequest` hook: refuses everybody but admins before anything else of the request is looked at. */
export async function onlyAdmins(request: Pick<FastifyRequest, "principal">): Promise<void> {
  requireAdmin(request);
}
