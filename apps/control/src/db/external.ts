import { setTimeout as wait } from "node:timers/promises";
import { type Database, databaseFromPool } from "./database.ts";

export interface ExternalOptions {
  url: string;
  /** An idle connection broke (the pool makes a new one). */
  onError: (error: Error) => void;
  /** How long to wait for a database that is not there yet, milliseconds; default 15,000. */
  patienceMs?: number;
}

/** The external database did not answer in time. */
export class DatabaseUnreachableError extends Error {
  constructor(cause: unknown) {
    super(`the database cannot be reached: ${describe(cause)}`, { cause });
    this.name = "DatabaseUnreachableError";
  }
}

const POOL_SIZE = 10;
const RETRY_MS = 500;

/** Opens an external PostgreSQL, waiting a little for one that is still starting. Throws {@link DatabaseUnreachableError}. */
export async function openExternal(options: ExternalOptions): Promise<Database> {
  const database = databaseFromPool(
    { connectionString: options.url, max: POOL_SIZE, connectionTimeoutMillis: 5_000, keepAlive: true },
    { kind: "external", onError: options.onError, onClose: async () => {} },
  );
  const deadline = performance.now() + (options.patienceMs ?? 15_000);
  for (;;) {
    try {
      await database.ping();
      return database;
    } catch (error) {
      if (performance.now() + RETRY_MS > deadline || isFinal(error)) {
        await database.close();
        throw new DatabaseUnreachableError(error);
      }
      await wait(RETRY_MS);
    }
  }
}

/** Wrong password or no such database or role (SQLSTATE classes 28 and 3D): waiting will not help. */
function isFinal(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" && /^(?:28|3D)...$/.test(code);
}

/** Node reports a failed connection to several addresses as an error without a message of its own. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describe).join("; ");
  return error instanceof Error ? error.message : String(error);
}
