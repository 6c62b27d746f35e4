import { FileStorage } from "./file-storage.ts";
import { S3Storage } from "./s3-storage.ts";
import type { Storage } from "./storage.ts";
import type { StorageConfig } from "./storage-config.ts";

/** The storage that the configuration names; `directory` is where recordings are made and, with `file`, kept. */
export function openStorage(config: StorageConfig, directory: string): Storage {
  return config.kind === "file" ? new FileStorage(directory) : new S3Storage(config);
}
