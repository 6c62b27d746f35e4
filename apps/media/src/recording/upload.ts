import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Storage } from "../storage/storage.ts";
import { STATE } from "./recording-state.ts";

/** Files sent at a time. */
const AT_ONCE = 4;

/** A file of a recording, by its path below the recording's directory. */
interface OwnFile {
  path: string;
  byteLength: number;
}

/** Every file of a finished recording, but what only media needs. */
export async function filesOf(directory: string): Promise<OwnFile[]> {
  const files: OwnFile[] = [];
  for (const entry of await readdir(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || entry.name === STATE || entry.name.endsWith(".part")) continue;
    const full = join(entry.parentPath, entry.name);
    files.push({ path: full.slice(directory.length + 1), byteLength: (await stat(full)).size });
  }
  return files;
}

/**
 * Puts the files of a recording into the storage, all or those that `only` accepts by their paths. Again after a failure: what is
 * there is replaced.
 */
export async function upload(
  { id, directory }: { id: string; directory: string },
  storage: Storage,
  { signal, only = () => true }: { signal: AbortSignal; only?: (path: string) => boolean },
): Promise<void> {
  const waiting = (await filesOf(directory)).filter(({ path }) => only(path));
  const sender = async () => {
    for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
      signal.throwIfAborted();
      await storage.put(`${id}/${file.path}`, join(directory, file.path), { signal });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
}

/** Removes what is in the storage now; the state stays. */
export async function removeLocal(directory: string): Promise<void> {
  for (const name of await readdir(directory))
    if (name !== STATE) await rm(join(directory, name), { recursive: true, force: true });
}
