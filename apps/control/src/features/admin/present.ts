import type { AdminUser, WorkerView } from "@sameroom/contract";
import type { WorkerState } from "../../link/workers.ts";
import type { UserRow } from "./store.ts";

/** An account as admins see it. */
export function presentUser({ account, rooms }: UserRow): AdminUser {
  return {
    id: account.id,
    username: account.username,
    displayName: account.displayName,
    role: account.role,
    createdAt: account.createdAt.toISOString(),
    disabled: account.disabled,
    rooms,
  };
}

/** A media worker as admins see it. */
export function presentWorker(worker: WorkerState): WorkerView {
  return {
    worker: worker.name,
    connected: worker.send !== null,
    publicUrl: worker.publicUrl,
    version: worker.version,
    connectedAt: new Date(worker.connectedUnixMs).toISOString(),
    load: worker.load,
    publishers: [...worker.publishers.values()],
  };
}
