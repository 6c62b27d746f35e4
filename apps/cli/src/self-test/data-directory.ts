import { mkdir, rm, statfs, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CheckResult } from "./result.ts";

const MIB = 2 ** 20;
/** Below this the database cannot be kept. */
const tooLittle = 256 * MIB;
/** Below this the operator should know. */
const little = 2048 * MIB;

/** Creates the directory if need be, writes a file there for real and looks at the space left. */
export async function checkDataDirectory(directory: string): Promise<CheckResult> {
  const name = "Data directory";
  const probe = join(directory, `.write-test-${process.pid}`);
  try {
    await mkdir(directory, { recursive: true, mode: 0o750 });
    await writeFile(probe, "writable", { flush: true });
    await rm(probe);
  } catch (error) {
    return {
      name,
      state: "fail",
      found: `${directory} cannot be written: ${(error as Error).message}`,
      remedy: "Give the user that runs Sameroom write permission there, or set SAMEROOM_DATA_DIR.",
    };
  }
  const { bavail, bsize } = await statfs(directory);
  return spaceResult(name, directory, bavail * bsize);
}

/** Judges the free space, bytes. */
export function spaceResult(name: string, directory: string, freeBytes: number): CheckResult {
  const free =
    freeBytes >= 1024 * MIB
      ? `${(freeBytes / MIB / 1024).toFixed(1)} GiB`
      : `${Math.floor(freeBytes / MIB)} MiB`;
  const found = `${directory} is writable, ${free} free`;
  const remedy = "Free some space, or set SAMEROOM_DATA_DIR to a larger disk.";
  if (freeBytes < tooLittle) return { name, state: "fail", found, remedy };
  if (freeBytes < little) return { name, state: "warn", found, remedy };
  return { name, state: "ok", found };
}
