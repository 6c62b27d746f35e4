import { mkdirSync } from "node:fs";
import type { Config } from "./config/config.ts";
import { type DataLock, takeLock } from "./data/lock.ts";
import { ensureSecrets } from "./data/secrets.ts";
import { createOutput } from "./log/output.ts";
import type { Paint } from "./log/paint.ts";
import { passed } from "./self-test/result.ts";
import { selfTest } from "./self-test/self-test.ts";
import { resultTable } from "./self-test/table.ts";
import { onEndRequest } from "./supervisor/end-request.ts";
import { Supervisor } from "./supervisor/supervisor.ts";

/** A run that was killed leaves its ports taken until its children notice, ms. */
const afterCrashPatienceMs = 6000;

/** Tests the machine, starts everything and returns when it has ended, with the exit code. */
export async function start(config: Config, options: { demo: boolean; paint: Paint }): Promise<number> {
  const { demo, paint } = options;
  const output = createOutput({ format: config.logFormat, paint });
  for (const warning of config.warnings) output.log.warn(warning);
  for (const note of config.notes) output.log.info(note);
  mkdirSync(config.dataDir, { recursive: true, mode: 0o750 });
  const lock = takeLock(config.dataDir);
  try {
    if (!(await testMachine(config, lock, { output, paint }))) return 1;
    const secrets = await ensureSecrets(config);
    const supervisor = new Supervisor({ config, secrets, output, paint, demo, inherited: process.env });
    const ended = onEndRequest(
      (reason) => {
        output.log.info(`${reason}: ending`);
        return supervisor.stop();
      },
      () => supervisor.kill(),
    );
    supervisor.start();
    await ended;
    output.log.info("ended; everything is kept for the next start");
    return 0;
  } finally {
    lock.release();
  }
}

async function testMachine(
  config: Config,
  lock: DataLock,
  io: { output: ReturnType<typeof createOutput>; paint: Paint },
): Promise<boolean> {
  const results = await selfTest(config, { portPatienceMs: lock.tookOver ? afterCrashPatienceMs : 1000 });
  io.output.text(`\n${io.paint.bold("Self-test")}\n${resultTable(results, io.paint)}\n`);
  for (const { state, name, found, remedy } of results) {
    if (state === "fail" && config.logFormat === "json") io.output.log.error(`${name}: ${found}`, { remedy });
    if (state === "warn" && config.logFormat === "json") io.output.log.warn(`${name}: ${found}`, { remedy });
  }
  if (passed(results)) return true;
  io.output.log.error("not started: see the faults of the self-test");
  return false;
}
