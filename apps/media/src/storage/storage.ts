import type { Readable } from "node:stream";

/** Bytes `from` to `to`, both included. */
export interface StorageRange {
  from: number;
  to: number;
}

/** An object, and how long it is. */
export interface StoredObject {
  /** Names separated by `/`, none of them `.` or `..`. */
  path: string;
  byteLength: number;
}

/**
 * Where finished recordings are kept. Paths are relative, made of safe names (`[A-Za-z0-9._-]`) and `/`. Every method rejects
 * with what the file system or the service said, never with credentials in it.
 */
export interface Storage {
  /** Whether the recordings directory itself is the storage: then `put` copies nothing and nothing local is removed. */
  readonly isLocal: boolean;
  /** Keeps a local file under this path, whole or not at all. */
  put(path: string, file: string, options?: { signal?: AbortSignal }): Promise<void>;
  /** Length in bytes; undefined: there is no such object. */
  size(path: string): Promise<number | undefined>;
  /** The bytes, or a range of them; undefined: there is no such object. The caller reads or destroys the stream. */
  get(path: string, range?: StorageRange): Promise<Readable | undefined>;
  /** Deletes everything below `prefix`, which names a directory without a slash at its end. Nothing there is fine. */
  delete(prefix: string): Promise<void>;
  /** Everything below `prefix`. */
  list(prefix: string): Promise<StoredObject[]>;
  /** Lets go of connections. */
  close(): void;
}

const SAFE_PATH = /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/;

/** Throws a RangeError for a path that leads out of the storage or is not made of safe names. */
export function checkStoragePath(path: string): void {
  if (path.length > 512 || !SAFE_PATH.test(path)) throw new RangeError("not a path of the storage");
}
