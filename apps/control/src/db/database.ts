import type { NodePgQueryResultHKT } from "drizzle-orm/node-postgres";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import type { PgDatabase } from "drizzle-orm/pg-core";
import pg from "pg";
import * as schema from "./schema.ts";

/** What stores query: the database itself or a transaction on it. */
export type Queryable = PgDatabase<NodePgQueryResultHKT, typeof schema>;

/** An open database, embedded or external: both speak PostgreSQL's protocol to the same driver. */
export interface Database {
  /**
   * For queries and `orm.transaction(...)`. Inside a transaction use only the handle it passes: the embedded database
   * has one connection, and a query beside the transaction would wait for it for ever.
   */
  readonly orm: NodePgDatabase<typeof schema>;
  readonly kind: "embedded" | "external";
  /** Resolves when the database answers, rejects otherwise. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Longest a query may take before it fails, milliseconds. */
const QUERY_TIMEOUT_MS = 30_000;

/** Wraps a connection pool. `onError` hears of idle connections that break; the pool replaces them. */
export function databaseFromPool(
  options: pg.PoolConfig,
  more: { kind: Database["kind"]; onError: (error: Error) => void; onClose: () => Promise<void> },
): Database {
  const pool = new pg.Pool({ query_timeout: QUERY_TIMEOUT_MS, ...options });
  pool.on("error", more.onError);
  return {
    orm: drizzle(pool, { schema }),
    kind: more.kind,
    async ping() {
      await pool.query("select 1");
    },
    async close() {
      await pool.end();
      await more.onClose();
    },
  };
}
