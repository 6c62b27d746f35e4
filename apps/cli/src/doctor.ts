import type { Config } from "./config/config.ts";
import { lockHolder } from "./data/lock.ts";
import type { Paint } from "./log/paint.ts";
import { passed } from "./self-test/result.ts";
import { selfTest } from "./self-test/self-test.ts";
import { resultTable } from "./self-test/table.ts";

/** Runs the self-test alone and prints it. Returns the exit code. */
export async function doctor(config: Config, paint: Paint): Promise<number> {
  const holder = lockHolder(config.dataDir);
  const results = await selfTest(config, holder === undefined ? {} : { heldBy: holder.pid });
  console.log(resultTable(results, paint));
  const good = passed(results);
  console.log(
    good
      ? paint.green("\nSameroom can run here.")
      : paint.red("\nSameroom cannot start until the faults above are gone."),
  );
  return good ? 0 : 1;
}
