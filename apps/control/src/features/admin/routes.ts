import {
  adminUserSchema,
  idSchema,
  userChangesSchema,
  userListSchema,
  userQuerySchema,
  workerListSchema,
} from "@sameroom/contract";
import { z } from "zod";
import { failures } from "../../http/answers.ts";
import { onlyAdmins, requireAdmin } from "../../http/principal.ts";
import type { Http } from "../../http/types.ts";
import type { WorkerState } from "../../link/workers.ts";
import { ProblemError } from "../../problem-error.ts";
import { presentUser, presentWorker } from "./present.ts";
import type { AdminStore } from "./store.ts";

export interface AdminDeps {
  store: AdminStore;
  workers: () => WorkerState[];
  /** Everything a disabled account has running ends: log-ins, sockets, media, broadcasts. */
  shutOut: (accountId: string) => Promise<void>;
}

/** For admins: people and workers. */
export function adminRoutes(http: Http, deps: AdminDeps): void {
  const tags = ["admin"];
  const onRequest = onlyAdmins;

  http.get(
    "/api/admin/users",
    {
      onRequest,
      schema: {
        tags,
        summary: "Accounts",
        querystring: userQuerySchema,
        response: { 200: userListSchema, ...failures },
      },
    },
    async (request) => {
      const { search, cursor, limit } = request.query;
      const { users, total } = await deps.store.users({ search, after: cursor ?? null, limit: limit + 1 });
      const page = users.slice(0, limit);
      return {
        users: page.map(presentUser),
        total,
        nextCursor: users.length > limit ? (page.at(-1)?.account.id ?? null) : null,
      };
    },
  );

  http.patch(
    "/api/admin/users/:id",
    {
      onRequest,
      schema: {
        tags,
        summary: "Disable an account or change its role",
        params: z.object({ id: idSchema }),
        body: userChangesSchema,
        response: { 200: adminUserSchema, ...failures },
      },
    },
    async (request) => {
      const { id } = request.params;
      if (id === requireAdmin(request).account.id)
        throw new ProblemError("auth.forbidden", { detail: "Admins cannot change their own account." });
      if ((await deps.store.user(id)) === null) throw new ProblemError("request.not_found");
      const { disabled, role } = request.body;
      const changes = {
        ...(disabled === undefined ? {} : { disabled }),
        ...(role === undefined ? {} : { role }),
      };
      if (Object.keys(changes).length > 0) await deps.store.update(id, changes);
      if (disabled === true) await deps.shutOut(id);
      const after = await deps.store.user(id);
      if (after === null) throw new ProblemError("request.not_found");
      return presentUser(after);
    },
  );

  http.get(
    "/api/admin/workers",
    {
      onRequest,
      schema: { tags, summary: "Media workers", response: { 200: workerListSchema, ...failures } },
    },
    async () => ({ workers: deps.workers().map(presentWorker) }),
  );
}
