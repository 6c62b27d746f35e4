import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { sql } from "drizzle-orm";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import type { Database } from "./database.ts";

/** Where the migrations are. */
export const migrationsFolder = resolve(dirname(fileURLToPath(import.meta.url)), "../../migrations");

/** Any number, the same for every control process: whoever holds it may change the schema. */
const MIGRATION_LOCK = 7_264_001;

/**
 * Brings the schema up to date. Control processes that start together on one database wait for each other: the lock
 * is held by a transaction, and the migrator's own statements run inside it.
 */
export async function migrateDatabase(database: Database): Promise<void> {
  await database.orm.transaction(async (transaction) => {
    await transaction.execute(sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    await migrate(transaction as unknown as Database["orm"], { migrationsFolder });
  });
}
