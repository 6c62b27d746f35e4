import { z } from "zod";
import { ProblemError } from "../problem-error.ts";
import type { Http } from "./types.ts";

const aliveSchema = z.object({ status: z.literal("ok") });

/**
 * `/health/live`: the process answers. `/health/ready`: and its database does; `server.unavailable` otherwise and
 * while shutting down.
 */
export function healthRoutes(http: Http, deps: { ping: () => Promise<void>; closing: () => boolean }): void {
  const schema = { hide: true, response: { 200: aliveSchema } };
  http.get("/health/live", { schema }, async () => ({ status: "ok" as const }));
  http.get("/health/ready", { schema }, async () => {
    const answered = await deps.ping().then(
      () => true,
      () => false,
    );
    if (!answered || deps.closing()) throw new ProblemError("server.unavailable", { retryAfter: 2 });
    return { status: "ok" as const };
  });
}
