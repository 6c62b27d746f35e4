import { createHash } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { planProgressive } from "@sameroom/protocol";
import { syncDirectory } from "../../archive/write-atomically.ts";
import type { Timeline } from "./timeline.ts";

/** A file, and what it hashes to. */
export interface WrittenFile {
  bytes: number;
  /** SHA-256, hex. */
  sha256: string;
  seconds: number;
}

/** Files that are read from are kept open, so many at a time: sound and picture alternate. */
const OPEN_FILES = 4;
/** Bytes written at once. */
const BLOCK_BYTES = 1024 * 1024;

/**
 * Writes one MP4 that plays from its beginning while it still loads (`moov` first), out of the recording's fragments; nothing is
 * encoded again. It appears under its name when it is whole. Memory holds the plan and a block. Throws a RangeError without
 * any sample.
 */
export async function writeProgressive(
  directory: string,
  { video, audio }: Pick<Timeline, "video" | "audio">,
  name: string,
): Promise<WrittenFile> {
  const { head, ranges, durationSeconds } = planProgressive([video, audio]);
  const target = join(directory, name);
  const temporary = `${target}.part`;
  const output = await open(temporary, "w");
  const inputs = new OpenFiles(directory);
  const hash = createHash("sha256");
  let bytes = 0;
  let block = Buffer.allocUnsafe(BLOCK_BYTES);
  let filled = 0;
  const flush = async () => {
    const part = block.subarray(0, filled);
    hash.update(part);
    await writeAll(output, part);
    bytes += filled;
    filled = 0;
    block = Buffer.allocUnsafe(BLOCK_BYTES);
  };
  try {
    hash.update(head);
    await writeAll(output, head);
    bytes += head.length;
    for (const { file, offset, size } of ranges) {
      const input = await inputs.of(file);
      for (let done = 0; done < size; ) {
        const wanted = Math.min(size - done, BLOCK_BYTES - filled);
        const { bytesRead } = await input.read(block, filled, wanted, offset + done);
        if (bytesRead === 0) throw new Error(`${file} became shorter`);
        filled += bytesRead;
        done += bytesRead;
        if (filled === BLOCK_BYTES) await flush();
      }
    }
    await flush();
    await output.sync();
  } catch (error) {
    await output.close();
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await inputs.close();
  }
  await output.close();
  await rename(temporary, target);
  await syncDirectory(directory);
  return { bytes, sha256: hash.digest("hex"), seconds: durationSeconds };
}

async function writeAll(output: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await output.write(bytes, at, bytes.length - at);
    if (bytesWritten === 0) throw Object.assign(new Error("the disk is full"), { code: "ENOSPC" });
    at += bytesWritten;
  }
}

/** The files that were used last. */
class OpenFiles {
  readonly #directory: string;
  readonly #files = new Map<string, FileHandle>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  async of(file: string): Promise<FileHandle> {
    const known = this.#files.get(file);
    if (known !== undefined) return known;
    if (this.#files.size >= OPEN_FILES) {
      const [oldest, handle] = this.#files.entries().next().value!;
      this.#files.delete(oldest);
      await handle.close();
    }
    const handle = await open(join(this.#directory, file), "r");
    this.#files.set(file, handle);
    return handle;
  }

  async close(): Promise<void> {
    for (const handle of this.#files.values()) await handle.close();
    this.#files.clear();
  }
}
