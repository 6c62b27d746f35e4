import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "./database.ts";
import { openEmbedded } from "./embedded.ts";

const loader = new URL("../testing/run-source.fixture.mjs", import.meta.url).href;

/** Node's options for threads and children that run sources. */
export const SOURCE_EXEC_ARGV = ["--conditions=source", "--import", loader];

/**
 * A data directory whose embedded database was initialised before: that takes seconds, so it is done once per PGlite
 * version and machine and copied from then on.
 */
export async function makeDataDir(): Promise<string> {
  const program = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const version = createHash("sha256").update(readFileSync(program)).digest("hex").slice(0, 12);
  const template = join(tmpdir(), `sameroom-pglite-${version}`);
  if (!existsSync(template)) {
    const draft = mkdtempSync(join(tmpdir(), "sameroom-pglite-draft-"));
    const database = await openTestEmbedded(draft);
    await database.close();
    try {
      renameSync(draft, template);
    } catch {
      rmSync(draft, { recursive: true, force: true });
    }
  }
  const dataDir = mkdtempSync(join(tmpdir(), "sameroom-control-"));
  mkdirSync(dataDir, { recursive: true });
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
