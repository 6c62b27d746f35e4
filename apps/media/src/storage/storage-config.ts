import { readFileSync } from "node:fs";
import { z } from "zod";
import type { S3StorageOptions } from "./s3-storage.ts";

/** What media reads about storage from the environment; `docs/guide/configuration.md` explains each. */
export const storageEnvironment = {
  SAMEROOM_STORAGE: z.enum(["file", "s3"]).default("file"),
  SAMEROOM_S3_BUCKET: z.string().min(1).optional(),
  SAMEROOM_S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  SAMEROOM_S3_REGION: z.string().min(1).default("us-east-1"),
  SAMEROOM_S3_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/, "use letters, digits, `._-` and `/` between names")
    .default("recordings"),
  SAMEROOM_S3_FORCE_PATH_STYLE: z.stringbool().default(false),
  SAMEROOM_S3_KEY_ID: z.string().min(1).optional(),
  SAMEROOM_S3_SECRET_FILE: z.string().min(1).optional(),
};

/** Where finished recordings are kept. */
export type StorageConfig = { kind: "file" } | ({ kind: "s3" } & S3StorageOptions);

const environmentSchema = z.object(storageEnvironment);

/** Reads what {@link storageEnvironment} describes; adds to `faults` what cannot be. Secrets come from files only. */
export function readStorageConfig(
  environment: z.infer<typeof environmentSchema>,
  faults: string[],
): StorageConfig {
  if (environment.SAMEROOM_STORAGE === "file") return { kind: "file" };
  const bucket = environment.SAMEROOM_S3_BUCKET;
  if (bucket === undefined) faults.push("SAMEROOM_S3_BUCKET: needed with SAMEROOM_STORAGE=s3");
  return {
    kind: "s3",
    bucket: bucket ?? "",
    region: environment.SAMEROOM_S3_REGION,
    endpoint: environment.SAMEROOM_S3_ENDPOINT,
    prefix: environment.SAMEROOM_S3_PREFIX,
    forcePathStyle: environment.SAMEROOM_S3_FORCE_PATH_STYLE,
    credentials: readCredentials(environment, faults),
  };
}

function readCredentials(
  { SAMEROOM_S3_KEY_ID: keyId, SAMEROOM_S3_SECRET_FILE: file }: z.infer<typeof environmentSchema>,
  faults: string[],
): S3StorageOptions["credentials"] {
  if (keyId === undefined && file === undefined) return undefined;
  if (keyId === undefined || file === undefined) {
    faults.push("SAMEROOM_S3_KEY_ID, SAMEROOM_S3_SECRET_FILE: give both or neither");
    return undefined;
  }
  try {
    return { accessKeyId: keyId, secretAccessKey: readFileSync(file, "utf8").trim() };
  } catch (error) {
    faults.push(`SAMEROOM_S3_SECRET_FILE: ${(error as Error).message}`);
    return undefined;
  }
}
