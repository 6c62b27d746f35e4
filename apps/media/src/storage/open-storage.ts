import { FileStorage } from "./file-storage.ts";
import type { Storage } from "./storage.ts";
import type { StorageConfig } from "./storage-config.ts";

/** The storage that the configuration names; `directory` is where recordings are made and, with `file`, kept. */
export async function openStorage(config: StorageConfig, directory: string): Promise<Storage> {
  if (config.kind === "file") return new FileStorage(directory);
  // Amazon's SDK is large: only those who use it load it.
  const { S3Storage } = await import("./s3-storage.ts");
  return new S3Storage(config);
}
