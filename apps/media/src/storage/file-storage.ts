import { copyFile, link, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { codeOf } from "../archive/archive-fault.ts";
import { checkStoragePath, type Storage, type StorageRange, type StoredObject } from "./storage.ts";

/** Keeps objects as files below a directory. */
export class FileStorage implements Storage {
  readonly isLocal = true;
  readonly #root: string;

  constructor(root: string) {
    this.#root = resolve(root);
  }

  async put(path: string, file: string): Promise<void> {
    const target = this.#place(path);
    if (resolve(file) === target) return;
    await mkdir(dirname(target), { recursive: true });
    const temporary = `${target}.part`;
    await rm(temporary, { force: true });
    try {
      await link(file, temporary);
    } catch {
      // Another file system, or one without links.
      await copyFile(file, temporary);
    }
    await rename(temporary, target);
    // A rename between two links of one file does nothing.
    await rm(temporary, { force: true });
  }

  async size(path: string): Promise<number | undefined> {
    try {
      const found = await stat(this.#place(path));
      return found.isFile() ? found.size : undefined;
    } catch (error) {
      return missing(error);
    }
  }

  async get(path: string, range?: StorageRange): Promise<Readable | undefined> {
    try {
      const handle = await open(this.#place(path), "r");
      return handle.createReadStream(range && { start: range.from, end: range.to });
    } catch (error) {
      return missing(error);
    }
  }

  async delete(prefix: string): Promise<void> {
    await rm(this.#place(prefix), { recursive: true, force: true });
  }

  async list(prefix: string): Promise<StoredObject[]> {
    const found: StoredObject[] = [];
    const walk = async (path: string): Promise<void> => {
      for (const entry of await readdir(this.#place(path), { withFileTypes: true })) {
        const inner = `${path}/${entry.name}`;
        if (entry.isDirectory()) await walk(inner);
        else if (entry.isFile())
          found.push({ path: inner, byteLength: (await stat(this.#place(inner))).size });
      }
    };
    try {
      await walk(prefix);
    } catch (error) {
      missing(error);
    }
    return found;
  }

  close(): void {}

  #place(path: string): string {
    checkStoragePath(path);
    return join(this.#root, path);
  }
}

/** Undefined for what is not there; anything else is thrown on. */
function missing(error: unknown): undefined {
  if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
  throw error;
}
