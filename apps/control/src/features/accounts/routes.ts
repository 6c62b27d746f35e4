import type { Clock } from "@sameroom/base";
import { accountViewSchema, logInSchema, sessionViewSchema, signUpSchema } from "@sameroom/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import { failures, noContent } from "../../http/answers.ts";
import { cookieOptions, SESSION_COOKIE } from "../../http/cookies.ts";
import type { RateLimits } from "../../http/limits.ts";
import type { Http } from "../../http/types.ts";
import { ProblemError } from "../../problem-error.ts";
import { logIn } from "./commands/log-in.ts";
import { signUp } from "./commands/sign-up.ts";
import type { Passwords } from "./passwords.ts";
import { presentAccount } from "./present.ts";
import { SESSION_TTL_MS, type Sessions } from "./sessions.ts";
import type { AccountStore } from "./store.ts";

export interface AccountDeps {
  accounts: AccountStore;
  sessions: Sessions;
  passwords: Passwords;
  clock: Clock;
  limits: RateLimits;
  /** false: only admins' accounts that exist may log in, nobody can join. */
  signUpOpen: boolean;
}

/** Gives the browser its session cookie, for as long as the session lasts. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, secret: string): void {
  void reply.setCookie(SESSION_COOKIE, secret, cookieOptions(request, SESSION_TTL_MS / 1000));
}

/** Sign up, log in, log out, who am I. */
export function accountRoutes(http: Http, deps: AccountDeps): void {
  const tags = ["accounts"];

  /** A browser has one session: the one before the new one ends. */
  async function startSession(request: FastifyRequest, reply: FastifyReply, accountId: string) {
    const before = request.cookies[SESSION_COOKIE];
    if (before !== undefined) await deps.sessions.end(before);
    setSessionCookie(request, reply, await deps.sessions.start(accountId));
  }

  http.post(
    "/api/accounts",
    {
      config: { rateLimit: deps.limits.signUp },
      schema: {
        tags,
        summary: "Sign up",
        body: signUpSchema,
        response: { 201: accountViewSchema, ...failures },
      },
    },
    async (request, reply) => {
      if (!deps.signUpOpen)
        throw new ProblemError("auth.forbidden", { detail: "Sign-up is closed on this server." });
      const account = await signUp(request.body, "user", deps);
      await startSession(request, reply, account.id);
      return reply.code(201).send(presentAccount(account));
    },
  );

  http.post(
    "/api/session",
    {
      config: { rateLimit: deps.limits.logIn },
      schema: {
        tags,
        summary: "Log in",
        body: logInSchema,
        response: { 200: accountViewSchema, ...failures },
      },
    },
    async (request, reply) => {
      const account = await logIn(request.body, deps);
      await startSession(request, reply, account.id);
      return presentAccount(account);
    },
  );

  http.get(
    "/api/session",
    { schema: { tags, summary: "Who am I", response: { 200: sessionViewSchema, ...failures } } },
    async (request) => {
      const { principal } = request;
      return { account: principal.kind === "account" ? presentAccount(principal.account) : null };
    },
  );

  http.delete(
    "/api/session",
    { schema: { tags, summary: "Log out", response: { 204: noContent, ...failures } } },
    async (request, reply) => {
      const secret = request.cookies[SESSION_COOKIE];
      if (secret !== undefined) await deps.sessions.end(secret);
      return reply.clearCookie(SESSION_COOKIE, { path: "/" }).code(204).send();
    },
  );
}
