import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Small programs that behave like children, well or badly, in a directory of their own. */
export interface Programs {
  /** Writes a program and returns its file. */
  write(name: string, code: string): string;
  remove(): void;
}

/** Creates the directory. */
export function createPrograms(): Programs {
  const directory = mkdtempSync(join(tmpdir(), "sameroom-programs-"));
  return {
    write(name, code) {
      const file = join(directory, `${name}.mjs`);
      writeFileSync(file, code);
      return file;
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Looks again and again until `condition` holds; rejects with `what` after many looks. */
export async function until(what: string, condition: () => boolean): Promise<void> {
  for (let look = 0; look < 1000; look++) {
    if (condition()) return;
    await sleep(20);
  }
  throw new Error(`never came true: ${what}`);
}

/** Whether a process with this id exists. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
