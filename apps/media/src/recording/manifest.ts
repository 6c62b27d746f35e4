import { type FileHandle, open, readFile } from "node:fs/promises";
import { z } from "zod";
import { codeOf } from "../archive/archive-fault.ts";

const trackFile = z.string().regex(/^(?:video|opus|aac)\/[a-z0-9-]{1,24}\.(?:mp4|m4s)$/);

const takenSchema = z.object({
  /** Paths below the recording's directory. */
  file: trackFile,
  init: trackFile,
  /** Where they come from: rendition and version of its init segment. */
  from: z.tuple([z.string().max(32), z.number().int().nonnegative()]),
  captureMicros: z.number(),
  durationMicros: z.number().nonnegative(),
  bytes: z.number().int().nonnegative(),
});

const lineSchema = z.object({
  number: z.number().int().nonnegative(),
  discontinuity: z.boolean(),
  video: takenSchema.nullable(),
  audio: takenSchema.nullable(),
});

/** A segment that a recording has. */
export type ManifestSegment = z.infer<typeof takenSchema>;
/** A moment that a recording has: one line of its manifest. At least one track is there. */
export type ManifestLine = z.infer<typeof lineSchema>;

/** Name of the manifest in a recording's directory: one JSON object a line, appended only. */
export const MANIFEST = "manifest.jsonl";

/** Reads a manifest as far as it is whole; an empty one when there is none. */
export async function readManifest(path: string): Promise<ManifestLine[]> {
  const { lines } = await read(path);
  return lines;
}

/** The append-only list of what a recording has, synced line by line. */
export class Manifest {
  readonly #handle: FileHandle;
  #byteLength: number;

  private constructor(handle: FileHandle, byteLength: number) {
    this.#handle = handle;
    this.#byteLength = byteLength;
  }

  /** Opens or makes it; a last line that was cut short is overwritten by the next one. */
  static async open(path: string): Promise<Manifest> {
    const { byteLength } = await read(path);
    const handle = await open(path, byteLength === 0 ? "w" : "r+");
    return new Manifest(handle, byteLength);
  }

  /** Resolves when the line is on disk. After a failure the next line takes its place. */
  async append(line: ManifestLine): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    await this.#handle.truncate(this.#byteLength);
    const { bytesWritten } = await this.#handle.write(bytes, 0, bytes.length, this.#byteLength);
    if (bytesWritten < bytes.length) throw Object.assign(new Error("the disk is full"), { code: "ENOSPC" });
    await this.#handle.datasync();
    this.#byteLength += bytes.length;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

async function read(path: string): Promise<{ lines: ManifestLine[]; byteLength: number }> {
  const text = await readFile(path, "utf8").catch((error) => {
    if (codeOf(error) === "ENOENT") return "";
    throw error;
  });
  const lines: ManifestLine[] = [];
  let at = 0;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", at)) {
    const line = parse(text.slice(at, end));
    if (line === undefined) break;
    lines.push(line);
    at = end + 1;
  }
  return { lines, byteLength: Buffer.byteLength(text.slice(0, at)) };
}

function parse(text: string): ManifestLine | undefined {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
