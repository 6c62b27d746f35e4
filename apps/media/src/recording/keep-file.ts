import { copyFile, link, mkdir, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf } from "../archive/archive-fault.ts";

/** File systems without links, and targets on another one. */
const NO_LINKS = new Set(["EXDEV", "EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/** Gives a file a second name, so that it stays when the first one goes; copies it where links cannot be had. */
export async function keepFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await link(from, to);
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST") {
      // Of an attempt that failed half way.
      await rm(to, { force: true });
      return keepFile(from, to);
    }
    if (code === undefined || !NO_LINKS.has(code)) throw error;
    await copyFile(from, to);
  }
}
