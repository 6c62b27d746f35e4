import type { FastifyReply, FastifyRequest } from "fastify";
import type { Account } from "../../db/schema.ts";
import { SESSION_COOKIE } from "../../http/cookies.ts";
import { type Principal, VISITOR } from "../../http/principal.ts";
import { ProblemError } from "../../problem-error.ts";
import { setSessionCookie } from "./routes.ts";
import type { Sessions } from "./sessions.ts";

export interface AuthenticateDeps {
  sessions: Sessions;
  /** The account an API key acts for, or null. */
  accountOfApiKey: (secret: string) => Promise<Account | null>;
}

/** Longest credential worth looking at. */
const MAX_LENGTH = 200;

/**
 * Who asks: an API key (`Authorization: Bearer srk_...`) before a session cookie, a visitor otherwise. A bad bearer is
 * refused (`token.invalid`); a cookie that is over is as good as none. Accounts that are disabled: `account.disabled`.
 */
export function createAuthenticate(deps: AuthenticateDeps) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<Principal> => {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const secret = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
      const account =
        secret === undefined || secret.length > MAX_LENGTH ? null : await deps.accountOfApiKey(secret);
      if (account === null) throw new ProblemError("token.invalid");
      return principalOf(account, "api-key");
    }
    const secret = request.cookies[SESSION_COOKIE];
    if (secret === undefined || secret.length > MAX_LENGTH) return VISITOR;
    const session = await deps.sessions.resolve(secret);
    if (session === null) return VISITOR;
    if (session.extended) setSessionCookie(request, reply, secret);
    return principalOf(session.account, "session");
  };
}

function principalOf(account: Account, via: "session" | "api-key"): Principal {
  if (account.disabled) throw new ProblemError("account.disabled");
  return { kind: "account", account, via };
}
