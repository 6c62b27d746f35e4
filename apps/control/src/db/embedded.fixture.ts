import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "./database.ts";
import { openEmbedded } from "./embedded.ts";
import { migrateDatabase, migrationsFolder } from "./migrate.ts";

const require = createRequire(import.meta.url);
const loader = new URL("../testing/run-source.fixture.mjs", import.meta.url).href;

/** Node's options for threads and children that run sources. */
export const SOURCE_EXEC_ARGV = ["--conditions=source", "--import", loader];

/**
 * A data directory whose embedded database was initialised before: that takes seconds, so it is done once per PGlite
 * version and machine and copied from then on.
 */
export function makeDataDir(): Promise<string> {
  return copyOf("initialised", [require.resolve("@electric-sql/pglite")], async () => {});
}

/** The same with all migrations applied, which takes as long: done once for what is in them. */
export function makeMigratedDataDir(): Promise<string> {
  const files = readdirSync(migrationsFolder)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => join(migrationsFolder, name));
  return copyOf("migrated", [require.resolve("@electric-sql/pglite"), ...files], migrateDatabase);
}

/** `made`: files that the template is made of, so that it is made anew when they change. */
async function copyOf(
  kind: string,
  made: readonly string[],
  prepare: (database: Database) => Promise<void>,
): Promise<string> {
  const hash = createHash("sha256");
  for (const file of made) hash.update(readFileSync(file));
  const template = join(tmpdir(), `sameroom-pglite-${kind}-${hash.digest("hex").slice(0, 12)}`);
  if (!existsSync(template)) {
    const draft =
      kind === "initialised" ? mkdtempSync(join(tmpdir(), "sameroom-pglite-draft-")) : await makeDataDir();
    const database = await openTestEmbedded(draft);
    await prepare(database);
    await database.close();
    try {
      renameSync(draft, template);
    } catch {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  const dataDir = mkdtempSync(join(tmpdir(), "sameroom-control-"));
  cpSync(template, dataDir, { recursive: true });
  return dataDir;
}

export function openTestEmbedded(dataDir: string): Promise<Database> {
  return openEmbedded({
    dataDir,
    execArgv: SOURCE_EXEC_ARGV,
    onCrash: (error) => {
      throw error;
    },
    onError: () => {},
  });
}
