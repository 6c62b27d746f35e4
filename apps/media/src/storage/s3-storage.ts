import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { contentTypeOf } from "./content-type.ts";
import { checkStoragePath, type Storage, type StorageRange, type StoredObject } from "./storage.ts";

export interface S3StorageOptions {
  bucket: string;
  region: string;
  /** Absent: Amazon's of the region. */
  endpoint?: string | undefined;
  /** Before every key, without slashes at the ends; "" for none. */
  prefix: string;
  /** The bucket in the path instead of the host name, as most servers other than Amazon's want it. */
  forcePathStyle: boolean;
  /** Absent: what the machine's environment gives the SDK (instance roles). */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined;
}

/** Length of the pieces of an upload, bytes; 10,000 of them (S3's limit) are 160 GB. */
const PIECE_BYTES = 16 * 1024 * 1024;
/** Pieces that are held in memory and sent at a time. */
const PIECES_AT_ONCE = 2;
/** S3's limit for one request. */
const DELETE_AT_ONCE = 1000;
const REQUEST_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 10_000;

/** Keeps objects in a bucket of Amazon S3 or of any server that speaks its protocol. */
export class S3Storage implements Storage {
  readonly isLocal = false;
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor({ bucket, region, endpoint, prefix, forcePathStyle, credentials }: S3StorageOptions) {
    this.#bucket = bucket;
    this.#prefix = prefix === "" ? "" : `${prefix}/`;
    this.#client = new S3Client({
      region,
      forcePathStyle,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(credentials === undefined ? {} : { credentials }),
      requestHandler: { requestTimeout: REQUEST_TIMEOUT_MS, connectionTimeout: CONNECT_TIMEOUT_MS },
      // Servers other than Amazon's do not know the newer checksums.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
  }

  async put(path: string, file: string, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    const body = createReadStream(file, { highWaterMark: 1024 * 1024 });
    const upload = new Upload({
      client: this.#client,
      params: { Bucket: this.#bucket, Key: this.#key(path), Body: body, ContentType: contentTypeOf(path) },
      partSize: PIECE_BYTES,
      queueSize: PIECES_AT_ONCE,
    });
    const abort = () => void upload.abort();
    signal?.addEventListener("abort", abort, { once: true });
    try {
      if (signal?.aborted) await upload.abort();
      await upload.done();
    } finally {
      signal?.removeEventListener("abort", abort);
      body.destroy();
    }
  }

  async size(path: string): Promise<number | undefined> {
    try {
      const found = await this.#client.send(
        new HeadObjectCommand({ Bucket: this.#bucket, Key: this.#key(path) }),
      );
      return found.ContentLength;
    } catch (error) {
      return missing(error);
    }
  }

  async get(path: string, range?: StorageRange): Promise<Readable | undefined> {
    try {
      const { Body } = await this.#client.send(
        new GetObjectCommand({
          Bucket: this.#bucket,
          Key: this.#key(path),
          ...(range === undefined ? {} : { Range: `bytes=${range.from}-${range.to}` }),
        }),
      );
      return Body instanceof Readable ? Body : undefined;
    } catch (error) {
      return missing(error);
    }
  }

  async delete(prefix: string): Promise<void> {
    // What is listed after a deletion begins at the front again.
    for (;;) {
      const { found } = await this.#page(prefix, undefined);
      if (found.length === 0) return;
      const { Errors = [] } = await this.#client.send(
        new DeleteObjectsCommand({
          Bucket: this.#bucket,
          Delete: { Objects: found.map(({ path }) => ({ Key: this.#key(path) })), Quiet: true },
        }),
      );
      const [refused] = Errors;
      if (refused !== undefined) throw new Error(`the storage does not delete: ${refused.Code}`);
    }
  }

  async list(prefix: string): Promise<StoredObject[]> {
    const all: StoredObject[] = [];
    let next: string | undefined;
    do {
      const page = await this.#page(prefix, next);
      all.push(...page.found);
      next = page.next;
    } while (next !== undefined);
    return all;
  }

  close(): void {
    this.#client.destroy();
  }

  async #page(prefix: string, token: string | undefined) {
    const { Contents = [], NextContinuationToken: next } = await this.#client.send(
      new ListObjectsV2Command({
        Bucket: this.#bucket,
        Prefix: `${this.#key(prefix)}/`,
        MaxKeys: DELETE_AT_ONCE,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    );
    const found: StoredObject[] = Contents.flatMap(({ Key, Size = 0 }) =>
      Key === undefined ? [] : [{ path: Key.slice(this.#prefix.length), byteLength: Size }],
    );
    return { found, next };
  }

  #key(path: string): string {
    checkStoragePath(path);
    return this.#prefix + path;
  }
}

/** Undefined for what is not there; anything else is thrown on. */
function missing(error: unknown): undefined {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  if (status === 404) return undefined;
  throw error;
}
